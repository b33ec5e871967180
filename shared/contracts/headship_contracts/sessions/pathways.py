"""A participant's own plan: rating oneself, choosing units and depth, moving study, tasks."""

from dataclasses import field
from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

DEPTH = r"^(left_out|brief|full|deep)$"
CODE = r"^[a-z0-9_]+$"


@shape
class SectionRating(Shape):
    """How somebody rates themselves in a section: 1 is new to it, 5 could teach it."""

    section: str = text(longest=64)
    level: int = number(least=1, most=5)


@shape
class SectionDistance(Shape):
    """The first and the latest rating in a section, and the levels between them."""

    section: str
    title: str
    first: int
    latest: int
    distance: int


@shape
class SelfRatingReport(Shape):
    """The distance travelled, by section; `rounds` ratings were made in all."""

    application_id: UUID
    rounds: int
    first_rated_at: datetime | None = None
    latest_rated_at: datetime | None = None
    sections: list[SectionDistance]


@shape
class RateSelf(Request[SelfRatingReport], to="sessions", writes=True):
    """Rate oneself against every section of the framework; again, to see the distance travelled."""

    application_id: UUID
    ratings: list[SectionRating] = items(most=50)


@shape
class GetSelfRating(Request[SelfRatingReport], to="sessions"):
    """The distance that somebody has travelled so far."""

    application_id: UUID


@shape
class UnitOption(Shape):
    """A unit of self-study as it can be chosen: its minutes at each depth, and what is suggested.

    `core` units are full or deep. `requires` and `evidence` list codes, with spaces between.
    """

    unit_code: str
    title: str
    section: str
    core: bool
    brief_minutes: int
    full_minutes: int
    deep_minutes: int
    requires: str = ""
    suggested_depth: str
    task: str = ""
    evidence: str = ""


@shape
class EvidenceRecord(Shape):
    """What units rest on: a reference, where to read it, and what it claims."""

    code: str
    reference: str
    link: str
    claims: str


@shape
class PathwayOptions(Shape):
    """What can be chosen, within so many minutes of self-study in the whole programme."""

    application_id: UUID
    least_minutes: int
    most_minutes: int
    units: list[UnitOption]
    evidence: list[EvidenceRecord]


@shape
class GetPathwayOptions(Request[PathwayOptions], to="sessions"):
    """The units of somebody's programme, with a depth suggested by their rating and `faces`.

    `faces`: sections or units that the school faces now, the most pressing first.
    """

    application_id: UUID
    faces: list[str] = field(default_factory=list)


@shape
class UnitChoice(Shape):
    """How deeply to go into a unit, or that it is left out."""

    unit_code: str = text(longest=64)
    depth: str = text(pattern=DEPTH)


@shape
class PathwayItem(Shape):
    """A unit of self-study, or a missed session to catch up on, with its dates, inclusive.

    `kind`: self_study | catch_up. `state`: done | ahead | overdue | not_planned (it found no week).
    `session_id`: where the reflection of a catch-up is handed in.
    """

    kind: str
    unit_code: str
    title: str
    section: str
    depth: str
    minutes: int
    starts_on: date | None = None
    ends_on: date | None = None
    state: str
    done_minutes: int = 0
    session_id: UUID | None = None
    task: str = ""
    task_reported: bool = False


@shape
class PathwayShortfall(Shape):
    """Something that the plan could not keep. `code` is stable."""

    code: str  # not_in_time | not_planned
    detail: str


@shape
class PathwayRecord(Shape):
    """A participant's own plan. `version` 0 with `why` "cohort": nobody has made one yet.

    `why`: chosen | moved | paused | returned | rescheduled | missed_session | caught_up |
    plan_changed. `in_reach`: what is done and planned reaches the gate's share of self-study.
    """

    application_id: UUID
    version: int
    why: str
    made_at: datetime | None = None
    faces: list[str]
    study_minutes: int
    done_minutes: int
    in_reach: bool
    items: list[PathwayItem]
    shortfalls: list[PathwayShortfall]


@shape
class GetPathway(Request[PathwayRecord], to="sessions"):
    """A participant's own plan as it is now."""

    application_id: UUID


@shape
class ChoosePathway(Request[PathwayRecord], to="sessions", writes=True):
    """Choose units and their depth, and what the school faces now; the plan is laid out anew.

    Units that `choices` does not name are as suggested. `try_only`: show what would be planned.
    """

    application_id: UUID
    faces: list[str] = items(most=60, default_factory=list)
    choices: list[UnitChoice] = items(most=500, default_factory=list)
    try_only: bool = False
    expected_version: int | None = number(least=0, default=None)


@shape
class MoveStudy(Request[PathwayRecord], to="sessions", writes=True):
    """Study a unit in the week of a day; the rest is laid out around it.

    Refused `gate_would_be_lost` where the rest would no longer reach the gate's share.
    """

    application_id: UUID
    unit_code: str = text(longest=64)
    week_of: date


@shape
class PauseStudy(Request[PathwayRecord], to="sessions", writes=True):
    """Study nothing in the weeks that these days touch, both inclusive; the rest moves around it.

    Refused `gate_would_be_lost` where the rest would no longer reach the gate's share.
    """

    application_id: UUID
    from_on: date
    until_on: date
    reason: str = text(longest=64, pattern=CODE)  # ofsted_inspection, illness, ...


@shape
class TaskRecord(Shape):
    """How a unit was applied in one's own school, as last told, and the coach's last comment."""

    application_id: UUID
    unit_code: str
    task: str
    report: str = text(longest=20_000)
    done_on: date
    reported_at: datetime
    comments: int
    comment: str | None = text(longest=5_000, default=None)
    commented_by: str | None = None


@shape
class ReportTask(Request[TaskRecord], to="sessions", writes=True):
    """Tell how a unit's task went in one's own school; again, to tell more. It counts as study."""

    application_id: UUID
    unit_code: str = text(longest=64)
    report: str = text(longest=20_000)
    done_on: date | None = None  # in London; None: today


@shape
class CommentTask(Request[TaskRecord], to="sessions", writes=True):
    """The coach's comment on what was told."""

    application_id: UUID
    unit_code: str = text(longest=64)
    comment: str = text(longest=5_000)
    coach_staff_id: UUID | None = None


@shape
class TaskPage(Page):
    """Tasks as last told, the oldest first."""

    items: list[TaskRecord]


@shape
class ListTasks(ListRequest[TaskPage], to="sessions"):
    """Tasks that fit every filter; `uncommented`: only those without a coach's comment."""

    application_id: UUID | None = None
    group_id: UUID | None = None
    uncommented: bool = False
