"""Facts that enrolment tells."""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import Event
from headship_contracts.shape import Shape, items, shape


@shape
class ApplicationState(Event):
    """All that others may know of an application, as it is now. `revision` is the application's.

    `application_id` is one person, one course, one cohort; once accepted it is the enrolment.
    """

    application_id: UUID
    participant_id: UUID
    status: str  # pending | accepted | rejected | removed
    training_status: str | None = None  # active | deferred | withdrawn; None until accepted
    course: str  # npq-headship
    cohort: str  # 2026b
    schedule: str | None = None  # npq-leadership-autumn
    starts_on: date | None = None
    delivery_partner_id: UUID | None = None
    school_urn: str | None = None
    trust_id: str | None = None
    local_authority: str | None = None
    phase: str | None = None  # primary | secondary | all_through | ...
    place: str | None = None  # none | held | offered | waiting
    funded_place: bool | None = None


@shape
class ApplicationReceived(ApplicationState, source="enrolment", heard_by=("notifications",)):
    """An application reached us, from DfE or by import."""


@shape
class PlaceOffered(ApplicationState, source="enrolment", heard_by=("notifications",)):
    """A place is held for someone who waited, until they answer or the offer expires."""

    expires_at: datetime


@shape
class PlaceOfferEnded(ApplicationState, source="enrolment", heard_by=("notifications",)):
    """An offer is open no longer."""

    outcome: str  # accepted | declined | expired | withdrawn


@shape
class ApplicationAccepted(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """Accepted at DfE and here: the participant has a place, and training is active."""

    accepted_at: datetime


@shape
class ApplicationRejected(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """Rejected, for good; `was_accepted` tells whether a place has to be given back."""

    reason: str
    was_accepted: bool


@shape
class ApplicationRemoved(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """DfE no longer shows this application to us, or took the acceptance back."""

    cause: str  # vanished | reverted | moved


@shape
class ParticipantDeferred(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """Training is paused."""

    reason: str
    effective_on: date
    expected_return_on: date | None = None


@shape
class ParticipantResumed(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """Training goes on after a deferral or a withdrawal."""

    effective_on: date


@shape
class ParticipantWithdrawn(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """Training ended before its time."""

    reason: str
    effective_on: date


@shape
class ParticipantTransferred(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """Another delivery partner looks after this participant now."""

    former_delivery_partner_id: UUID | None = None


@shape
class ParticipantRescheduled(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """On another schedule now, perhaps of another cohort."""

    former_schedule: str | None = None
    former_cohort: str


@shape
class ParticipantMerged(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """DfE found two participants to be one person: this application is `participant_id`'s now.

    Nobody is asked about by the former id any more; the application's own id stays.
    """

    former_participant_id: UUID


@shape
class ParticipantMovedSchool(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment")
):
    """The participant works at another school now."""

    former_school_urn: str | None = None


@shape
class ParticipantDetailsChanged(
    ApplicationState, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """What is known of the participant or their school changed: the names of the fields only.

    A name or an address is asked for with `People`; facts of a school stand in the state above.
    """

    fields: list[str] = items(most=20)  # full_name, email, teacher_reference_number, trust_id, ...


@shape
class DeliveryPartnerChanged(
    Event, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """A delivery partner was added or changed."""

    delivery_partner_id: UUID
    status: str  # active | suspended | removed
    name: str  # an organisation's name, not a person's
    place: str | None = None  # "51.50,-0.12": latitude and longitude
    access: str | None = None  # of its own systems: open | suspended | removed; None: never had any


@shape
class StaffChanged(Event, source="enrolment", heard_by=("sessions", "assessment", "notifications")):
    """Someone who works for the provider or a hub was added or changed."""

    staff_id: UUID
    roles: list[str] = items(most=20)  # coach, facilitator, assessor, moderator, lead
    school_urn: str | None = None
    trust_id: str | None = None
    delivery_partner_id: UUID | None = None
    former_delivery_partner_id: UUID | None = None  # when they have just left it
    active: bool = True


@shape
class Milestone(Shape):
    """When one type of declaration may be made, by when, and when DfE pays for it, if known."""

    declaration_type: str
    opens_on: date
    deadline_on: date
    paid_on: date | None = None


@shape
class SchedulePublished(Event, source="enrolment", heard_by=("sessions", "assessment")):
    """The milestones of a schedule in a cohort."""

    schedule: str
    cohort: str
    starts_on: date
    milestones: list[Milestone]


@shape
class DeclarationState(Event):
    """A declaration as it is now. `revision` is the application's declaration record's."""

    application_id: UUID
    participant_id: UUID
    course: str
    declaration_type: str  # started | retained-1 | retained-2 | completed
    delivery_partner_id: UUID | None = None


@shape
class DeclarationDue(DeclarationState, source="enrolment", heard_by=("notifications",)):
    """A milestone is near and its declaration is not made: evidence is missing, or it waits."""

    due_on: date
    deadline_on: date
    days_left: int
    reason: str  # no_evidence | not_sent


@shape
class DeclarationSubmitted(DeclarationState, source="enrolment", heard_by=("notifications",)):
    """DfE took the declaration."""

    state: str


@shape
class DeclarationRefused(DeclarationState, source="enrolment", heard_by=("notifications",)):
    """DfE refused the declaration; `reason` is its message."""

    reason: str


@shape
class DeclarationVoided(DeclarationState, source="enrolment", heard_by=("notifications",)):
    """DfE took the declaration back; one that was paid is clawed back on a later statement.

    `state`: voided | awaiting_clawback | clawed_back.
    """

    state: str


@shape
class OutcomeReported(Event, source="enrolment", heard_by=("assessment", "notifications")):
    """DfE holds this outcome now."""

    application_id: UUID
    participant_id: UUID
    state: str  # passed | failed | voided
    completion_date: date


@shape
class ErasureDecided(
    Event, source="enrolment", heard_by=("sessions", "assessment", "notifications")
):
    """A person's data is to go. Every id that they have had is named, and their applications.

    `ended_on` is the last day of their training: what has to be kept is kept from then on.
    """

    erasure_id: UUID
    person_ids: list[UUID]
    application_ids: list[UUID]
    ended_on: date
