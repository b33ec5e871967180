"""Who applies, who is accepted, and who looks after them."""

from enrolment.applications import deciding
from enrolment.imports import one
from enrolment.training import transfers
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    AddApplication,
    ApplicationPage,
    ApplicationRecord,
    AssignDeliveryPartner,
    ChangeFundedPlace,
    GetApplication,
    ListApplications,
    RejectApplication,
)
from kit import Transaction, rpc


class Applications:
    @rpc(ListApplications)
    def list_applications(self, tx: Transaction, request: ListApplications) -> ApplicationPage:
        """Applications that fit every filter."""
        return deciding.list_applications(tx, request)

    @rpc(GetApplication)
    def get_application(self, tx: Transaction, request: GetApplication) -> ApplicationRecord:
        """One application."""
        return deciding.get_application(tx, request)

    @rpc(AddApplication)
    def add_application(self, tx: Transaction, request: AddApplication) -> ApplicationRecord:
        """Import an applicant who is not at DfE."""
        return one.add_application(tx, request)

    @rpc(AcceptApplication)
    def accept_application(self, tx: Transaction, request: AcceptApplication) -> ApplicationRecord:
        """Hold a place, and tell DfE."""
        return deciding.accept(tx, request)

    @rpc(RejectApplication)
    def reject_application(self, tx: Transaction, request: RejectApplication) -> ApplicationRecord:
        """Reject, at DfE and here."""
        return deciding.reject(tx, request)

    @rpc(ChangeFundedPlace)
    def change_funded_place(self, tx: Transaction, request: ChangeFundedPlace) -> ApplicationRecord:
        """Whether DfE funds a place, at DfE and here."""
        return deciding.change_funded_place(tx, request)

    @rpc(AssignDeliveryPartner)
    def assign_delivery_partner(
        self, tx: Transaction, request: AssignDeliveryPartner
    ) -> ApplicationRecord:
        """Say who looks after a participant."""
        return transfers.assign_delivery_partner(tx, request)
