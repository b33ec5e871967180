"""Asking sessions for a cohort's dated plan, and publishing one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, items, number, text

LOCAL_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$"
"""Wall time in London, to the minute."""


@dataclass(frozen=True, kw_only=True)
class PlanUnitRecord(Shape):
    """A unit of a plan. Its dates are inclusive; `local_start` is a webinar's wall time in London.

    Coaching and face-to-face days have the week as their dates: each group and hub has its own
    day in it.
    """

    code: str
    kind: str  # self_study | webinar | coaching | face_to_face
    title: str
    cycle: int
    section: str = ""
    minutes: int
    starts_on: date
    ends_on: date
    local_start: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShortfallRecord(Shape):
    """A rule that the plan could not keep or check. `code` is stable."""

    code: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class PlanRecord(Shape):
    """A cohort's plan. `minutes` is the learning time of all units, in so many `weeks`."""

    plan_id: UUID
    course: str
    cohort: str
    version: int
    template: str  # headship-2026.1
    assessed: bool
    starts_on: date
    ends_on: date
    last_unit_ends_on: date
    minutes: int
    weeks: int
    units: list[PlanUnitRecord] = items(most=500)
    shortfalls: list[ShortfallRecord] = items(most=200)


@dataclass(frozen=True, kw_only=True)
class PublishPlan(Request[PlanRecord], to="sessions", writes=True):
    """Build the plan of a course's template for a cohort, and publish it.

    It starts on `starts_on`, or on the start of `schedule`, which enrolment has published. A plan
    that comes out as the published one is not published again; one that differs is its next
    version. `expected_version` (0: none yet) makes sure that nobody published in between.
    """

    course: str = text(longest=64)
    cohort: str = text(longest=16)
    starts_on: date | None = None
    schedule: str | None = text(longest=64, default=None)
    expected_version: int | None = number(least=0, default=None)


@dataclass(frozen=True, kw_only=True)
class GetPlan(Request[PlanRecord], to="sessions"):
    """The newest plan of a cohort, or an earlier version."""

    course: str
    cohort: str
    version: int | None = None
