"""The waitlist, and the offers made from it."""

from datetime import datetime, timedelta

from enrolment.settings import EnrolmentSettings
from enrolment.waitlist import joining, offer_links, offers, swaps
from headship_contracts.enrolment import waitlist as contracts
from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.links import LinksFound
from kit import Database, Transaction, http, rpc, timer
from kit.pages import Request, Response

FORM_BYTES = 8_192


class Waitlist:
    db: Database
    settings: EnrolmentSettings

    @rpc(contracts.ListWaitlist)
    def list_waitlist(
        self, tx: Transaction, request: contracts.ListWaitlist
    ) -> contracts.WaitlistPage:
        """Who waits, in order."""
        return joining.list_waitlist(tx, request)

    @rpc(contracts.JoinWaitlist)
    def join_waitlist(
        self, tx: Transaction, request: contracts.JoinWaitlist
    ) -> contracts.WaitlistRecord:
        """Wait for a place."""
        return joining.join(tx, request)

    @rpc(contracts.LeaveWaitlist)
    def leave_waitlist(
        self, tx: Transaction, request: contracts.LeaveWaitlist
    ) -> contracts.WaitlistRecord:
        """Wait no longer."""
        return joining.leave(tx, request)

    @rpc(contracts.MoveOnWaitlist)
    def move_on_waitlist(
        self, tx: Transaction, request: contracts.MoveOnWaitlist
    ) -> contracts.WaitlistRecord:
        """Change the order, with a reason."""
        return joining.move(tx, request)

    @rpc(contracts.Reinstate)
    def reinstate(self, tx: Transaction, request: contracts.Reinstate) -> contracts.WaitlistRecord:
        """Let someone wait again who gave a place back."""
        return joining.reinstate(tx, request)

    @rpc(contracts.ListPlaceActs)
    def list_place_acts(
        self, tx: Transaction, request: contracts.ListPlaceActs
    ) -> contracts.PlaceActPage:
        """Who did what with a place, and why."""
        return joining.list_acts(tx, request)

    # offers

    @timer(every=timedelta(minutes=1), missed="skip")
    def offer_places(self, at: datetime) -> None:
        """End offers that have expired, and offer what is free; woken by each free place."""
        offers.offer_places(self.db, at)

    @rpc(contracts.OfferPlace)
    def offer_place(self, tx: Transaction, request: contracts.OfferPlace) -> contracts.OfferRecord:
        """Offer a place to someone who does not wait."""
        return offers.offer_place(tx, request)

    @rpc(contracts.TakeUpOffer)
    def take_up_offer(self, tx: Transaction, request: contracts.TakeUpOffer) -> ApplicationRecord:
        """The applicant says yes."""
        return offers.take_up(tx, request)

    @rpc(contracts.DeclineOffer)
    def decline_offer(
        self, tx: Transaction, request: contracts.DeclineOffer
    ) -> contracts.OfferRecord:
        """The applicant says no."""
        return offers.decline(tx, request)

    @rpc(contracts.MakeOfferLink)
    def make_offer_link(
        self, tx: Transaction, request: contracts.MakeOfferLink
    ) -> contracts.OfferLink:
        """A link by which the applicant answers."""
        return offer_links.make_link(tx, request, self.settings.public_url)

    @rpc(contracts.OfferLinks, allowed=("service", "operator"))
    def offer_links(self, tx: Transaction, request: contracts.OfferLinks) -> LinksFound:
        """The links that messages to applicants carry."""
        return offer_links.told(tx, request, self.settings.public_url)

    @http("GET", "/admissions/offer/<token>")
    def offer_form(self, _request: Request, token: str) -> Response:
        """The offer, for the applicant who has the link."""
        with self.db.transaction() as tx:
            return offer_links.show_form(tx, token)

    @http("POST", "/admissions/offer/<token>", most_bytes=FORM_BYTES)
    def offer_answer(self, request: Request, token: str) -> Response:
        """The applicant's answer."""
        sent = request.form.to_dict()
        with self.db.transaction() as tx:
            return offer_links.take_answer(tx, token, sent)

    @rpc(contracts.CancelPlace)
    def cancel_place(self, tx: Transaction, request: contracts.CancelPlace) -> ApplicationRecord:
        """A place that was taken up is given back."""
        return offers.cancel(tx, request)

    @rpc(contracts.ListOffers)
    def list_offers(self, tx: Transaction, request: contracts.ListOffers) -> contracts.OfferPage:
        """Offers and how they ended."""
        return offers.list_offers(tx, request)

    @rpc(contracts.SwapDeliveryPartners)
    def swap_delivery_partners(
        self, tx: Transaction, request: contracts.SwapDeliveryPartners
    ) -> contracts.Swapped:
        """Let people who hold places change delivery partners with each other."""
        return swaps.swap(tx, request)
