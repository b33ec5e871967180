"""What other services tell."""

from headship_contracts.assessment.events import (
    CandidateEntered,
    CandidateRemoved,
    ResultReleased,
)
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationRemoved,
    ApplicationState,
    DeliveryPartnerChanged,
    ParticipantDeferred,
    ParticipantDetailsChanged,
    ParticipantMerged,
    ParticipantMovedSchool,
    ParticipantRescheduled,
    ParticipantResumed,
    ParticipantTransferred,
    ParticipantWithdrawn,
    SchedulePublished,
    StaffChanged,
)
from kit import Transaction, handles
from sessions import assessment_windows, told
from sessions.settings import SessionsSettings


class Told:
    settings: SessionsSettings

    @handles(
        ApplicationAccepted,
        ApplicationRejected,
        ApplicationRemoved,
        ParticipantDeferred,
        ParticipantDetailsChanged,
        ParticipantMerged,
        ParticipantMovedSchool,
        ParticipantRescheduled,
        ParticipantResumed,
        ParticipantTransferred,
        ParticipantWithdrawn,
        queue="keep_application",
    )
    def keep_application(self, tx: Transaction, event: ApplicationState) -> None:
        """Follow an application: who is in training has seats, who is not gives them back."""
        told.keep_application(tx, event, self.settings)

    @handles(DeliveryPartnerChanged, queue="keep_delivery_partner")
    def keep_delivery_partner(self, tx: Transaction, event: DeliveryPartnerChanged) -> None:
        """Follow a hub."""
        told.keep_delivery_partner(tx, event)

    @handles(StaffChanged, queue="keep_staff")
    def keep_staff(self, tx: Transaction, event: StaffChanged) -> None:
        """Follow those who may coach."""
        told.keep_staff(tx, event)

    @handles(SchedulePublished, queue="keep_schedule")
    def keep_schedule(self, tx: Transaction, event: SchedulePublished) -> None:
        """Follow the dates of schedules."""
        told.keep_schedule(tx, event)

    @handles(ResultReleased, queue="finish_programme")
    def finish_programme(self, tx: Transaction, event: ResultReleased) -> None:
        """A result is out: the programme is over for this application."""
        told.finish(tx, event)

    @handles(CandidateEntered, CandidateRemoved, queue="keep_assessment_window")
    def keep_assessment_window(
        self, tx: Transaction, event: CandidateEntered | CandidateRemoved
    ) -> None:
        """When somebody sits their assessment, for their calendar."""
        assessment_windows.keep(tx, event)
