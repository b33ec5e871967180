"""From a template and a cohort's start to a dated plan that spares weekends and holidays.

The plan gives each unit a week. Self-study is to be done on the working days of that week; a
webinar has a day and a time; coaching and face-to-face days have a week, in which each group and
hub has a day of its own (`sessions.domain.group_dates`).
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from headship_contracts.errors import Refused
from sessions.domain.holidays import BankHolidays
from sessions.domain.layout import Week, Wishes, lay_out
from sessions.domain.london import monday_of
from sessions.domain.shortfalls import Shortfall, closed_schools, on_a_bank_holiday
from sessions.domain.template import WEEKLY_MINUTES, Kind, Template, Unit
from sessions.domain.terms import Crowd

CLOSED_PERCENT = 15
"""More of the people's schools closed than this, and nothing obligatory is on that day."""

BEFORE_ASSESSMENT = timedelta(weeks=4)
"""From the last unit to the assessment, at least."""


@dataclass(frozen=True)
class PlannedUnit:
    """A unit with its dates, inclusive. `local_start` is London wall time, for webinars only."""

    unit: Unit
    monday: date
    starts_on: date
    ends_on: date
    local_start: datetime | None = None


@dataclass(frozen=True)
class Circumstances:
    """What a plan is laid out by, besides its template.

    `people` are the schools of the cohort as far as they are known. `earliest`: the first day for
    a session of each kind that people can still be told of in time. `pinned`: what keeps its week,
    by the Monday. `assessment_on`: when the assessment begins, if that is settled.
    """

    bank: BankHolidays
    people: Crowd
    closed_percent: int = CLOSED_PERCENT
    earliest: Mapping[Kind, date] = field(default_factory=dict)
    pinned: Mapping[str, date] = field(default_factory=dict)
    assessment_on: date | None = None


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


def build_plan(template: Template, starts_on: date, given: Circumstances) -> Plan:
    """The plan of a cohort that starts on a day. Refused when there are too few weeks for it,
    saying which of what was asked is impossible."""
    ends_on = months_later(starts_on, template.months) - timedelta(days=1)
    units = template.units
    pinned = {unit.code: given.pinned[unit.code] for unit in units if unit.code in given.pinned}
    wishes = Wishes(template.webinar_time.weekday, pinned, given.earliest)
    found = _first_that_fits(units, starts_on, ends_on, wishes, given)
    if found is None:
        raise Refused("plan_does_not_fit", _impossible(template, starts_on, ends_on, given, pinned))

    weeks, used = found
    dated = tuple(
        _dated(template, unit, week, given) for unit, week in zip(units, weeks, strict=True)
    )
    plan = Plan(starts_on, ends_on, dated, ())
    return replace(plan, shortfalls=tuple(_shortfalls(plan, template, given, used)))


def open_weeks(
    first: date, last: date, given: Circumstances, least_days: int = 5
) -> tuple[Week, ...]:
    """The weeks between two days of which no school holiday takes more days than are spared, and
    those that something is pinned to."""
    pinned = set(given.pinned.values())
    weeks = []
    monday = min([first + timedelta(days=-first.weekday() % 7), *pinned])
    while monday + timedelta(days=4) <= max([last, *pinned]) or monday in pinned:
        days = [monday + timedelta(days=number) for number in range(5)]
        inside = first <= monday and days[-1] <= last
        open_days = [day for day in days if not given.people.too_many(day, given.closed_percent)]
        working = frozenset(day.weekday() for day in open_days if day not in given.bank.days)
        if monday in pinned:
            weeks.append(Week(monday))
        elif inside and len(open_days) >= least_days and working:
            weeks.append(Week(monday, working))
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


def _last_week(given: Circumstances) -> date | None:
    """The last Monday of a week after which there are four weeks to the assessment."""
    if given.assessment_on is None:
        return None
    return monday_of(given.assessment_on - BEFORE_ASSESSMENT - timedelta(days=4))


def _first_that_fits(
    units: tuple[Unit, ...], first: date, last: date, wishes: Wishes, given: Circumstances
) -> tuple[list[Week], set[str]] | None:
    """The layout that gives up the least: whole weeks alone, then notice, then the weeks before the
    assessment, and two hours a week last of all. The set names what was kept."""
    whole = open_weeks(first, last, given)
    in_part = open_weeks(first, last, given, least_days=3)
    last_week = _last_week(given)
    hurried = replace(wishes, earliest={})
    second_best = None
    tried: list[tuple[tuple[Week, ...], Wishes]] = []
    for until, wanted, kept in (
        (last_week, wishes, {"notice", "assessment"}),
        (last_week, hurried, {"assessment"}),
        (None, wishes, {"notice"}),
        (None, hurried, set[str]()),
    ):
        for weeks in (whole, in_part):
            some = tuple(week for week in weeks if until is None or week.monday <= until)
            if (some, wanted) in tried:
                continue
            tried.append((some, wanted))
            if (placed := lay_out(units, some, wanted)) is None:
                continue
            found = [some[index] for index in placed], kept
            if not _crowded(units, placed):
                return found
            second_best = second_best or found
    return second_best


