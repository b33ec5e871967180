"""Pausing, going on, ending early."""

from enrolment import training
from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.enrolment.training import (
    DeferParticipant,
    ResumeParticipant,
    WithdrawParticipant,
)
from kit import Transaction, rpc


class Training:
    @rpc(DeferParticipant)
    def defer_participant(self, tx: Transaction, request: DeferParticipant) -> ApplicationRecord:
        """Pause training, at DfE and here."""
        return training.defer(tx, request)

    @rpc(ResumeParticipant)
    def resume_participant(self, tx: Transaction, request: ResumeParticipant) -> ApplicationRecord:
        """Go on with training, at DfE and here."""
        return training.resume(tx, request)

    @rpc(WithdrawParticipant)
    def withdraw_participant(
        self, tx: Transaction, request: WithdrawParticipant
    ) -> ApplicationRecord:
        """End training early, at DfE and here."""
        return training.withdraw(tx, request)
