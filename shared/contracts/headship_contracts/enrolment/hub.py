"""What a hub may ask enrolment: about its own participants, and about nobody else's.

A record of another hub's is `NotFound`, as one that there never was.
"""

from datetime import date, datetime
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT
from headship_contracts.hub_changes import HubChanges, HubChangesRequest
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, shape, text


@shape
class HubParticipant(Shape):
    """Somebody whom the hub trains, or has trained, on one course and cohort.

    `revision` grows with each change of the enrolment. Who is on two courses is here twice, with
    one `participant_id`.
    """

    application_id: UUID
    participant_id: UUID
    revision: int
    full_name: str
    email: str | None = None
    course: str
    cohort: str
    status: str  # accepted | rejected | removed
    training_status: str | None = None  # active | deferred | withdrawn
    training_reason: str | None = None
    training_effective_on: date | None = None
    expected_return_on: date | None = None
    schedule: str | None = None
    starts_on: date | None = None
    school_urn: str | None = None
    accepted_at: datetime | None = None
    address_failed: bool = False  # messages to this participant do not arrive


@shape
class HubParticipantPage(Page):
    """Participants, those changed last at the end.

    `updated_since` is what to ask with next time to be told whatever changes from now on; it lies
    some minutes back, so that the same record may come again, and none is missed.
    """

    items: list[HubParticipant]
    updated_since: datetime


@shape
class ListHubParticipants(ListRequest[HubParticipantPage], to="enrolment", for_hubs=True):
    """The hub's participants that fit every filter given."""

    updated_since: datetime | None = None
    course: str | None = text(longest=60, default=None)
    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    training_status: str | None = text(
        longest=9, pattern=r"^(active|deferred|withdrawn)$", default=None
    )


@shape
class GetHubParticipant(Request[HubParticipant], to="enrolment", for_hubs=True):
    """One of the hub's participants."""

    application_id: UUID


@shape
class ListHubChanges(HubChangesRequest, Request[HubChanges], to="enrolment", for_hubs=True):
    """Changes of the hub's participants: accepted, transferred, deferred, withdrawn, ..."""
