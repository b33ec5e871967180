"""Asking sessions for a cohort's dated plan, and publishing one."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, items, number, shape, text

LOCAL_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$"
"""Wall time in London, to the minute."""


@shape
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


@shape
class ShortfallRecord(Shape):
    """A rule that the plan could not keep or check, why, and who is affected. `code` is stable.

    `schools` are some URNs with spaces between; `group_id` or `delivery_partner_id` tell whose
    session it is, where it is not the whole cohort's.
    """

    code: str
    detail: str = text(longest=4_000)
    unit_code: str = ""
    day: date | None = None
    people: int = 0
    schools: str = ""
    group_id: UUID | None = None
    delivery_partner_id: UUID | None = None


@shape
class PlanRecord(Shape):
    """A cohort's plan. `minutes` is the learning time of all units, in so many `weeks`.

    `assessment_from` is the first day on which its assessment may begin: four weeks after the
    last unit.
    """

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
    shortfalls: list[ShortfallRecord] = items(most=500)
    assessment_from: date | None = None


@shape
class PinnedUnit(Shape):
    """A unit that is to be in the week of a day."""

    unit_code: str = text(longest=64)
    week_of: date


@shape
class PlanDifference(Shape):
    """What a draft changes of the published version, and whom that reaches.

    `change`: added | removed | moved | changed. `sessions` are those in the calendar that would be
    moved, cancelled, or longer or shorter, `people` those who hold a seat in them.
    """

    unit_code: str
    change: str
    title: str
    former_starts_on: date | None = None
    starts_on: date | None = None
    sessions: int = 0
    people: int = 0


@shape
class PlanDraftRecord(Shape):
    """A plan that nobody but the programme team sees, and what it changes.

    `based_on_version` is the version in force when it was made (0: none): when another one has
    been published since, the draft cannot be.
    """

    draft_id: UUID
    course: str
    cohort: str
    based_on_version: int
    template: str
    starts_on: date
    ends_on: date
    last_unit_ends_on: date
    assessment_from: date
    minutes: int
    weeks: int
    units: list[PlanUnitRecord] = items(most=500)
    shortfalls: list[ShortfallRecord] = items(most=500)
    differences: list[PlanDifference] = items(most=1_000)


@shape
class DraftPlan(Request[PlanDraftRecord], to="sessions", writes=True):
    """Build a plan without publishing it, and compare it with the published version.

    It starts on `starts_on`, or on the start of `schedule`, which enrolment has published.
    `assessment_on`: when the assessment begins; the last unit is then to end four weeks before.
    `pinned` keeps units in weeks of one's own choice. What a published plan has had already, or
    has so soon that people could not be told in time, stays. The draft replaces the cohort's
    former one.
    """

    course: str = text(longest=64)
    cohort: str = text(longest=16)
    starts_on: date | None = None
    schedule: str | None = text(longest=64, default=None)
    assessment_on: date | None = None
    pinned: list[PinnedUnit] = items(most=500, default_factory=list)


@shape
class PublishPlan(Request[PlanRecord], to="sessions", writes=True):
    """Publish a cohort's plan: a draft by its id, or one built now as `DraftPlan` would.

    A plan that comes out as the published one is not published again; one that differs is its next
    version. A draft of an older version is a Conflict. `expected_version` (0: none yet) makes sure
    that nobody published in between. `schedule_sessions` then moves what differs, and only that.
    """

    course: str = text(longest=64)
    cohort: str = text(longest=16)
    starts_on: date | None = None
    schedule: str | None = text(longest=64, default=None)
    expected_version: int | None = number(least=0, default=None)
    draft_id: UUID | None = None
    assessment_on: date | None = None


@shape
class GetPlanDraft(Request[PlanDraftRecord], to="sessions"):
    """A cohort's draft, compared with what is published now."""

    course: str
    cohort: str


@shape
class GetPlan(Request[PlanRecord], to="sessions"):
    """The newest plan of a cohort, or an earlier version."""

    course: str
    cohort: str
    version: int | None = None


@shape
class PlanComparison(Shape):
    """What the later of two published versions changed of the earlier one. Whom it reached is not
    told: people may have come and gone since.
    """

    course: str
    cohort: str
    former_version: int
    version: int
    former_template: str
    template: str
    former_published_at: datetime
    published_at: datetime
    differences: list[PlanDifference] = items(most=1_000)


@shape
class ComparePlans(Request[PlanComparison], to="sessions"):
    """Compare two published versions of a cohort's plan; without `version` with the newest one.

    NotFound `plan_version_not_found` for a version that there is not.
    """

    course: str
    cohort: str
    former_version: int = number(least=1)
    version: int | None = number(least=1, default=None)
