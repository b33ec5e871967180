"""The way to a place: rules, steps, waitlist, offers."""

from datetime import datetime, timedelta

from enrolment import admissions, offers, policies, swaps, waitlist
from enrolment.settings import EnrolmentSettings
from headship_contracts.enrolment import admissions as steps
from headship_contracts.enrolment import waitlist as places
from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.messages import Done
from kit import Database, Transaction, http, rpc, timer
from kit.pages import Request, Response

FORM_BYTES = 65_536
"""Of a form: three times the longest answer, however it is encoded."""


class Admissions:
    db: Database
    settings: EnrolmentSettings

    @rpc(steps.PublishAdmissionPolicy)
    def publish_admission_policy(
        self, tx: Transaction, request: steps.PublishAdmissionPolicy
    ) -> steps.AdmissionPolicy:
        """Give a course its next rules of admission."""
        return policies.publish(tx, request)

    @rpc(steps.ListAdmissionPolicies)
    def list_admission_policies(
        self, tx: Transaction, request: steps.ListAdmissionPolicies
    ) -> steps.AdmissionPolicyPage:
        """Every version of the rules."""
        return policies.list_policies(tx, request)

    @rpc(steps.RecordAdmissionStep)
    def record_admission_step(
        self, tx: Transaction, request: steps.RecordAdmissionStep
    ) -> steps.AdmissionStepRecord:
        """Record a statement, an endorsement, or suitability."""
        return admissions.record(tx, request)

    @rpc(steps.ListAdmissionSteps)
    def list_admission_steps(
        self, tx: Transaction, request: steps.ListAdmissionSteps
    ) -> steps.AdmissionStepPage:
        """What was recorded."""
        return admissions.list_steps(tx, request)

    @rpc(steps.MakeAdmissionLink)
    def make_admission_link(
        self, tx: Transaction, request: steps.MakeAdmissionLink
    ) -> steps.AdmissionLink:
        """A link by which somebody else answers a step."""
        return admissions.make_link(tx, request, self.settings.public_url)

    @rpc(steps.RevokeAdmissionLink)
    def revoke_admission_link(self, tx: Transaction, request: steps.RevokeAdmissionLink) -> Done:
        """The link is no longer good."""
        return admissions.revoke_link(tx, request)

    @http("GET", "/admissions/<step>/<token>")
    def admission_form(self, _request: Request, step: str, token: str) -> Response:
        """The form of a step, for whoever has the link."""
        with self.db.transaction() as tx:
            return admissions.show_form(tx, step, token)

    @http("POST", "/admissions/<step>/<token>", most_bytes=FORM_BYTES)
    def admission_answer(self, request: Request, step: str, token: str) -> Response:
        """The answer to a step."""
        sent = request.form.to_dict()
        with self.db.transaction() as tx:
            return admissions.take_form(tx, step, token, sent)

    # the waitlist

    @rpc(places.ListWaitlist)
    def list_waitlist(self, tx: Transaction, request: places.ListWaitlist) -> places.WaitlistPage:
        """Who waits, in order."""
        return waitlist.list_waitlist(tx, request)

    @rpc(places.JoinWaitlist)
    def join_waitlist(self, tx: Transaction, request: places.JoinWaitlist) -> places.WaitlistRecord:
        """Wait for a place."""
        return waitlist.join(tx, request)

    @rpc(places.LeaveWaitlist)
    def leave_waitlist(
        self, tx: Transaction, request: places.LeaveWaitlist
    ) -> places.WaitlistRecord:
        """Wait no longer."""
        return waitlist.leave(tx, request)

    @rpc(places.MoveOnWaitlist)
    def move_on_waitlist(
        self, tx: Transaction, request: places.MoveOnWaitlist
    ) -> places.WaitlistRecord:
        """Change the order, with a reason."""
        return waitlist.move(tx, request)

    @rpc(places.Reinstate)
    def reinstate(self, tx: Transaction, request: places.Reinstate) -> places.WaitlistRecord:
        """Let someone wait again who gave a place back."""
        return waitlist.reinstate(tx, request)

    @rpc(places.ListPlaceActs)
    def list_place_acts(
        self, tx: Transaction, request: places.ListPlaceActs
    ) -> places.PlaceActPage:
        """Who did what with a place, and why."""
        return waitlist.list_acts(tx, request)

    # offers

    @timer(every=timedelta(minutes=1), missed="skip")
    def offer_places(self, at: datetime) -> None:
        """End offers that have expired, and offer what is free; woken by each free place."""
        offers.offer_places(self.db, at)

    @rpc(places.OfferPlace)
    def offer_place(self, tx: Transaction, request: places.OfferPlace) -> places.OfferRecord:
        """Offer a place to someone who does not wait."""
        return offers.offer_place(tx, request)

    @rpc(places.TakeUpOffer)
    def take_up_offer(self, tx: Transaction, request: places.TakeUpOffer) -> ApplicationRecord:
        """The applicant says yes."""
        return offers.take_up(tx, request)

    @rpc(places.DeclineOffer)
    def decline_offer(self, tx: Transaction, request: places.DeclineOffer) -> places.OfferRecord:
        """The applicant says no."""
        return offers.decline(tx, request)

    @rpc(places.CancelPlace)
    def cancel_place(self, tx: Transaction, request: places.CancelPlace) -> ApplicationRecord:
        """A place that was taken up is given back."""
        return offers.cancel(tx, request)

    @rpc(places.ListOffers)
    def list_offers(self, tx: Transaction, request: places.ListOffers) -> places.OfferPage:
        """Offers and how they ended."""
        return offers.list_offers(tx, request)

    @rpc(places.SwapDeliveryPartners)
    def swap_delivery_partners(
        self, tx: Transaction, request: places.SwapDeliveryPartners
    ) -> places.Swapped:
        """Let people who hold places change delivery partners with each other."""
        return swaps.swap(tx, request)
