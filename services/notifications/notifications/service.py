"""Every way into notifications."""

from datetime import datetime, timedelta

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications import messages as asked
from headship_contracts.notifications import templates as wordings
from headship_contracts.sessions import events as sessions
from kit import Ask, Config, Database, Transaction, handles, rpc, timer
from notifications import applications, assessments, messages, programme, reminders, sending
from notifications.channels.choosing import channel_of
from notifications.settings import NotificationsSettings

WITHIN = ("staff", "operator", "service")
"""Callers within the provider: messages are people's own, and no hub's."""


class NotificationsService:
    """Turns what happened into messages to people."""

    name = "notifications"
    db = Database()
    settings = Config(NotificationsSettings)
    ask = Ask()

    @timer(every=timedelta(seconds=5), missed="skip")
    def send_due(self, at: datetime) -> None:
        """Send what is due; woken by every new message."""
        sending.send_due(self.db, channel_of(self.settings), self.ask, self.settings, at)

    @timer(every=timedelta(minutes=15), missed="skip")
    def remind(self, at: datetime) -> None:
        """Queue the reminders of sessions and assessments that are due."""
        with self.db.transaction(at=at) as tx:
            reminders.queue_due(tx, at)

    @rpc(asked.ListMessages, allowed=WITHIN)
    def list_messages(self, tx: Transaction, request: asked.ListMessages) -> asked.MessagePage:
        """Messages by person, application, template, status."""
        return messages.listed(tx, request)

    @rpc(asked.ReadMessage, allowed=WITHIN)
    def read_message(self, tx: Transaction, request: asked.ReadMessage) -> asked.MessageText:
        """One message, as its recipient got it."""
        return messages.read(tx, request.message_id)

    @rpc(asked.CountMessages, allowed=WITHIN)
    def count_messages(self, tx: Transaction, _request: asked.CountMessages) -> asked.MessageCounts:
        """How many messages there are, by template and status."""
        return messages.counted(tx)

    @rpc(asked.ResendMessage, allowed=WITHIN)
    def resend_message(self, tx: Transaction, request: asked.ResendMessage) -> asked.MessageRecord:
        """Send a message once more."""
        return messages.resent(tx, request)

    @rpc(wordings.ListTemplates, allowed=WITHIN)
    def list_templates(
        self, _tx: Transaction, _request: wordings.ListTemplates
    ) -> wordings.TemplatesFound:
        """Every version of every template."""
        return messages.templates()

    @rpc(wordings.PreviewTemplate, allowed=WITHIN)
    def preview_template(
        self, _tx: Transaction, request: wordings.PreviewTemplate
    ) -> wordings.Preview:
        """A template with given values."""
        return messages.previewed(request)

    @handles(
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
    )
    def keep_application(self, tx: Transaction, event: enrolment.ApplicationState) -> None:
        """Joining instructions, and a new delivery partner; the rest DfE tells people itself."""
        applications.keep_application(tx, event)

    @handles(enrolment.PlaceOffered, enrolment.PlaceOfferEnded, queue="tell_place_offer")
    def tell_place_offer(
        self, tx: Transaction, event: enrolment.PlaceOffered | enrolment.PlaceOfferEnded
    ) -> None:
        """A place that is held for someone until they answer, and that it is held no longer."""
        applications.tell_place_offer(tx, event)

    @handles(enrolment.DeliveryPartnerChanged, queue="keep_delivery_partner")
    def keep_delivery_partner(
        self, tx: Transaction, event: enrolment.DeliveryPartnerChanged
    ) -> None:
        """A hub's name, for messages that name it."""
        applications.keep_delivery_partner(tx, event)

    @handles(enrolment.StaffChanged, queue="keep_staff")
    def keep_staff(self, tx: Transaction, event: enrolment.StaffChanged) -> None:
        """Who no longer works here gets no more messages."""
        applications.keep_staff(tx, event)

    @handles(enrolment.DeclarationDue, queue="tell_declaration_due")
    def tell_declaration_due(self, tx: Transaction, event: enrolment.DeclarationDue) -> None:
        """The provider's team hears what is due, if it has an address."""
        if self.settings.team_address:
            applications.tell_declaration_due(tx, event)

    @handles(enrolment.DeclarationSubmitted, queue="keep_declaration")
    def keep_declaration(self, tx: Transaction, event: enrolment.DeclarationSubmitted) -> None:
        """A declaration that is made is no longer due."""
        applications.keep_declaration(tx, event)

    @handles(enrolment.DeclarationRefused, queue="tell_declaration_refused")
    def tell_declaration_refused(
        self, tx: Transaction, event: enrolment.DeclarationRefused
    ) -> None:
        """The provider's team hears that DfE refused, if it has an address."""
        applications.keep_refusal(tx, event, tell_team=bool(self.settings.team_address))

    @handles(enrolment.DeclarationVoided, queue="keep_voided_declaration")
    def keep_voided_declaration(self, tx: Transaction, event: enrolment.DeclarationVoided) -> None:
        """A declaration that was taken back may be due again."""
        applications.keep_voided_declaration(tx, event)

    @handles(enrolment.OutcomeReported, queue="tell_accreditation")
    def tell_accreditation(self, tx: Transaction, event: enrolment.OutcomeReported) -> None:
        """Who has passed hears that DfE holds it."""
        applications.tell_accreditation(tx, event)

    @handles(sessions.PlanPublished, queue="keep_plan")
    def keep_plan(self, tx: Transaction, event: sessions.PlanPublished) -> None:
        """The dates of the programme, to everybody in it."""
        programme.keep_plan(tx, event)

    @handles(sessions.ParticipantGrouped, sessions.ParticipantUngrouped, queue="keep_group")
    def keep_group(
        self, tx: Transaction, event: sessions.ParticipantGrouped | sessions.ParticipantUngrouped
    ) -> None:
        """When the coaching group meets."""
        programme.keep_group(tx, event)

    @handles(sessions.ParticipantSeated, sessions.ParticipantUnseated, queue="keep_seat")
    def keep_seat(
        self, tx: Transaction, event: sessions.ParticipantSeated | sessions.ParticipantUnseated
    ) -> None:
        """Who sits in a session; its reminders announce it."""
        programme.keep_seat(tx, event)

    @handles(
        sessions.SessionScheduled,
        sessions.SessionMoved,
        sessions.SessionCancelled,
        queue="keep_session",
    )
    def keep_session(self, tx: Transaction, event: sessions.SessionState) -> None:
        """A session that moves or falls out is told to whoever has a seat."""
        programme.keep_session(tx, event)

    @handles(sessions.AttendanceRecorded, queue="tell_attendance")
    def tell_attendance(self, tx: Transaction, event: sessions.AttendanceRecorded) -> None:
        """How to catch up, to who was not there."""
        programme.tell_attendance(tx, event)

    @handles(sessions.CatchUpDecided, queue="tell_catch_up")
    def tell_catch_up(self, tx: Transaction, event: sessions.CatchUpDecided) -> None:
        """What became of a catch-up."""
        programme.tell_catch_up(tx, event)

    @handles(sessions.EngagementAtRisk, queue="tell_risk")
    def tell_risk(self, tx: Transaction, event: sessions.EngagementAtRisk) -> None:
        """Who can miss little more."""
        programme.tell_risk(tx, event)

    @handles(assessment.CandidateEntered, assessment.CandidateRemoved, queue="keep_candidate")
    def keep_candidate(
        self, tx: Transaction, event: assessment.CandidateEntered | assessment.CandidateRemoved
    ) -> None:
        """When someone's window opens and closes, and that it does not."""
        assessments.keep_candidate(tx, event)

    @handles(assessment.WindowOpened, queue="open_window")
    def open_window(self, tx: Transaction, event: assessment.WindowOpened) -> None:
        """The window is open."""
        assessments.open_window(tx, event)

    @handles(assessment.SubmissionReceived, queue="keep_submission")
    def keep_submission(self, tx: Transaction, event: assessment.SubmissionReceived) -> None:
        """A receipt."""
        assessments.keep_submission(tx, event)

    @handles(assessment.SubmissionRefused, queue="tell_refusal")
    def tell_refusal(self, tx: Transaction, event: assessment.SubmissionRefused) -> None:
        """Why a file could not be taken."""
        assessments.tell_refusal(tx, event)

    @handles(assessment.SubmissionMissed, queue="tell_missed")
    def tell_missed(self, tx: Transaction, event: assessment.SubmissionMissed) -> None:
        """The window closed without a script."""
        assessments.tell_missed(tx, event)

    @handles(assessment.ScriptAllocated, queue="tell_allocation")
    def tell_allocation(self, tx: Transaction, event: assessment.ScriptAllocated) -> None:
        """A script to mark."""
        assessments.tell_allocation(tx, event)

    @handles(assessment.ResubmissionOffered, queue="tell_resubmission")
    def tell_resubmission(self, tx: Transaction, event: assessment.ResubmissionOffered) -> None:
        """A further attempt."""
        assessments.tell_resubmission(tx, event)

    @handles(assessment.ResultReleased, queue="tell_result")
    def tell_result(self, tx: Transaction, event: assessment.ResultReleased) -> None:
        """The result, never in a subject."""
        assessments.tell_result(tx, event)
