"""When a group studies: in the plan's week, or as near to it as its own schools' holidays allow."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from sessions.domain.group_dates import FURTHEST
from sessions.domain.holidays import BankHolidays
from sessions.domain.london import monday_of
from sessions.domain.plan import CLOSED_PERCENT
from sessions.domain.shortfalls import Shortfall, closed_schools
from sessions.domain.template import WEEKLY_MINUTES, Kind
from sessions.domain.terms import Crowd

LEAST_DAYS = 3
"""Of a working week on which the schools are open; else it is a holiday, as in a cohort's plan."""

WEEK = timedelta(weeks=1)

StudyDays = Mapping[tuple[str, date], tuple[date, date]]
"""(Unit, the Monday of the plan's week) → the first and the last day, where they are others."""


@dataclass(frozen=True)
class Step:
    """A unit, in the order of the plan. `monday` is its week: of what is live, the group's own."""

    code: str
    kind: Kind
    minutes: int
    monday: date


@dataclass(frozen=True)
class StudyWeek:
    """Self-study that has another week than the plan's, or `shortfalls` that say why it has not.

    Days are inclusive; `planned` is the Monday of the plan's week.
    """

    code: str
    planned: date
    starts_on: date
    ends_on: date
    shortfalls: tuple[Shortfall, ...] = ()


def date_study(
    steps: Sequence[Step],
    people: Crowd,
    bank: BankHolidays,
    first: date,
    had: StudyDays = MappingProxyType({}),
    closed_percent: int = CLOSED_PERCENT,
    until: date = date.max,
) -> list[StudyWeek]:
    """The units whose week is a holiday of the group's schools. Weeks before `first` stay, with the
    days that the group had by then; no other week ends after `until`.

    Those that have a week keep their order, no week gets over two hours by it, and none with a day
    together gets more. Where no week within three of the plan's will do, the plan's stays, and
    it is told.
    """
    begun = {
        place: kept
        for place, step in enumerate(steps)
        if (kept := had.get((step.code, step.monday))) and min(step.monday, kept[0]) < first
    }
    weeks = [step.monday for step in steps]
    for place, (starts_on, _) in begun.items():
        weeks[place] = monday_of(starts_on)
    load: Counter[date] = Counter()
    for step, week in zip(steps, weeks, strict=True):
        load[week] += step.minutes
    together = {step.monday for step in steps if step.kind is Kind.face_to_face}

    def open_days(monday: date) -> list[date]:
        days = [monday + timedelta(days=number) for number in range(5)]
        return [
            day for day in days if day not in bank.days and not people.too_many(day, closed_percent)
        ]

    to_move = {
        place
        for place, step in enumerate(steps)
        if place not in begun
        and not step.kind.live
        and step.monday >= first
        and len(open_days(step.monday)) < LEAST_DAYS
    }
    found = [
        StudyWeek(steps[place].code, steps[place].monday, *days) for place, days in begun.items()
    ]
    for place in sorted(to_move):
        step = steps[place]
        after = max(weeks[:place], default=date.min)
        before = min(_latest(steps, weeks, place, to_move), default=date.max)
        fitting = [
            week
            for week in _nearest(step.monday)
            if max(after, first) <= week <= before
            and monday_of(until) >= week
            and week not in together
            and load[week] + step.minutes <= WEEKLY_MINUTES
            and len(open_days(week)) >= LEAST_DAYS
        ]
        if fitting:
            load[step.monday] -= step.minutes
            load[fitting[0]] += step.minutes
            weeks[place] = fitting[0]
        days = open_days(weeks[place]) or [step.monday, step.monday + timedelta(days=4)]
        told = () if fitting else tuple(_told(step, people, closed_percent))
        found.append(StudyWeek(step.code, step.monday, days[0], days[-1], told))
    return found


def _latest(
    steps: Sequence[Step], weeks: Sequence[date], place: int, to_move: Collection[int]
) -> Iterator[date]:
    """By which week it has to be for each that follows and stays. What is live opens its week:
    study that comes before it is in an earlier one."""
    for other in range(place + 1, len(steps)):
        if other not in to_move:
            yield weeks[other] - (WEEK if steps[other].kind.live else timedelta())


def _nearest(monday: date) -> list[date]:
    """The later first."""
    return [monday + sign * number * WEEK for number in range(1, FURTHEST + 1) for sign in (1, -1)]


def _told(step: Step, people: Crowd, closed_percent: int) -> list[Shortfall]:
    """Of the day on which the fewest are closed, of those that are lost by it."""
    week = f"the week of {step.monday}"
    days = [step.monday + timedelta(days=number) for number in range(5)]
    lost = [day for day in days if people.too_many(day, closed_percent)]
    found = closed_schools(people, min(lost, key=people.closed), step.code, week) if lost else []
    holidays = Shortfall("schools_closed", f"{step.code}, {week}: holidays", step.code, step.monday)
    return found or [holidays]
