"""Days on which nothing obligatory takes place: weekends, bank holidays, school holidays."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sessions.domain.reading import Reader

YEARS_AFTER = 5
"""Of which bank holidays are supposed: longer than any programme, with a pause."""

_MONDAYS = ["first", "second", "third", "fourth", "last"]


@dataclass(frozen=True)
class BankHolidays:
    """The bank holidays of England and Wales: those published, and after `known_until` the usual
    ones of some years."""

    days: frozenset[date]
    known_until: date

    @classmethod
    def published(cls, days: frozenset[date]) -> "BankHolidays":
        """GOV.UK publishes whole years: what it tells of the last, it tells until its end."""
        last = max(days).year
        years = range(last + 1, last + 1 + YEARS_AFTER)
        return cls(days.union(*map(usual_bank_holidays, years)), date(last, 12, 31))


@dataclass(frozen=True)
class Rule:
    """A school holiday in any year: between two days of the year, around Easter or a Monday."""

    name: str
    kind: str  # dates | easter | week_of
    values: tuple[int | str, ...]

    def in_year(self, year: int) -> tuple[date, date]:
        """First and last day of the holiday that begins in `year`."""
        if self.kind == "dates":
            first_month, first_day, last_month, last_day = (int(value) for value in self.values)
            runs_over = (last_month, last_day) < (first_month, first_day)
            last = date(year + runs_over, last_month, last_day)
            return date(year, first_month, first_day), last
        if self.kind == "easter":
            before, after = (int(value) for value in self.values)
            sunday = easter(year)
            return sunday + timedelta(days=before), sunday + timedelta(days=after)
        which, month = self.values
        monday = _monday(year, int(month), str(which))
        return monday, monday + timedelta(days=4)


@dataclass(frozen=True)
class SchoolHolidays:
    """Rules for the school holidays of a year; `version` is kept with what was planned by them."""

    version: str
    rules: tuple[Rule, ...]

    def days(self, first: date, last: date) -> dict[date, str]:
        """Each holiday's days between two dates, both inclusive, with its name."""
        found: dict[date, str] = {}
        for year in range(first.year - 1, last.year + 1):
            for rule in self.rules:
                day, until = rule.in_year(year)
                while day <= until:
                    if first <= day <= last:
                        found[day] = rule.name
                    day += timedelta(days=1)
        return found


def usual_bank_holidays(year: int) -> frozenset[date]:
    """As the Banking and Financial Dealings Act 1971 and yearly proclamations have them, with the
    days that stand in for those at a weekend. A single year may have another one, or move one."""
    good_friday, monday = (easter(year) + timedelta(days=number) for number in (-2, 1))
    mondays = [_monday(year, 5, "first"), _monday(year, 5, "last"), _monday(year, 8, "last")]
    new_year, christmas = _weekdays(date(year, 1, 1), 1), _weekdays(date(year, 12, 25), 2)
    return frozenset([*new_year, good_friday, monday, *mondays, *christmas])


def easter(year: int) -> date:
    """Easter Sunday of the western churches, by the anonymous Gregorian computus."""
    century, in_century = divmod(year, 100)
    leap_centuries, centuries_left = divmod(century, 4)
    moon_drift = (century + 8) // 25
    correction = (century - moon_drift + 1) // 3
    golden = year % 19
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leaps, years_left = divmod(in_century, 4)
    to_sunday = (32 + 2 * centuries_left + 2 * leaps - epact - years_left) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def read_school_holidays(text: str, source: str) -> SchoolHolidays:
    """The rules in a YAML text. Raises Invalid: each problem with line, key and what is right."""
    read = Reader(text, source)
    data = read.data
    version = read.text(data, "version", "")
    tables = read.tables(data, "holidays", "")
    rules = [_rule(read, table, f"holidays[{number}]") for number, table in enumerate(tables)]
    read.raise_if_any()
    return SchoolHolidays(version, tuple(rules))


def _rule(read: Reader, table: dict[str, Any], place: str) -> Rule:
    name = read.text(table, "name", place)
    read.only(table, place, {"name", "dates", "easter", "week_of"})
    kinds = [kind for kind in ("dates", "easter", "week_of") if kind in table]
    if len(kinds) != 1:
        read.problem(place, "must have exactly one of dates, easter and week_of")
        return Rule(name, "easter", (0, 0))
    kind, place = kinds[0], f"{place}.{kinds[0]}"
    inner = read.table(table, kind, place)
    if kind == "dates":
        first, last = (_day_of_year(read, inner, key, place) for key in ("from", "until"))
        return Rule(name, kind, (*first, *last))
    if kind == "easter":
        before = read.integer(inner, "from", place, -60, 60)
        return Rule(name, kind, (before, read.integer(inner, "until", place, before, 90)))
    which = read.one_of(inner, "monday", place, _MONDAYS)
    return Rule(name, kind, (which, read.integer(inner, "month", place, 1, 12)))


def _day_of_year(read: Reader, table: dict[str, Any], key: str, place: str) -> tuple[int, int]:
    value = read.text(table, key, place)
    try:
        day = date.fromisoformat(f"2001-{value}")  # not a leap year: 29 February is no rule
    except ValueError:
        read.problem(f"{place}.{key}", f"is {value!r}; it must be month-day, such as 12-21")
        return 1, 1
    return day.month, day.day


def _monday(year: int, month: int, which: str) -> date:
    if which == "last":
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=last.weekday())
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7, weeks=_MONDAYS.index(which))


def _weekdays(first: date, number: int) -> list[date]:
    """So many days from Monday to Friday, from a day on."""
    week = (first + timedelta(days=days) for days in range(7))
    return [day for day in week if day.weekday() < 5][:number]
