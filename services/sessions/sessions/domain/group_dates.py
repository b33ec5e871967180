"""When the sessions of one group or hub are: in the plan's week, or as near to it as their own
schools' holidays allow."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sessions.domain.holidays import BankHolidays
from sessions.domain.london import in_week, monday_of
from sessions.domain.plan import BEFORE_ASSESSMENT, CLOSED_PERCENT
from sessions.domain.shortfalls import Shortfall, closed_schools, on_a_bank_holiday
from sessions.domain.template import WEEKLY_MINUTES, Kind
from sessions.domain.terms import Crowd

FURTHEST = 3
"""Weeks from the plan's, at most: what is further off is another plan."""


@dataclass(frozen=True)
class Asked:
    """A session that the plan asks for. Its day is after `after` and before `before`: the sessions
    and units that it follows, and those that follow it. `now` is the week that it has. `earliest`,
    of one that is not in the calendar: the first day of which people can be told in time."""

    code: str
    kind: Kind
    minutes: int
    monday: date
    after: date | None = None
    before: date | None = None
    now: date | None = None
    earliest: date = date.min


@dataclass(frozen=True)
class Dated:
    """A session's wall time in London, and what could not be kept for it. `unable`: there is no day
    for it any more of which people could be told in time."""

    code: str
    local_start: datetime
    shortfalls: tuple[Shortfall, ...] = ()
    unable: bool = False


@dataclass(frozen=True)
class Constraints:
    """What all sessions of a group or hub have in common.

    `load`: the Monday of a week → minutes that its people have in it besides these sessions.
    `together`: Mondays of weeks with a face-to-face day, which may have more than two hours.
    `until`: the last day of the programme. `assessed_from`: the assessment is not before this day.
    """

    people: Crowd
    bank: BankHolidays
    load: Mapping[date, int]
    together: Collection[date] = ()
    closed_percent: int = CLOSED_PERCENT
    until: date = date.max
    assessed_from: date | None = None

    def too_soon(self, day: date) -> bool:
        """Whether the assessment may begin less than four weeks after a day."""
        return self.assessed_from is not None and day > self.assessed_from - BEFORE_ASSESSMENT


def date_sessions(asked: Sequence[Asked], slot: str, given: Constraints) -> list[Dated]:
    """The sessions in their order, none after the programme's end. One that finds no week keeps the
    plan's, and says why. A week too near to the assessment is taken where no other will do."""
    found: list[Dated] = []
    taken: set[date] = set()
    for one in asked:
        last = found[-1].local_start.date() if found else None
        after = max([day for day in (one.after, last) if day is not None], default=None)
        weeks = [
            week
            for week in _weeks(one)
            if week not in taken
            and one.earliest <= in_week(week, slot).date() <= given.until
            and not hindrances(one, in_week(week, slot).date(), after, given)
        ]
        weeks.sort(key=lambda week: given.too_soon(in_week(week, slot).date()))
        week = weeks[0] if weeks else _next_best(one, slot, taken, given)
        taken.add(week)
        start = in_week(week, slot)
        told = () if weeks else tuple(hindrances(one, start.date(), after, given))
        if weeks and given.people.closed(start.date()):
            told = tuple(closed_schools(given.people, start.date(), one.code))
        if weeks and given.too_soon(start.date()):
            told += (_too_soon(one, start.date(), given),)
        unable = start.date() < one.earliest
        if unable:
            told = (_too_late(one, start.date()),)
        found.append(Dated(one.code, start, told, unable))
    return found


def _next_best(one: Asked, slot: str, taken: Collection[date], given: Constraints) -> date:
    """Where no week will do: the plan's, or the first after it of which people hear in time."""
    if in_week(one.monday, slot).date() >= one.earliest:
        return one.monday
    later = [one.monday + timedelta(weeks=weeks) for weeks in range(1, FURTHEST + 1)]
    in_time = (
        week
        for week in later
        if week not in taken and one.earliest <= in_week(week, slot).date() <= given.until
    )
    return next(in_time, one.monday)


def _too_late(one: Asked, day: date) -> Shortfall:
    detail = (
        f"{one.code} cannot be held: by the plan it is on {day}, people can be told in time of "
        f"{one.earliest} and later, and more than {FURTHEST} weeks off it is not; "
        "schedule_session adds one by hand"
    )
    return Shortfall("notice_too_short", detail, one.code, day)


def _too_soon(one: Asked, day: date, given: Constraints) -> Shortfall:
    detail = (
        f"{one.code} on {day}: the assessment may begin on {given.assessed_from}, "
        f"{BEFORE_ASSESSMENT.days} days after it are the least"
    )
    return Shortfall("assessment_too_soon", detail, one.code, day)


def _weeks(one: Asked) -> list[date]:
    """The one that it has, the plan's, and then the nearest, the later first."""
    offsets = sorted(range(-FURTHEST, FURTHEST + 1), key=lambda weeks: (abs(weeks), -weeks))
    near = [one.monday + timedelta(weeks=weeks) for weeks in offsets]
    return [*([one.now] if one.now in near else []), *near] if one.now else near


def hindrances(one: Asked, day: date, after: date | None, given: Constraints) -> list[Shortfall]:
    """What cannot be kept for a session on a day, be it the plan or a person that puts it there."""
    week = monday_of(day)
    found = []

    def hindered(code: str, why: str) -> None:
        found.append(Shortfall(code, f"{one.code} on {day}: {why}", one.code, day))

    if day in given.bank.days:
        found.append(on_a_bank_holiday(one.code, day))
    if given.people.too_many(day, given.closed_percent):
        found += closed_schools(given.people, day, one.code)
    if one.kind is Kind.face_to_face and (why := _beside_a_break(day, given)):
        hindered("beside_a_break", why)
    if after is not None and day <= after:
        hindered("out_of_order", f"what it follows is on {after}")
    if one.before is not None and day >= one.before:
        hindered("out_of_order", f"what follows it is on {one.before}")
    minutes = given.load.get(week, 0) + one.minutes
    is_together = one.kind is Kind.face_to_face or week in given.together
    if week != one.monday and not is_together and minutes > WEEKLY_MINUTES:
        hindered("week_over_two_hours", f"{minutes} minutes in its week")
    return found


def _beside_a_break(day: date, given: Constraints) -> str | None:
    """Travel days after and before a break are spared."""
    if day.weekday() == 0:
        friday = day - timedelta(days=3)
        if given.people.too_many(friday, given.closed_percent):
            return "it is the Monday after a break"
    if day.weekday() == 4:
        monday = day + timedelta(days=3)
        if given.people.too_many(monday, given.closed_percent):
            return "it is the Friday before a break"
    return None
