"""Pausing, going on, ending early, moving; and how it all went."""

from enrolment.settings import EnrolmentSettings
from enrolment.training import changing, history, moves, rescheduling, transfers
from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.enrolment.training import (
    ChangeDeliveryPartner,
    ChangeSchedule,
    CorrectTrainingEntry,
    DeferParticipant,
    MoveParticipantSchool,
    RemainingWork,
    RemainingWorkRecord,
    ResumeParticipant,
    SchoolMoved,
    SetExpectedReturn,
    TrainingEntryPage,
    TrainingEntryRecord,
    TrainingHistory,
    TrainingOn,
    TrainingState,
    TransferParticipant,
    WithdrawParticipant,
)
from kit import Transaction, rpc


class Training:
    settings: EnrolmentSettings

    @rpc(DeferParticipant)
    def defer_participant(self, tx: Transaction, request: DeferParticipant) -> ApplicationRecord:
        """Pause training, at DfE and here."""
        return changing.defer(tx, request)

    @rpc(ResumeParticipant)
    def resume_participant(self, tx: Transaction, request: ResumeParticipant) -> ApplicationRecord:
        """Go on with training, at DfE and here."""
        return changing.resume(tx, request)

    @rpc(WithdrawParticipant)
    def withdraw_participant(
        self, tx: Transaction, request: WithdrawParticipant
    ) -> ApplicationRecord:
        """End training early, at DfE and here."""
        return changing.withdraw(tx, request)

    @rpc(SetExpectedReturn)
    def set_expected_return(self, tx: Transaction, request: SetExpectedReturn) -> ApplicationRecord:
        """When somebody who is deferred means to come back."""
        return changing.set_expected_return(tx, request)

    @rpc(RemainingWork)
    def remaining_work(self, tx: Transaction, request: RemainingWork) -> RemainingWorkRecord:
        """What somebody still has to do."""
        return changing.remaining_work(tx, request)

    @rpc(ChangeSchedule)
    def change_schedule(self, tx: Transaction, request: ChangeSchedule) -> ApplicationRecord:
        """Another schedule, at DfE and here."""
        return rescheduling.change_schedule(tx, request)

    @rpc(TransferParticipant)
    def transfer_participant(
        self, tx: Transaction, request: TransferParticipant
    ) -> ApplicationRecord:
        """Another delivery partner from a day on."""
        return transfers.transfer_participant(tx, request)

    @rpc(ChangeDeliveryPartner)
    def change_delivery_partner(
        self, tx: Transaction, request: ChangeDeliveryPartner
    ) -> ApplicationRecord:
        """Put right who looked after a participant, with what was declared."""
        own_name = self.settings.dfe_lead_provider
        return transfers.change_delivery_partner(tx, request, own_name)

    @rpc(MoveParticipantSchool)
    def move_participant_school(
        self, tx: Transaction, request: MoveParticipantSchool
    ) -> SchoolMoved:
        """A person works at another school."""
        return moves.move_participant_school(tx, request)

    @rpc(TrainingHistory)
    def training_history(self, tx: Transaction, request: TrainingHistory) -> TrainingEntryPage:
        """What was recorded, in that order."""
        return history.training_history(tx, request)

    @rpc(TrainingOn)
    def training_on(self, tx: Transaction, request: TrainingOn) -> TrainingState:
        """What was known, at an instant, about a day."""
        return history.training_on(tx, request)

    @rpc(CorrectTrainingEntry)
    def correct_training_entry(
        self, tx: Transaction, request: CorrectTrainingEntry
    ) -> TrainingEntryRecord:
        """An entry counts from another day."""
        return history.correct_training_entry(tx, request)
