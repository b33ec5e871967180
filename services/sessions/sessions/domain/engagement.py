"""How far a participant has engaged, and whether that is enough to sit the assessment.

All in whole minutes: a session or unit counts with all its planned minutes or, when missed, with
none; self-study under way counts with the minutes done. Nothing is ever rounded up: 17 of 19 is
below nine tenths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sessions.domain.attendance import Status

TASK_MINUTES = 15
"""What a unit's task in one's own school counts, within the minutes of the unit."""

RISKS = ("catch_up_needed", "nothing_to_spare", "self_study_behind", "gone_quiet")
"""Why somebody may not reach the gate, the gravest first."""


@dataclass(frozen=True)
class Reading:
    """Minutes that count, out of those planned."""

    attended: int
    planned: int

    @property
    def percent(self) -> int:
        """Whole percent, never rounded up; 0 of nothing."""
        return 100 * self.attended // self.planned if self.planned else 0

    def reaches(self, percent: int) -> bool:
        return self.planned > 0 and 100 * self.attended >= percent * self.planned

    def __add__(self, other: "Reading") -> "Reading":
        return Reading(self.attended + other.attended, self.planned + other.planned)


@dataclass(frozen=True)
class Live:
    """A live unit as it stands for one participant: `status` is None while no register says.

    `counted`: the register's entry counts as attended. `on` is the day of that session, or the one
    on which it was caught up on.
    """

    minutes: int
    on: date | None = None
    status: Status | None = None
    counted: bool = False

    @property
    def missed(self) -> bool:
        return self.status not in {None, Status.excused} and not self.counted


@dataclass(frozen=True)
class Study:
    """A self-study unit for one participant; `on` is the last day they worked on it.

    `task_on`: the last day on which they did its task in their own school, which is part of the
    unit. `began_on` and `task_began_on` are the first of these days, where it is another.
    """

    minutes: int
    due_on: date
    done_minutes: int = 0
    finished: bool = False
    on: date | None = None
    task_on: date | None = None
    began_on: date | None = None
    task_began_on: date | None = None

    @property
    def credited(self) -> int:
        done = self.done_minutes + (TASK_MINUTES if self.task_on else 0)
        return self.minutes if self.finished else min(done, self.minutes)

    @property
    def days(self) -> list[date]:
        """Those known on which something of it was done, in no order."""
        known = [self.task_began_on, self.task_on]
        if self.done_minutes or self.finished:
            known += [self.began_on, self.on]
        return [day for day in known if day is not None]


@dataclass(frozen=True)
class Engagement:
    """Both readings, and the first and last day of engagement."""

    live: Reading
    study: Reading
    first_on: date | None
    last_on: date | None

    @property
    def overall(self) -> Reading:
        return self.live + self.study


class GateReading(StrEnum):
    """Which of the two published readings of "90 %" decides."""

    per_component = "per_component"
    overall = "overall"


@dataclass(frozen=True)
class Gate:
    """The engagement that the assessment takes."""

    reading: GateReading
    percent: int

    def by(self, reading: GateReading) -> "Gate":
        """The same share by one of the readings."""
        return Gate(reading, self.percent)

    @property
    def version(self) -> str:
        """Stamped on each decision, so that it can be told later by which rule it was made."""
        return f"{self.reading}-{self.percent}"

    @classmethod
    def of_version(cls, version: str) -> "Gate":
        """The gate that a decision was stamped with."""
        reading, _, percent = version.rpartition("-")
        return cls(GateReading(reading), int(percent))

    def is_met(self, engagement: Engagement) -> bool:
        if self.reading is GateReading.overall:
            return engagement.overall.reaches(self.percent)
        parts = [part for part in (engagement.live, engagement.study) if part.planned]
        return bool(parts) and all(part.reaches(self.percent) for part in parts)

    def may_lose(self, engagement: Engagement) -> int:
        """The live minutes that may be missed altogether, if all self-study is done."""
        overall = self.reading is GateReading.overall
        planned = engagement.overall.planned if overall else engagement.live.planned
        return (100 - self.percent) * planned // 100


def measure(live: Sequence[Live], study: Sequence[Study]) -> Engagement:
    """The readings of a whole programme. Excused sessions are not asked for."""
    asked = [part for part in live if part.status is not Status.excused]
    days = [part.on for part in asked if part.on and part.counted]
    days += [day for part in study if part.credited for day in part.days]
    return Engagement(
        live=Reading(
            sum(part.minutes for part in asked if part.counted),
            sum(part.minutes for part in asked),
        ),
        study=Reading(sum(part.credited for part in study), sum(part.minutes for part in study)),
        first_on=min(days, default=None),
        last_on=max(days, default=None),
    )


def to_spare(live: Sequence[Live], engagement: Engagement, gate: Gate) -> int:
    """Live minutes that may still be missed; negative when the gate needs a catch-up."""
    return gate.may_lose(engagement) - sum(part.minutes for part in live if part.missed)


def missable(live: Sequence[Live], engagement: Engagement, gate: Gate) -> int:
    """How many sessions may still be missed, whichever they are: the longest are taken first."""
    spare = to_spare(live, engagement, gate)
    number = 0
    for minutes in sorted((part.minutes for part in live if part.status is None), reverse=True):
        spare -= minutes
        if spare < 0:
            break
        number += 1
    return number


def risk(
    live: Sequence[Live],
    study: Sequence[Study],
    engagement: Engagement,
    gate: Gate,
    study_percent: int,
    today: date,
    *,
    quiet_days: int | None = None,
) -> str | None:
    """Why somebody may not reach the gate, or None. The gravest reason is told.

    `study_percent`: who has done less than this share of the self-study due by today is behind.
    `quiet_days`: who did nothing for so long, while something was due, has gone quiet.
    """
    spare = to_spare(live, engagement, gate)
    if spare < 0:
        return "catch_up_needed"
    ahead = [part.minutes for part in live if part.status is None]
    if ahead and spare < min(ahead):
        return "nothing_to_spare"
    due = [part for part in study if part.due_on < today]
    done = Reading(sum(part.credited for part in due), sum(part.minutes for part in due))
    if due and not done.reaches(study_percent):
        return "self_study_behind"
    if quiet_days is not None and _is_quiet(
        study, engagement, today - timedelta(days=quiet_days), today
    ):
        return "gone_quiet"
    return None


def _is_quiet(study: Sequence[Study], engagement: Engagement, since: date, today: date) -> bool:
    """Self-study fell due and was not finished, and nothing else was done either."""
    was_due = any(since <= part.due_on < today and not part.finished for part in study)
    return was_due and (engagement.last_on is None or engagement.last_on < since)
