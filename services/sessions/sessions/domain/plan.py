"""From a template and a cohort's start to a dated plan that spares weekends and holidays.

The plan gives each unit a week. Self-study is to be done on the working days of that week; a
webinar has a day and a time; coaching and face-to-face days have a week that is free of holidays
from Monday to Friday, in which each group and hub has a day of its own.
"""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from headship_contracts.errors import Refused
from sessions.domain.holidays import BankHolidays, SchoolHolidays
from sessions.domain.layout import Week, lay_out
from sessions.domain.london import monday_of
from sessions.domain.template import WEEKLY_MINUTES, Kind, Template, Unit

AVERAGE_MINUTES = (60, 120)
"""Minutes a week on average, as DfE describes the qualification: one to two hours."""


@dataclass(frozen=True)
class PlannedUnit:
    """A unit with its dates, inclusive. `local_start` is London wall time, for webinars only."""

    unit: Unit
    monday: date
    starts_on: date
    ends_on: date
    local_start: datetime | None = None


@dataclass(frozen=True)
class Shortfall:
    """A rule that the plan could not keep, or could not check, and why."""

    code: str
    detail: str


@dataclass(frozen=True)
class Plan:
    """A dated plan. `ends_on` is the last day of the programme, inclusive."""

    starts_on: date
    ends_on: date
    units: tuple[PlannedUnit, ...]
    shortfalls: tuple[Shortfall, ...]

    @property
    def last_unit_ends_on(self) -> date:
        return max(planned.ends_on for planned in self.units)

    @property
    def minutes(self) -> int:
        return sum(planned.unit.minutes for planned in self.units)

    @property
    def weeks(self) -> int:
        """ISO weeks that the programme touches, holidays included."""
        return (monday_of(self.ends_on) - monday_of(self.starts_on)).days // 7 + 1


def build_plan(
    template: Template, starts_on: date, bank: BankHolidays, school: SchoolHolidays
) -> Plan:
    """The plan of a cohort that starts on a day. Refused when there are too few weeks for it."""
    ends_on = months_later(starts_on, template.months) - timedelta(days=1)
    closed = set(school.days(starts_on, ends_on)) | bank.days
    weeks = open_weeks(starts_on, ends_on, school, bank)
    placed = lay_out(template.units, weeks)
    if placed is None:
        raise Refused(
            "plan_does_not_fit",
            f"{len(template.units)} units do not fit into the {len(weeks)} weeks outside school "
            f"holidays from {starts_on} to {ends_on}",
        )

    units = tuple(
        _dated(template, unit, weeks[index], closed)
        for unit, index in zip(template.units, placed, strict=True)
    )
    plan = Plan(starts_on, ends_on, units, ())
    return Plan(starts_on, ends_on, units, tuple(_shortfalls(plan, bank)))


def open_weeks(
    first: date, last: date, school: SchoolHolidays, bank: BankHolidays
) -> tuple[Week, ...]:
    """The whole working weeks between two days that no school holiday touches."""
    holidays = school.days(first, last + timedelta(days=7))
    weeks = []
    monday = first + timedelta(days=-first.weekday() % 7)
    while monday + timedelta(days=4) <= last:
        days = [monday + timedelta(days=number) for number in range(5)]
        if not any(day in holidays for day in days):
            weeks.append(Week(monday, live=not any(day in bank.days for day in days)))
        monday += timedelta(days=7)
    return tuple(weeks)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day if it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def weekly_minutes(units: tuple[PlannedUnit, ...]) -> dict[date, int]:
    """The Monday of each week that has load → its minutes."""
    load: Counter[date] = Counter()
    for planned in units:
        load[planned.monday] += planned.unit.minutes
    return dict(load)


def _dated(template: Template, unit: Unit, week: Week, closed: set[date]) -> PlannedUnit:
    if unit.kind is Kind.webinar:
        usual = template.webinar_time
        day = week.monday + timedelta(days=usual.weekday)
        return PlannedUnit(unit, week.monday, day, day, datetime.combine(day, usual.starts))
    days = [week.monday + timedelta(days=number) for number in range(5)]
    working = [day for day in days if day not in closed]
    return PlannedUnit(unit, week.monday, working[0], working[-1])


def _shortfalls(plan: Plan, bank: BankHolidays) -> list[Shortfall]:
    found = []
    face_to_face = {p.monday for p in plan.units if p.unit.kind is Kind.face_to_face}
    for monday, minutes in sorted(weekly_minutes(plan.units).items()):
        if minutes > WEEKLY_MINUTES and monday not in face_to_face:
            detail = f"{minutes} minutes in the week of {monday}, over {WEEKLY_MINUTES}"
            found.append(Shortfall("week_over_two_hours", detail))
    least, most = AVERAGE_MINUTES
    if not least * plan.weeks <= plan.minutes <= most * plan.weeks:
        detail = f"{plan.minutes} minutes in {plan.weeks} weeks; one to two hours a week are meant"
        found.append(Shortfall("average_outside_one_to_two_hours", detail))
    if plan.last_unit_ends_on > bank.known_until:
        detail = f"bank holidays are known until {bank.known_until}; none are kept free after that"
        found.append(Shortfall("bank_holidays_unknown", detail))
    return found
