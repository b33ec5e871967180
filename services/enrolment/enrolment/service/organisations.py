"""Delivery partners, schools, staff, and who a person is."""

from enrolment import evidence, organisations
from headship_contracts.enrolment.organisations import (
    AddDeliveryPartner,
    DeliveryPartnerPage,
    DeliveryPartnerRecord,
    ListDeliveryPartners,
)
from headship_contracts.enrolment.people import (
    People,
    PeopleFound,
)
from headship_contracts.enrolment.schools import AddSchools
from headship_contracts.enrolment.staff import AddStaff, ListStaff, StaffPage, StaffRecord
from headship_contracts.messages import (
    Done,
)
from headship_contracts.notifications.events import (
    MessageFailed,
)
from kit import Transaction, handles, rpc


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

    @rpc(AddStaff)
    def add_staff(self, tx: Transaction, request: AddStaff) -> StaffRecord:
        """Add or change someone who works for the programme."""
        return organisations.add_staff(tx, request)

    @rpc(ListStaff)
    def list_staff(self, tx: Transaction, request: ListStaff) -> StaffPage:
        """Who works for the programme."""
        return organisations.list_staff(tx, request)

    @rpc(AddSchools)
    def add_schools(self, tx: Transaction, request: AddSchools) -> Done:
        """Add or change schools."""
        return organisations.add_schools(tx, request)

    @rpc(People)
    def people(self, tx: Transaction, request: People) -> PeopleFound:
        """Names and addresses of participants and staff."""
        return organisations.people(tx, request)

    @handles(MessageFailed, queue="note_failed_address")
    def note_failed_address(self, tx: Transaction, event: MessageFailed) -> None:
        """An address does not work."""
        evidence.note_failed_address(tx, event)
