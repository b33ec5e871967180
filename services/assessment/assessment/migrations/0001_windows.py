"""What others tell; papers, windows and candidates."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant, Json

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("participant_id", sa.Uuid),
        sa.Column("course", sa.Text),
        sa.Column("cohort", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("training_status", sa.Text),
        sa.Column("schedule", sa.Text),
        sa.Column("delivery_partner_id", sa.Uuid),
        sa.Column("school_urn", sa.Text),
        sa.Column("trust_id", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("coach_staff_id", sa.Uuid),
        sa.Column("group_id", sa.Uuid),
        sa.Column("group_revision", sa.BigInteger, nullable=False),
        sa.Column("ready", sa.Boolean, nullable=False),
        sa.Column("gate_version", sa.Text),
        sa.Column("ready_revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_applications")),
    )
    op.create_index("ix_applications_course_cohort", "applications", ["course", "cohort"])
    op.create_table(
        "delivery_partners",
        sa.Column("delivery_partner_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("delivery_partner_id", name=op.f("pk_delivery_partners")),
    )
    op.create_table(
        "dfe_outcomes",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("completion_date", sa.Date, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_dfe_outcomes")),
    )
    op.create_table(
        "papers",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("case_study", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("criteria", Json, nullable=False),
        sa.Column("pass_mark", sa.BigInteger, nullable=False),
        sa.Column("word_limit", sa.BigInteger, nullable=False),
        sa.Column("tolerance_percent", sa.BigInteger, nullable=False),
        sa.Column("borderline_percent", sa.BigInteger, nullable=False),
        sa.Column("agreement_percent", sa.BigInteger, nullable=False),
        sa.Column("sample_percent", sa.BigInteger, nullable=False),
        sa.Column("sample_minimum", sa.BigInteger, nullable=False),
        sa.Column("max_attempts", sa.BigInteger, nullable=False),
        sa.Column("marking_days", sa.BigInteger, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.Column("published_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_papers")),
        sa.UniqueConstraint(
            "course", "code", "version", name=op.f("uq_papers_course_code_version")
        ),
    )
    op.create_table(
        "plans",
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("last_unit_ends_on", sa.Date, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("course", "cohort", name=op.f("pk_plans")),
    )
    op.create_table(
        "schedules",
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("completed_deadline_on", sa.Date),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("cohort", "schedule", name=op.f("pk_schedules")),
    )
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("school_urn", sa.Text),
        sa.Column("trust_id", sa.Text),
        sa.Column("delivery_partner_id", sa.Uuid),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff")),
    )
    op.create_table(
        "windows",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("paper_id", sa.Uuid, nullable=False),
        sa.Column("opens_on", sa.Date, nullable=False),
        sa.Column("opens_at", Instant, nullable=False),
        sa.Column("closes_at", Instant, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("cancelled_because", sa.Text),
        sa.Column("nonce", sa.Text),
        sa.Column("nonce_sha256", sa.Text),
        sa.Column("sample", Json),
        sa.Column("scripts", sa.BigInteger),
        sa.Column("released_at", Instant),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('scheduled', 'open', 'closed', 'marking', 'released', 'cancelled')",
            name=op.f("ck_windows_state"),
        ),
        sa.ForeignKeyConstraint(["paper_id"], ["papers.id"], name=op.f("fk_windows_paper_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_windows")),
        sa.UniqueConstraint(
            "course", "cohort", "number", name=op.f("uq_windows_course_cohort_number")
        ),
    )
    op.create_index("ix_windows_state", "windows", ["state", "opens_at"])
    op.create_table(
        "candidates",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("opens_at", Instant, nullable=False),
        sa.Column("closes_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('entered', 'removed', 'submitted', 'missed', 'released')",
            name=op.f("ck_candidates_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_candidates_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_candidates_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidates")),
        sa.UniqueConstraint(
            "window_id", "application_id", name=op.f("uq_candidates_window_id_application_id")
        ),
    )
    op.create_index(
        "uq_candidates_live",
        "candidates",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('entered', 'submitted')"),
        sqlite_where=sa.text("state IN ('entered', 'submitted')"),
    )


def downgrade() -> None:
    for table in (
        "candidates",
        "windows",
        "staff",
        "schedules",
        "plans",
        "papers",
        "dfe_outcomes",
        "delivery_partners",
        "applications",
    ):
        op.drop_table(table)
