"""Sessions, seats, calendars, attendance, self-study, engagement."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "calendar_tokens",
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_calendar_tokens_application_id"),
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_calendar_tokens")),
    )
    op.create_index(
        "uq_calendar_tokens_current",
        "calendar_tokens",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        sqlite_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "engagements",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("first_on", sa.Date, nullable=True),
        sa.Column("last_on", sa.Date, nullable=True),
        sa.Column("live_attended", sa.BigInteger, nullable=False),
        sa.Column("live_planned", sa.BigInteger, nullable=False),
        sa.Column("study_attended", sa.BigInteger, nullable=False),
        sa.Column("study_planned", sa.BigInteger, nullable=False),
        sa.Column("missable", sa.BigInteger, nullable=False),
        sa.Column("gate", sa.Text, nullable=False),
        sa.Column("gate_met", sa.Boolean, nullable=False),
        sa.Column("ready", sa.Boolean, nullable=False),
        sa.Column("risk", sa.Text, nullable=True),
        sa.Column("told_risk", sa.Text, nullable=True),
        sa.Column("told_missable", sa.BigInteger, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_engagements_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_engagements")),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("audience", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("group_id", sa.Uuid, nullable=True),
        sa.Column("delivery_partner_id", sa.Uuid, nullable=True),
        sa.Column("local_start", sa.Text, nullable=False),
        sa.Column("fold", sa.BigInteger, nullable=False),
        sa.Column("starts_at", Instant, nullable=False),
        sa.Column("ends_at", Instant, nullable=False),
        sa.Column("venue", sa.Text, nullable=True),
        sa.Column("meeting_link", sa.Text, nullable=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("by_hand", sa.Boolean, nullable=False),
        sa.CheckConstraint("status IN ('scheduled', 'cancelled')", name=op.f("ck_sessions_status")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.group_id"], name=op.f("fk_sessions_group_id")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint(
            "course",
            "cohort",
            "unit_code",
            "audience",
            name=op.f("uq_sessions_course_cohort_unit_code_audience"),
        ),
    )
    op.create_index(
        "ix_sessions_delivery_partner_id", "sessions", ["delivery_partner_id"], unique=False
    )
    op.create_index("ix_sessions_group_id", "sessions", ["group_id"], unique=False)
    op.create_index("ix_sessions_starts_at", "sessions", ["starts_at", "session_id"], unique=False)
    op.create_table(
        "study_progress",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("finished", sa.Boolean, nullable=False),
        sa.Column("worked_on", sa.Date, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_study_progress_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", "unit_code", name=op.f("pk_study_progress")),
    )
    op.create_table(
        "attendances",
        sa.Column("attendance_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("register_status", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("enough_percent", sa.BigInteger, nullable=False),
        sa.Column("comment", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_attendances_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_attendances_session_id")
        ),
        sa.PrimaryKeyConstraint("attendance_id", name=op.f("pk_attendances")),
        sa.UniqueConstraint(
            "session_id", "application_id", name=op.f("uq_attendances_session_id_application_id")
        ),
    )
    op.create_index(
        "ix_attendances_application_id", "attendances", ["application_id"], unique=False
    )
    op.create_table(
        "seats",
        sa.Column("seat_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("changes", sa.BigInteger, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["enrolments.application_id"], name=op.f("fk_seats_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name=op.f("fk_seats_session_id")
        ),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_seats")),
        sa.UniqueConstraint(
            "session_id", "application_id", name=op.f("uq_seats_session_id_application_id")
        ),
    )
    op.create_index("ix_seats_application_id", "seats", ["application_id"], unique=False)
    op.create_table(
        "attendance_changes",
        sa.Column("change_id", Counter, autoincrement=True, nullable=False),
        sa.Column("attendance_id", sa.Uuid, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("comment", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendances.attendance_id"],
            name=op.f("fk_attendance_changes_attendance_id"),
        ),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_attendance_changes")),
    )
    op.create_index(
        "ix_attendance_changes_attendance_id", "attendance_changes", ["attendance_id"], unique=False
    )
    op.create_table(
        "catch_ups",
        sa.Column("catch_up_id", sa.Uuid, nullable=False),
        sa.Column("attendance_id", sa.Uuid, nullable=False),
        sa.Column("reflection", sa.Text, nullable=False),
        sa.Column("citation", sa.Text, nullable=False),
        sa.Column("submitted_at", Instant, nullable=False),
        sa.Column("decided_at", Instant, nullable=True),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("approved", sa.Boolean, nullable=True),
        sa.Column("note", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["attendance_id"],
            ["attendances.attendance_id"],
            name=op.f("fk_catch_ups_attendance_id"),
        ),
        sa.PrimaryKeyConstraint("catch_up_id", name=op.f("pk_catch_ups")),
    )
    op.create_index("ix_catch_ups_attendance_id", "catch_ups", ["attendance_id"], unique=False)


def downgrade() -> None:
    for table in (
        "catch_ups",
        "attendance_changes",
        "seats",
        "attendances",
        "study_progress",
        "sessions",
        "engagements",
        "calendar_tokens",
    ):
        op.drop_table(table)
