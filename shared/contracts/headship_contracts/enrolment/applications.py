"""Asking enrolment about applications, and deciding on them.

Personal data is not part of an application's record: who is behind it is asked with `People`.
"""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, number, shape, text

COHORT = r"^\d{4}[a-z]$"


@shape
class ApplicationRecord(Shape):
    """An application as enrolment holds it.

    `status` and `training_status` are what DfE has confirmed. `decision` is what was decided here
    and DfE has not answered yet. `problem_field` and `problem_message` are DfE's, or its twin's,
    last refusal of a decision on this application.
    """

    application_id: UUID
    revision: int
    participant_id: UUID
    dfe_application_id: UUID | None = None
    dfe_participant_id: UUID | None = None
    source: str  # dfe | import
    course: str
    cohort: str
    status: str  # pending | accepted | rejected | removed
    decision: str | None = None  # accepting | rejecting | deferring | ... | rescheduling
    training_status: str | None = None  # active | deferred | withdrawn
    schedule: str | None = None
    starts_on: date | None = None
    delivery_partner_id: UUID | None = None
    school_urn: str | None = None
    trust_id: str | None = None
    local_authority: str | None = None
    phase: str | None = None
    place: str | None = None  # none | waiting | offered | held | over (DfE accepted past the cap)
    funded_place: bool | None = None
    eligible_for_funding: bool
    ineligible_for_funding_reason: str | None = None
    funding_prediction: str | None = None  # our own rule's code; imports only
    accepted_at: datetime | None = None
    reason_for_rejection: str | None = None
    training_reason: str | None = None
    training_effective_on: date | None = None
    expected_return_on: date | None = None
    problem_field: str | None = None
    problem_message: str | None = None
    address_failed: bool = False  # messages to this participant do not arrive
    created_at: datetime


@shape
class ApplicationPage(Page):
    """Applications, oldest first."""

    items: list[ApplicationRecord]


@shape
class ListApplications(ListRequest[ApplicationPage], to="enrolment"):
    """Applications that fit every filter given."""

    status: str | None = None
    decision: str | None = None
    training_status: str | None = None
    place: str | None = None
    course: str | None = None
    cohort: str | None = None
    delivery_partner_id: UUID | None = None
    participant_id: UUID | None = None
    dfe_application_id: UUID | None = None
    with_problem: bool = False


@shape
class GetApplication(Request[ApplicationRecord], to="enrolment"):
    """One application."""

    application_id: UUID


@shape
class AcceptApplication(Request[ApplicationRecord], to="enrolment", writes=True):
    """Hold a place and tell DfE. The reply shows `decision: accepting` until DfE has answered.

    `funded_place` must be given for a capped cohort, false for an unfunded one, and is not used
    for a fully funded one. With `wait_if_full` an application for which no place is left waits
    instead of being refused.
    """

    application_id: UUID
    funded_place: bool | None = None
    schedule: str | None = text(longest=60, default=None)  # else the one that DfE would choose
    wait_if_full: bool = False
    if_revision: int | None = None


@shape
class RejectApplication(Request[ApplicationRecord], to="enrolment", writes=True):
    """Reject an application at DfE and here, for good. Its place is given back."""

    application_id: UUID
    if_revision: int | None = None


@shape
class ChangeFundedPlace(Request[ApplicationRecord], to="enrolment", writes=True):
    """Whether DfE funds the place of an accepted application; at DfE first, then here."""

    application_id: UUID
    funded_place: bool
    if_revision: int | None = None


@shape
class AssignDeliveryPartner(Request[ApplicationRecord], to="enrolment", writes=True):
    """Which delivery partner looks after the participant. Counts against that partner's cap."""

    application_id: UUID
    delivery_partner_id: UUID
    if_revision: int | None = None


@shape
class AddApplication(Request[ApplicationRecord], to="enrolment", writes=True):
    """Import one applicant who is not at DfE (self-funded, or from another system).

    `reference` is the sender's own; the same reference again changes nothing. Whether DfE would
    fund the person is predicted by our own rule from the school and the answers given.
    """

    reference: str = text(longest=100)
    full_name: str = text(longest=200)
    email: str | None = text(longest=320, default=None)
    teacher_reference_number: str | None = text(longest=7, pattern=r"^\d{7}$", default=None)
    course: str = text(longest=60)
    cohort: str = text(longest=5, pattern=COHORT)
    works_in_england: bool = True
    work_setting: str = text(longest=60, default="a_school")
    school_urn: str | None = text(longest=7, pattern=r"^\d{6,7}$", default=None)
    employment_type: str | None = text(longest=60, default=None)
    referred_by_return_to_teaching_adviser: bool = False


@shape
class PlacesRecord(Shape):
    """How many places there are and how many are held. No `cap`: as many as come."""

    cohort: str
    course: str
    delivery_partner_id: UUID | None = None  # None: over all delivery partners
    cap: int | None = None
    held: int
    revision: int = 0  # of the cap


@shape
class SetPlaces(Request[PlacesRecord], to="enrolment", writes=True):
    """Set the cap of a cohort and course, or of one hub in it: no less than is held.

    A null `cap` lifts it; it has to be said, so that leaving it out lifts nothing. `if_revision`:
    a Conflict where the cap has changed since.
    """

    cohort: str = text(longest=5, pattern=COHORT)
    course: str = text(longest=60)
    delivery_partner_id: UUID | None = None
    cap: int | None = number(least=0, most=1_000_000)
    if_revision: int | None = None


@shape
class PlacesList(Shape):
    """The caps of a cohort and course."""

    items: list[PlacesRecord]


@shape
class ListPlaces(Request[PlacesList], to="enrolment"):
    """The overall cap and each delivery partner's."""

    cohort: str = text(longest=5, pattern=COHORT)
    course: str = text(longest=60)
