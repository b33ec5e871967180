"""What other services tell."""

from assessment import applications, references
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationRemoved,
    ApplicationState,
    DeliveryPartnerChanged,
    OutcomeReported,
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
from headship_contracts.sessions.events import (
    AssessmentReady,
    AssessmentReadyWithdrawn,
    ParticipantGrouped,
    ParticipantUngrouped,
    PlanPublished,
)
from kit import Transaction, handles


class Told:
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
        ParticipantWithdrawn,
        ParticipantTransferred,
        queue="keep_application",
    )
    def keep_application(self, tx: Transaction, event: ApplicationState) -> None:
        """Keep an application's state; enter or remove the candidate."""
        applications.keep_application(tx, event)

    @handles(ParticipantGrouped, ParticipantUngrouped, queue="keep_coach")
    def keep_coach(self, tx: Transaction, event: ParticipantGrouped | ParticipantUngrouped) -> None:
        """Keep who coaches a participant."""
        applications.keep_coach(tx, event)

    @handles(AssessmentReady, AssessmentReadyWithdrawn, queue="keep_readiness")
    def keep_readiness(
        self, tx: Transaction, event: AssessmentReady | AssessmentReadyWithdrawn
    ) -> None:
        """Keep whether the gate is met; enter or remove the candidate."""
        applications.keep_readiness(tx, event)

    @handles(OutcomeReported, queue="keep_outcome")
    def keep_outcome(self, tx: Transaction, event: OutcomeReported) -> None:
        """Keep what DfE holds."""
        applications.keep_outcome(tx, event)

    @handles(StaffChanged, queue="keep_staff")
    def keep_staff(self, tx: Transaction, event: StaffChanged) -> None:
        """Keep who may mark."""
        references.keep_staff(tx, event)

    @handles(DeliveryPartnerChanged, queue="keep_delivery_partner")
    def keep_delivery_partner(self, tx: Transaction, event: DeliveryPartnerChanged) -> None:
        """Keep whether a hub is active."""
        references.keep_delivery_partner(tx, event)

    @handles(SchedulePublished, queue="keep_schedule")
    def keep_schedule(self, tx: Transaction, event: SchedulePublished) -> None:
        """Keep when results are due."""
        references.keep_schedule(tx, event)

    @handles(PlanPublished, queue="keep_plan")
    def keep_plan(self, tx: Transaction, event: PlanPublished) -> None:
        """Keep when the last unit ends."""
        references.keep_plan(tx, event)