def _crowded(units: tuple[Unit, ...], placed: list[int]) -> bool:
    """Whether a week without a face-to-face day has more than two hours."""
    together = {
        week for unit, week in zip(units, placed, strict=True) if unit.kind is Kind.face_to_face
    }
    load: Counter[int] = Counter()
    for unit, week in zip(units, placed, strict=True):
        load[week] += unit.minutes
    return any(n > WEEKLY_MINUTES and week not in together for week, n in load.items())


def _impossible(
    template: Template,
    starts_on: date,
    ends_on: date,
    given: Circumstances,
    pinned: Mapping[str, date],
) -> str:
    weeks = open_weeks(starts_on, ends_on, given)
    if pinned and lay_out(template.units, weeks, Wishes(template.webinar_time.weekday)):
        kept = ", ".join(f"{code} in the week of {monday}" for code, monday in pinned.items())
        return f"units keep their order, and cannot with {kept}"
    return (
        f"{len(template.units)} units do not fit into the {len(weeks)} weeks outside school "
        f"holidays from {starts_on} to {ends_on}"
    )


def _dated(template: Template, unit: Unit, week: Week, given: Circumstances) -> PlannedUnit:
    if unit.kind is Kind.webinar:
        usual = template.webinar_time
        day = week.monday + timedelta(days=usual.weekday)
        return PlannedUnit(unit, week.monday, day, day, datetime.combine(day, usual.starts))
    days = [week.monday + timedelta(days=number) for number in sorted(week.working)]
    working = [day for day in days if day not in given.bank.days] or days
    return PlannedUnit(unit, week.monday, working[0], working[-1])


def _shortfalls(
    plan: Plan, template: Template, given: Circumstances, kept: set[str]
) -> list[Shortfall]:
    found = []
    face_to_face = {p.monday for p in plan.units if p.unit.kind is Kind.face_to_face}
    for monday, minutes in sorted(weekly_minutes(plan.units).items()):
        if minutes > WEEKLY_MINUTES and monday not in face_to_face:
            detail = f"{minutes} minutes in the week of {monday}, over {WEEKLY_MINUTES}"
            found.append(Shortfall("week_over_two_hours", detail, day=monday))
    least, most = template.average_minutes
    if not least * plan.weeks <= plan.minutes <= most * plan.weeks:
        detail = f"{plan.minutes} minutes in {plan.weeks} weeks; {least} to {most} a week are meant"
        found.append(Shortfall("average_outside_one_to_two_hours", detail))
    if "assessment" not in kept and given.assessment_on is not None:
        days = (given.assessment_on - plan.last_unit_ends_on).days
        detail = (
            f"the assessment of {given.assessment_on} is {days} days after the last unit, "
            f"{BEFORE_ASSESSMENT.days} are the least: there are too few weeks before it"
        )
        found.append(Shortfall("assessment_too_soon", detail, day=given.assessment_on))
    if "notice" not in kept:
        found += _short_of_notice(plan, given)
    found += _affected(plan, given)
    until = given.bank.known_until
    if plan.last_unit_ends_on > until:
        detail = f"bank holidays are published until {until}; after it the usual ones are kept free"
        found.append(Shortfall("bank_holidays_unknown", detail))
    return found


def _short_of_notice(plan: Plan, given: Circumstances) -> list[Shortfall]:
    found = []
    for planned in plan.units:
        earliest = given.earliest.get(planned.unit.kind)
        if earliest and planned.starts_on < earliest and planned.unit.code not in given.pinned:
            detail = f"{planned.unit.code} is on {planned.starts_on}; in time would be {earliest}"
            found.append(
                Shortfall("notice_too_short", detail, planned.unit.code, planned.starts_on)
            )
    return found


def _affected(plan: Plan, given: Circumstances) -> list[Shortfall]:
    """What is on a bank holiday, and whose school is closed on a webinar's day, or in the whole
    week of self-study: fewer than would move the unit, or it has its week for another reason.
    Coaching and days together are looked at group by group."""
    found = []
    for planned in plan.units:
        code, day = planned.unit.code, planned.starts_on
        if planned.unit.kind is Kind.webinar:
            if day in given.bank.days:
                found.append(on_a_bank_holiday(code, day))
            found += closed_schools(given.people, day, code)
        elif planned.unit.kind is Kind.self_study:
            days = [planned.monday + timedelta(days=number) for number in range(5)]
            quietest = min(days, key=given.people.closed)
            found += closed_schools(given.people, quietest, code, f"the week of {planned.monday}")
    return found
