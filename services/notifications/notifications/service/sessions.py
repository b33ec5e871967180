"""What sessions tells."""

from headship_contracts.sessions import events as sessions
from kit import Transaction, handles
from notifications import attendance, models, programme, queries
from notifications.protection.erased import hears


class ToldBySessions:
    @handles(sessions.PlanPublished, queue="keep_plan", ahead=queries.locking(models.Plan))
    def keep_plan(self, tx: Transaction, event: sessions.PlanPublished) -> None:
        """The dates of the programme, to everybody in it."""
        programme.keep_plan(tx, event)

    @hears(
        sessions.ParticipantGrouped,
        sessions.ParticipantUngrouped,
        queue="keep_group",
        ahead=queries.locking(models.Group),
    )
    def keep_group(
        self, tx: Transaction, event: sessions.ParticipantGrouped | sessions.ParticipantUngrouped
    ) -> None:
        """When the coaching group meets."""
        programme.keep_group(tx, event)

    @hears(
        sessions.ParticipantSeated,
        sessions.ParticipantUnseated,
        queue="keep_seat",
        ahead=queries.locking(models.Seat),
    )
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
        ahead=queries.locking(models.TrainingSession),
    )
    def keep_session(self, tx: Transaction, event: sessions.SessionState) -> None:
        """A session that moves or falls out is told to whoever has a seat."""
        programme.keep_session(tx, event)

    @hears(
        sessions.AttendanceRecorded,
        queue="tell_attendance",
        ahead=queries.locking(models.Attendance),
    )
    def tell_attendance(self, tx: Transaction, event: sessions.AttendanceRecorded) -> None:
        """How to catch up, to who was not there."""
        attendance.tell_attendance(tx, event)

    @hears(sessions.CatchUpDecided, queue="tell_catch_up")
    def tell_catch_up(self, tx: Transaction, event: sessions.CatchUpDecided) -> None:
        """What became of a catch-up."""
        attendance.tell_catch_up(tx, event)

    @hears(sessions.EngagementAtRisk, queue="tell_risk")
    def tell_risk(self, tx: Transaction, event: sessions.EngagementAtRisk) -> None:
        """Who can miss little more."""
        attendance.tell_risk(tx, event)
