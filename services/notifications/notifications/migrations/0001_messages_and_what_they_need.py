"""Messages, and what other services tell that messages need."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0001"
down_revision = None


def upgrade() -> None:
    _messages()
    _told_by_enrolment()
    _told_by_sessions()
    _told_by_assessment()


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("business_key", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("template_version", sa.BigInteger, nullable=False),
        sa.Column("message_class", sa.Text, nullable=False),
        sa.Column("person_id", sa.Uuid),
        sa.Column("application_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("window_id", sa.Uuid),
        sa.Column("declaration_type", sa.Text),
        sa.Column("personalisation", Json, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("next_attempt_at", Instant),
        sa.Column("handed_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("sent_at", Instant),
        sa.Column("mail_id", sa.Text),
        sa.Column("recipient", sa.Text),
        sa.Column("subject", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("resend_of", sa.Uuid),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("business_key", name="uq_messages_business_key"),
        sa.CheckConstraint(
            "status IN ('created', 'sending', 'unknown', 'sent', 'delivered', 'temporary-failure',"
            " 'permanent-failure', 'technical-failure', 'cancelled')",
            name=op.f("ck_messages_status"),
        ),
    )
    waiting = sa.text("status IN ('created', 'sending')")
    op.create_index(
        "ix_messages_waiting",
        "messages",
        ["due_at", "message_id"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )
    op.create_index("ix_messages_created_at_message_id", "messages", ["created_at", "message_id"])
    op.create_index("ix_messages_person_id", "messages", ["person_id"])
    op.create_index("ix_messages_application_id", "messages", ["application_id"])
    op.create_index("ix_messages_template_status", "messages", ["template", "status"])


def _told_by_enrolment() -> None:
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("training_status", sa.Text),
        sa.Column("delivery_partner_id", sa.Uuid),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_applications_course_cohort", "applications", ["course", "cohort"])
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Uuid, primary_key=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "delivery_partners",
        sa.Column("delivery_partner_id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "declarations",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("declaration_type", sa.Text, primary_key=True),
        sa.Column("declared", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )


def _told_by_sessions() -> None:
    op.create_table(
        "plans",
        sa.Column("course", sa.Text, primary_key=True),
        sa.Column("cohort", sa.Text, primary_key=True),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("last_unit_ends_on", sa.Date, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "groups",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("group_id", sa.Uuid),
        sa.Column("slot", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("local_start", sa.Text, nullable=False),
        sa.Column("venue", sa.Text),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_sessions_starts_at", "sessions", ["starts_at"])
    op.create_table(
        "seats",
        sa.Column("seat_id", sa.Uuid, primary_key=True),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("taken", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_seats_session_id", "seats", ["session_id"])
    op.create_index("ix_seats_application_id", "seats", ["application_id"])
    op.create_table(
        "attendance",
        sa.Column("attendance_id", sa.Uuid, primary_key=True),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_attendance_application_id", "attendance", ["application_id"])


def _told_by_assessment() -> None:
    op.create_table(
        "candidates",
        sa.Column("candidate_id", sa.Uuid, primary_key=True),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("attempt", sa.BigInteger),
        sa.Column("opens_at", Instant),
        sa.Column("closes_at", Instant),
        sa.Column("word_limit", sa.BigInteger),
        sa.Column("entered", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_candidates_opens_at", "candidates", ["opens_at"])
    op.create_index(
        "ix_candidates_application_id_window_id", "candidates", ["application_id", "window_id"]
    )
    op.create_table(
        "submissions",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("window_id", sa.Uuid, primary_key=True),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "results",
        sa.Column("result_id", sa.Uuid, primary_key=True),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_results_application_id", "results", ["application_id"])
