"""From what somebody has chosen, done and missed to a dated plan of what remains."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sessions.domain.engagement import Reading
from sessions.domain.pathway.choice import Depth, StudyUnit, minutes_at, total
from sessions.domain.pathway.weeks import Item, Week, lay_out
from sessions.domain.template import WEEKLY_MINUTES

CATCH_UP_MINUTES = 60
"""To see what was missed and write a reflection on it."""

CATCH_UP_NEED = 1_000
"""More than any choice weighs: what was missed comes first."""

LEAST_MINUTES = 5
"""What is left of a unit that is all but done."""

FRIDAY = 4


def never(_day: date) -> bool:
    """No day is closed."""
    return False


@dataclass(frozen=True)
class Planned:
    """A unit, or a missed session to catch up on, with its dates, inclusive; none: no week.

    `minutes` are all of it, however much is done. `session_id` is the one that was missed.
    """

    kind: str  # self_study | catch_up
    code: str
    depth: str
    minutes: int
    starts_on: date | None = None
    ends_on: date | None = None
    session_id: str | None = None

    def dump(self) -> dict[str, Any]:
        """As plain JSON values."""
        told = {name: getattr(self, name) for name in ("kind", "code", "depth", "minutes")}
        starts = self.starts_on.isoformat() if self.starts_on else None
        ends = self.ends_on.isoformat() if self.ends_on else None
        return told | {"starts_on": starts, "ends_on": ends, "session_id": self.session_id}

    @classmethod
    def load(cls, told: Mapping[str, Any]) -> "Planned":
        starts, ends = told["starts_on"], told["ends_on"]
        dates = {
            "starts_on": date.fromisoformat(starts) if starts else None,
            "ends_on": date.fromisoformat(ends) if ends else None,
        }
        return cls(**{**told, **dates})


@dataclass(frozen=True)
class Done:
    """What is done of a unit."""

    minutes: int = 0
    finished: bool = False


@dataclass(frozen=True)
class Remains:
    """All that a plan of what remains is made from.

    `weeks`: open ones from now on. `before`: unit → the Monday by which a core unit is to be done.
    `missed`: live unit → its session, to be caught up on. `pins`: unit → the Monday of its week.
    `former`: unit → its dates so far, for what is done.
    """

    units: Sequence[StudyUnit]
    chosen: Mapping[str, Depth]
    need: Mapping[str, int]
    done: Mapping[str, Done]
    weeks: Sequence[Week]
    before: Mapping[str, date]
    missed: Mapping[str, str]
    pins: Mapping[str, date]
    former: Mapping[str, tuple[date | None, date | None]]
    is_closed: Callable[[date], bool] = never


@dataclass(frozen=True)
class Laid:
    """A plan: its items by date, what could not be in time, and how much study is in reach."""

    items: tuple[Planned, ...]
    late: tuple[str, ...]
    left_over: tuple[str, ...]
    reach: Reading


def lay_out_remaining(given: Remains) -> Laid:
    """Keep what is done as it is, and put what remains into the weeks from now on."""
    chosen = [unit for unit in given.units if given.chosen[unit.code] is not Depth.left_out]
    minutes = {unit.code: minutes_at(unit.minutes, given.chosen[unit.code]) for unit in chosen}
    finished = {unit.code for unit in chosen if is_done(given, unit.code, minutes[unit.code])}
    remaining = [unit for unit in chosen if unit.code not in finished]
    items = [_item(given, unit, minutes[unit.code], finished) for unit in remaining]
    items += [_catch_up(code) for code in given.missed]
    layout = lay_out(items, given.weeks)

    planned = [
        Planned("self_study", unit.code, given.chosen[unit.code], minutes[unit.code])
        for unit in chosen
    ]
    planned += [
        Planned("catch_up", code, Depth.full, CATCH_UP_MINUTES, session_id=session_id)
        for code, session_id in given.missed.items()
    ]
    dated = tuple(sorted((_dated(given, one, layout.placed) for one in planned), key=_by_date))
    without = set(layout.left_over)
    reached = sum(
        _credited(given, code, most) if code in without else most for code, most in minutes.items()
    )
    return Laid(dated, layout.late, layout.left_over, Reading(reached, sum(minutes.values())))


def fit_depths(given: Remains, least: int = 0, fixed: Collection[str] = ()) -> dict[str, Depth]:
    """Unit → depth: as `given`, with fewer units in depth where what remains has not enough room.

    The least needed give way, those first that come no later than what is late; not the `fixed`
    ones, and not below the `least` minutes. None does where all of them would not help.
    """
    chosen = dict(given.chosen)
    deep = [
        unit
        for unit in sorted(given.units, key=lambda unit: given.need[unit.code])
        if chosen[unit.code] is Depth.deep and unit.code not in fixed
    ]
    shallow = chosen | {unit.code: Depth.full for unit in deep}
    unavoidable = _unfit(lay_out_remaining(replace(given, chosen=shallow)))
    cycles = {unit.code: unit.cycle for unit in given.units}
    while deep:
        laid = lay_out_remaining(replace(given, chosen=chosen))
        if _unfit(laid) <= unavoidable:
            break
        latest = max((cycles[code] for code in laid.late if code in cycles), default=None)
        early = [unit for unit in deep if latest is None or unit.cycle <= latest]
        unit = (early or deep)[0]
        deep.remove(unit)
        if total(given.units, chosen | {unit.code: Depth.full}) >= least:
            chosen[unit.code] = Depth.full
    return chosen


def _unfit(laid: Laid) -> int:
    return len(laid.late) + len(laid.left_over)


def open_weeks(
    mondays: Sequence[date],
    live: Mapping[date, int],
    together: Collection[date],
    paused: Collection[date],
) -> list[Week]:
    """The weeks with what each still takes: nothing beside a day together, nothing in a pause."""
    return [
        Week(
            monday,
            0
            if monday in together or monday in paused
            else max(0, WEEKLY_MINUTES - live.get(monday, 0)),
        )
        for monday in mondays
    ]


def first_monday(today: date) -> date:
    """From Friday on nothing more is planned into the week."""
    monday = today - timedelta(days=today.weekday())
    return monday if today.weekday() < FRIDAY else monday + timedelta(days=7)


def is_done(given: Remains, code: str, minutes: int) -> bool:
    """Finished, or studied for all its minutes."""
    done = given.done.get(code, Done())
    return done.finished or done.minutes >= minutes


def _item(given: Remains, unit: StudyUnit, minutes: int, finished: Collection[str]) -> Item:
    done = given.done.get(unit.code, Done())
    return Item(
        code=unit.code,
        minutes=max(LEAST_MINUTES, minutes - done.minutes),
        need=given.need[unit.code],
        due=_due(given, unit) if unit.core else None,
        requires=tuple(code for code in unit.requires if code not in finished),
        pinned=_week_of(given.weeks, given.pins.get(unit.code)),
        may_go=not unit.core,
    )


def _catch_up(code: str) -> Item:
    return Item(code=code, minutes=CATCH_UP_MINUTES, need=CATCH_UP_NEED)


def _due(given: Remains, unit: StudyUnit) -> int | None:
    """The last week before the group meets to speak of it; None where that is over."""
    monday = given.before.get(unit.code)
    if monday is None:
        return None
    ahead = [index for index, week in enumerate(given.weeks) if week.monday < monday]
    return ahead[-1] if ahead else None


def _week_of(weeks: Sequence[Week], monday: date | None) -> int | None:
    return next((index for index, week in enumerate(weeks) if week.monday == monday), None)


def _dated(given: Remains, one: Planned, placed: Mapping[str, int]) -> Planned:
    if one.code in placed:
        monday = given.weeks[placed[one.code]].monday
        days = [monday + timedelta(days=number) for number in range(5)]
        working = [day for day in days if not given.is_closed(day)] or days
        return replace(one, starts_on=working[0], ends_on=working[-1])
    if one.kind == "self_study" and is_done(given, one.code, one.minutes):
        starts, ends = given.former.get(one.code, (None, None))
        return replace(one, starts_on=starts, ends_on=ends)
    return one


def _credited(given: Remains, code: str, minutes: int) -> int:
    return min(minutes, given.done.get(code, Done()).minutes)


def _by_date(one: Planned) -> tuple[date, str]:
    return one.starts_on or date.max, one.code
