"""Delivery partners, and who a person is."""

from enrolment import organisations
from enrolment.participants import people
from headship_contracts.enrolment.organisations import (
    AddDeliveryPartner,
    DeliveryPartnerPage,
    DeliveryPartnerRecord,
    ListDeliveryPartners,
    NoteHubAccess,
)
from headship_contracts.enrolment.people import People, PeopleFound
from headship_contracts.messages import Done
from kit import Transaction, rpc


class Organisations:
    @rpc(AddDeliveryPartner)
    def add_delivery_partner(
        self, tx: Transaction, request: AddDeliveryPartner
    ) -> DeliveryPartnerRecord:
        """Add or change a delivery partner."""
        return organisations.add_delivery_partner(tx, request)

    @rpc(ListDeliveryPartners)
    def list_delivery_partners(
        self, tx: Transaction, request: ListDeliveryPartners
    ) -> DeliveryPartnerPage:
        """Delivery partners by name."""
        return organisations.list_delivery_partners(tx, request)

    @rpc(NoteHubAccess, allowed=("operator", "staff"))
    def note_hub_access(self, tx: Transaction, request: NoteHubAccess) -> Done:
        """What is done to a hub's access, for the audit trail."""
        return organisations.note_hub_access(tx, request)

    @rpc(People)
    def people(self, tx: Transaction, request: People) -> PeopleFound:
        """Names and addresses of participants and staff."""
        return people.people(tx, request)
