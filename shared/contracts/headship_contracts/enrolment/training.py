"""Asking enrolment to pause, end, move or reschedule somebody's training, and how it went.

`effective_on` is the provider's own date, which may lie in the past; DfE dates what it is told by
its own clock. With `if_revision` a write is a Conflict where the application has changed since.
"""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT, ApplicationRecord
from headship_contracts.enrolment.events import Milestone
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class DeferParticipant(Request[ApplicationRecord], to="enrolment", writes=True):
    """Pause training. `reason` is one of DfE's values; DfE dates it by its own clock.

    Without an `expected_return_on` a task asks for one.
    """

    application_id: UUID
    reason: str = text(longest=100)
    effective_on: date | None = None  # today if not given
    expected_return_on: date | None = None
    if_revision: int | None = None


@shape
class ResumeParticipant(Request[ApplicationRecord], to="enrolment", writes=True):
    """Go on after a deferral or a withdrawal."""

    application_id: UUID
    effective_on: date | None = None
    if_revision: int | None = None


@shape
class WithdrawParticipant(Request[ApplicationRecord], to="enrolment", writes=True):
    """End training early. `reason` is one of DfE's values. The place counts as used."""

    application_id: UUID
    reason: str = text(longest=100)
    effective_on: date | None = None
    if_revision: int | None = None


@shape
class SetExpectedReturn(Request[ApplicationRecord], to="enrolment", writes=True):
    """When somebody who is deferred means to come back. DfE does not keep it."""

    application_id: UUID
    expected_return_on: date
    if_revision: int | None = None


@shape
class ChangeSchedule(Request[ApplicationRecord], to="enrolment", writes=True):
    """Another schedule, in the same cohort unless one is named. Its place moves with it."""

    application_id: UUID
    schedule: str = text(longest=60)
    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    effective_on: date | None = None
    if_revision: int | None = None


@shape
class TransferParticipant(Request[ApplicationRecord], to="enrolment", writes=True):
    """Another delivery partner from a day on. What was declared before stays with the former."""

    application_id: UUID
    delivery_partner_id: UUID
    effective_on: date | None = None
    if_revision: int | None = None


@shape
class ChangeDeliveryPartner(Request[ApplicationRecord], to="enrolment", writes=True):
    """The delivery partner was wrong from the start: declarations that stand are mended at DfE."""

    application_id: UUID
    delivery_partner_id: UUID
    if_revision: int | None = None


@shape
class SchoolMoved(Shape):
    """A person's move, and those of their applications that moved with them.

    `revision`: the latest of all their applications that are not over.
    """

    participant_id: UUID
    school_urn: str
    application_ids: list[UUID]
    revision: int = 0


@shape
class MoveParticipantSchool(Request[SchoolMoved], to="enrolment", writes=True):
    """A person works at another school. DfE takes no such change; ours counts until it shows one.

    Moves each of their applications that is neither rejected nor removed. `if_revision`: a Conflict
    where the latest revision of these is another.
    """

    participant_id: UUID
    school_urn: str = text(longest=7, pattern=r"^\d{6,7}$")
    effective_on: date | None = None
    if_revision: int | None = None


@shape
class TrainingEntryRecord(Shape):
    """One thing that is so from `effective_on` on, as told at `recorded_at`.

    `aspect`: training_status, schedule, delivery_partner or school. `dfe_at` is DfE's own date.
    `corrected` says that a later entry stands in its stead.
    """

    entry_id: int
    application_id: UUID
    aspect: str
    value: str | None = None
    reason: str | None = None
    expected_return_on: date | None = None
    effective_on: date
    recorded_at: datetime
    recorded_by: str
    dfe_at: datetime | None = None
    corrects: int | None = None
    corrected: bool = False


@shape
class TrainingEntryPage(Page):
    """Entries in the order in which they were recorded."""

    items: list[TrainingEntryRecord]


@shape
class TrainingHistory(ListRequest[TrainingEntryPage], to="enrolment"):
    """All that was recorded of an application's training, or what was known at an instant."""

    application_id: UUID
    known_at: datetime | None = None


@shape
class TrainingState(Shape):
    """How training stood on a day, by what was known at an instant. None: nothing was known."""

    application_id: UUID
    on: date
    known_at: datetime
    training_status: str | None = None
    reason: str | None = None
    expected_return_on: date | None = None
    cohort: str | None = None
    schedule: str | None = None
    delivery_partner_id: UUID | None = None
    school_urn: str | None = None


@shape
class TrainingOn(Request[TrainingState], to="enrolment"):
    """What was known, at an instant, about a day. Without `known_at`: what is known now."""

    application_id: UUID
    on: date
    known_at: datetime | None = None


@shape
class CorrectTrainingEntry(Request[TrainingEntryRecord], to="enrolment", writes=True):
    """An entry counts from another day. The wrong one stays, with the time at which it was known.

    DfE keeps its own date: it takes no correction.
    """

    application_id: UUID
    entry_id: int
    effective_on: date
    if_revision: int | None = None


@shape
class RemainingWorkRecord(Shape):
    """What somebody still has to do, by what enrolment knows; what they have done is kept.

    Minutes are those planned and not attended, of live sessions and of self-study; None where
    sessions has told nothing. `result_outstanding`: the course is assessed and was not passed.
    """

    application_id: UUID
    training_status: str | None = None
    expected_return_on: date | None = None
    deferrals_used: int
    deferrals_left: int
    declared: list[str]
    to_declare: list[str]
    milestones: list[Milestone]
    live_minutes_left: int | None = None
    study_minutes_left: int | None = None
    last_engaged_on: date | None = None
    result_outstanding: bool


@shape
class RemainingWork(Request[RemainingWorkRecord], to="enrolment"):
    """What somebody still has to do: asked for above all when they are deferred."""

    application_id: UUID
