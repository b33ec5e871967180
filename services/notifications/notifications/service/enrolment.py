"""What enrolment tells."""

from headship_contracts.enrolment import events as enrolment
from kit import Transaction, handles
from notifications import applications, declarations, models, queries
from notifications.protection.erased import hears
from notifications.settings import NotificationsSettings


class ToldByEnrolment:
    settings: NotificationsSettings

    @hears(
        enrolment.ApplicationReceived,
        enrolment.ApplicationAccepted,
        enrolment.ApplicationRejected,
        enrolment.ApplicationRemoved,
        enrolment.ParticipantDeferred,
        enrolment.ParticipantDetailsChanged,
        enrolment.ParticipantMerged,
        enrolment.ParticipantRescheduled,
        enrolment.ParticipantResumed,
        enrolment.ParticipantWithdrawn,
        enrolment.ParticipantTransferred,
        queue="keep_application",
        ahead=queries.locking(models.Application),
    )
    def keep_application(self, tx: Transaction, event: enrolment.ApplicationState) -> None:
        """Joining instructions, and a new delivery partner; the rest DfE tells people itself."""
        applications.keep_application(tx, event)

    @hears(
        enrolment.PlaceOffered,
        enrolment.PlaceOfferEnded,
        queue="tell_place_offer",
        ahead=queries.locking(models.Application),
    )
    def tell_place_offer(
        self, tx: Transaction, event: enrolment.PlaceOffered | enrolment.PlaceOfferEnded
    ) -> None:
        """A place that is held for someone until they answer, and that it is held no longer."""
        applications.tell_place_offer(tx, event)

    @handles(
        enrolment.DeliveryPartnerChanged,
        queue="keep_delivery_partner",
        ahead=queries.locking(models.DeliveryPartner),
    )
    def keep_delivery_partner(
        self, tx: Transaction, event: enrolment.DeliveryPartnerChanged
    ) -> None:
        """A hub's name, for messages that name it."""
        applications.keep_delivery_partner(tx, event)

    @hears(enrolment.StaffChanged, queue="keep_staff", ahead=queries.locking(models.StaffMember))
    def keep_staff(self, tx: Transaction, event: enrolment.StaffChanged) -> None:
        """Who no longer works here gets no more messages."""
        applications.keep_staff(tx, event)

    @hears(enrolment.DeclarationDue, queue="tell_declaration_due")
    def tell_declaration_due(self, tx: Transaction, event: enrolment.DeclarationDue) -> None:
        """The hub hears what is due, and the provider's team, if it has an address."""
        declarations.tell_declaration_due(tx, event, tell_team=bool(self.settings.team_address))

    @hears(
        enrolment.DeclarationSubmitted,
        queue="keep_declaration",
        ahead=queries.locking(models.Declaration),
    )
    def keep_declaration(self, tx: Transaction, event: enrolment.DeclarationSubmitted) -> None:
        """A declaration that is made is no longer due."""
        declarations.keep_declaration(tx, event)

    @hears(
        enrolment.DeclarationRefused,
        queue="tell_declaration_refused",
        ahead=queries.locking(models.Declaration),
    )
    def tell_declaration_refused(
        self, tx: Transaction, event: enrolment.DeclarationRefused
    ) -> None:
        """The provider's team hears that DfE refused, if it has an address."""
        declarations.keep_refusal(tx, event, tell_team=bool(self.settings.team_address))

    @hears(
        enrolment.DeclarationVoided,
        queue="keep_voided_declaration",
        ahead=queries.locking(models.Declaration),
    )
    def keep_voided_declaration(self, tx: Transaction, event: enrolment.DeclarationVoided) -> None:
        """A declaration that was taken back may be due again."""
        declarations.keep_voided_declaration(tx, event)

    @hears(
        enrolment.OutcomeReported,
        queue="tell_accreditation",  # its name from when that was told
        ahead=queries.locking(models.Outcome),
    )
    def keep_outcome(self, tx: Transaction, event: enrolment.OutcomeReported) -> None:
        """Who has passed needs no reminder; DfE tells them itself."""
        applications.keep_outcome(tx, event)
