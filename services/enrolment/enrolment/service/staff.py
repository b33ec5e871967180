"""Who works for the programme."""

from enrolment import staff
from headship_contracts.enrolment.staff import (
    AddStaff,
    DeactivateStaff,
    GetStaff,
    ListStaff,
    StaffPage,
    StaffRecord,
)
from kit import Transaction, rpc


class Staff:
    @rpc(AddStaff)
    def add_staff(self, tx: Transaction, request: AddStaff) -> StaffRecord:
        """Add or change someone who works for the programme."""
        return staff.add_staff(tx, request)

    @rpc(DeactivateStaff)
    def deactivate_staff(self, tx: Transaction, request: DeactivateStaff) -> StaffRecord:
        """Someone no longer works here."""
        return staff.deactivate_staff(tx, request)

    @rpc(GetStaff)
    def get_staff(self, tx: Transaction, request: GetStaff) -> StaffRecord:
        """One of them, by id or by the broker's user."""
        return staff.get_staff(tx, request)

    @rpc(ListStaff)
    def list_staff(self, tx: Transaction, request: ListStaff) -> StaffPage:
        """Who works for the programme."""
        return staff.list_staff(tx, request)
