"""The waitlist of a cohort and course, and the offers of places that follow from it."""

from datetime import datetime
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT, ApplicationRecord
from headship_contracts.links import LinksFound, LinkWanted
from headship_contracts.messages import ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text

REASON = r"\S"


@shape
class WaitlistRecord(Shape):
    """An application on the waitlist, or one that was on it.

    `position` counts from 1 among those who wait. `passed_over` says why the next place is not
    theirs though it is their turn: `not_eligible`, `no_place_at_delivery_partner`,
    `not_enough_places_for_all` (of those who wait together).
    """

    application_id: UUID
    cohort: str
    course: str
    delivery_partner_id: UUID | None = None
    state: str  # waiting | offered | taken | declined | expired | cancelled | left
    position: int | None = None
    passed_over: str | None = None
    together_id: UUID | None = None
    joined_at: datetime
    reinstated_at: datetime | None = None
    policy_version: int | None = None
    revision: int


@shape
class WaitlistPage(Page):
    """Those who wait, in the order of the policy and of what was moved since."""

    items: list[WaitlistRecord]


@shape
class ListWaitlist(ListRequest[WaitlistPage], to="enrolment"):
    """The waitlist of a cohort and course; with a delivery partner, those who wait for it."""

    cohort: str = text(longest=5, pattern=COHORT)
    course: str = text(longest=60)
    delivery_partner_id: UUID | None = None


@shape
class JoinWaitlist(Request[WaitlistRecord], to="enrolment", writes=True):
    """Wait for a place. Who waits together with another gets one with them, or neither does.

    `if_revision`: a Conflict where this entry of the waitlist has changed since; 0 for one that
    there is none of.
    """

    application_id: UUID
    together_with: UUID | None = None
    if_revision: int | None = None


@shape
class LeaveWaitlist(Request[WaitlistRecord], to="enrolment", writes=True):
    """Wait no longer."""

    application_id: UUID
    reason: str = text(longest=500, pattern=REASON)
    if_revision: int | None = None  # of the entry


@shape
class MoveOnWaitlist(Request[WaitlistRecord], to="enrolment", writes=True):
    """Put someone before another one, or at the end. The reason is kept.

    `if_revision`: a Conflict where this entry of the waitlist has changed since.
    """

    application_id: UUID
    before: UUID | None = None
    reason: str = text(longest=500, pattern=REASON)
    if_revision: int | None = None


@shape
class Reinstate(Request[WaitlistRecord], to="enrolment", writes=True):
    """Let someone wait again, at the end, who gave a place back, let an offer pass or left."""

    application_id: UUID
    reason: str = text(longest=500, pattern=REASON)
    if_revision: int | None = None  # of the entry


@shape
class OfferRecord(Shape):
    """An offer of a place. The place is held while it is open."""

    offer_id: UUID
    application_id: UUID
    state: str  # open | accepted | declined | expired | withdrawn
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    reason: str | None = None
    policy_version: int | None = None
    revision: int


@shape
class OfferPlace(Request[OfferRecord], to="enrolment", writes=True):
    """Offer a free place to someone who does not wait for one; refused while others do."""

    application_id: UUID
    if_revision: int | None = None  # of the application


@shape
class TakeUpOffer(Request[ApplicationRecord], to="enrolment", writes=True):
    """The applicant says yes: the place is theirs until the application is decided."""

    application_id: UUID
    if_revision: int | None = None  # of the offer


@shape
class DeclineOffer(Request[OfferRecord], to="enrolment", writes=True):
    """The applicant says no: the next one gets the place, and this one none unless reinstated."""

    application_id: UUID
    reason: str = text(longest=500, pattern=REASON)
    if_revision: int | None = None  # of the offer


@shape
class OfferLink(Shape):
    """Where an applicant answers an offer, as long as it is open."""

    application_id: UUID
    offer_id: UUID
    url: str
    expires_at: datetime


@shape
class MakeOfferLink(Request[OfferLink], to="enrolment", writes=True):
    """Make the link to the page on which the applicant takes the place up or declines it."""

    application_id: UUID


@shape
class OfferLinks(Request[LinksFound], to="enrolment"):
    """The same links of up to 500 applicants, for messages; who has no open offer is left out."""

    wanted: list[LinkWanted] = items(most=500)


@shape
class CancelPlace(Request[ApplicationRecord], to="enrolment", writes=True):
    """A place taken up is given back before the application is accepted; never offered back."""

    application_id: UUID
    reason: str = text(longest=500, pattern=REASON)
    if_revision: int | None = None  # of the application


@shape
class OfferPage(Page):
    """Offers, oldest first."""

    items: list[OfferRecord]


@shape
class ListOffers(ListRequest[OfferPage], to="enrolment"):
    """Offers that fit every filter given."""

    application_id: UUID | None = None
    state: str | None = None
    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    course: str | None = None


@shape
class PlaceAct(Shape):
    """What somebody did with a place or the waitlist, and why."""

    act_id: int
    application_id: UUID
    act: str  # joined | offered | left | moved | reinstated | declined | cancelled | swapped
    before: UUID | None = None
    reason: str | None = None
    by: str
    at: datetime


@shape
class PlaceActPage(Page):
    """What was done, oldest first."""

    items: list[PlaceAct]


@shape
class ListPlaceActs(ListRequest[PlaceActPage], to="enrolment"):
    """The record of all that changed who gets a place."""

    application_id: UUID | None = None
    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    course: str | None = None
    act: str | None = None


@shape
class Swapped(Shape):
    """The applications after a swap, in the order given."""

    items: list[ApplicationRecord]


@shape
class SwapDeliveryPartners(Request[Swapped], to="enrolment", writes=True):
    """Each one gets the delivery partner of the next, the last one that of the first; or none do.

    Two swap; more trade round. All are of one cohort and course and hold a place, so no cap is
    touched.
    """

    application_ids: list[UUID] = items(most=20)
    reason: str = text(longest=500, pattern=REASON)
