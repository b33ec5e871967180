"""Files, submissions and scripts; allocations, marks, decisions and results."""

import sqlalchemy as sa
from alembic import op

from kit.db import Counter, Instant, Json, Money

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("stored_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
    )
    op.create_table(
        "file_pieces",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_file_pieces_sha256")),
        sa.PrimaryKeyConstraint("sha256", "position", name=op.f("pk_file_pieces")),
    )
    op.create_table(
        "submissions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("counts", sa.Boolean, nullable=False),
        sa.Column("words", sa.BigInteger, nullable=False),
        sa.Column("excluded", sa.BigInteger, nullable=False),
        sa.Column("hidden", sa.BigInteger, nullable=False),
        sa.Column("method", sa.Text),
        sa.Column("cut_off_word", sa.BigInteger),
        sa.Column("cut_off_at", sa.BigInteger),
        sa.Column("text_sha256", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint("state IN ('received', 'refused')", name=op.f("ck_submissions_state")),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_submissions_candidate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
    )
    op.create_index("ix_submissions_candidate_id", "submissions", ["candidate_id", "received_at"])
    op.create_index(
        "uq_submissions_counting",
        "submissions",
        ["candidate_id"],
        unique=True,
        postgresql_where=sa.text("counts"),
        sqlite_where=sa.text("counts"),
    )
    op.create_table(
        "scripts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("submission_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("in_sample", sa.Boolean, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("second_marking_reasons", Json, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("score", Money),
        sa.Column("rule", sa.Text),
        sa.Column("notes", Json, nullable=False),
        sa.Column("hold", sa.Text),
        sa.Column("steps", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('first_marking', 'second_marking', 'adjudication', 'decided', 'released')",
            name=op.f("ck_scripts_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_scripts_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submissions.id"], name=op.f("fk_scripts_submission_id")
        ),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_scripts_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scripts")),
        sa.UniqueConstraint("submission_id", name=op.f("uq_scripts_submission_id")),
        sa.UniqueConstraint("window_id", "number", name=op.f("uq_scripts_window_id_number")),
    )
    op.create_index("ix_scripts_application_id", "scripts", ["application_id"])
    op.create_table(
        "allocations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("script_id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("allocated_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "role IN ('first', 'second', 'adjudicator')", name=op.f("ck_allocations_role")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'marked', 'withdrawn')", name=op.f("ck_allocations_state")
        ),
        sa.ForeignKeyConstraint(
            ["script_id"], ["scripts.id"], name=op.f("fk_allocations_script_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.staff_id"], name=op.f("fk_allocations_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocations")),
    )
    op.create_index("ix_allocations_staff_id", "allocations", ["staff_id", "state", "due_on"])
    op.create_index(
        "uq_allocations_role",
        "allocations",
        ["script_id", "role"],
        unique=True,
        postgresql_where=sa.text("state <> 'withdrawn'"),
        sqlite_where=sa.text("state <> 'withdrawn'"),
    )
    op.create_table(
        "decision_steps",
        sa.Column("id", Counter, autoincrement=True, nullable=False),
        sa.Column("script_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["script_id"], ["scripts.id"], name=op.f("fk_decision_steps_script_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision_steps")),
        sa.UniqueConstraint(
            "script_id", "position", name=op.f("uq_decision_steps_script_id_position")
        ),
    )
    op.create_table(
        "results",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("script_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("failed_criteria", Json, nullable=False),
        sa.Column("may_resubmit", sa.Boolean, nullable=False),
        sa.Column("completion_date", sa.Date, nullable=False),
        sa.Column("released_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint("state IN ('passed', 'failed')", name=op.f("ck_results_state")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_results_application_id"),
        ),
        sa.ForeignKeyConstraint(["script_id"], ["scripts.id"], name=op.f("fk_results_script_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_results")),
        sa.UniqueConstraint(
            "application_id", "attempt", name=op.f("uq_results_application_id_attempt")
        ),
        sa.UniqueConstraint("script_id", name=op.f("uq_results_script_id")),
    )
    op.create_table(
        "marks",
        sa.Column("allocation_id", sa.Uuid, nullable=False),
        sa.Column("marks", Json, nullable=False),
        sa.Column("score", sa.BigInteger, nullable=False),
        sa.Column("indicative", sa.Text, nullable=False),
        sa.Column("holistic", sa.Text, nullable=False),
        sa.Column("unmet", Json, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("marked_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocations.id"], name=op.f("fk_marks_allocation_id")
        ),
        sa.PrimaryKeyConstraint("allocation_id", name=op.f("pk_marks")),
    )


def downgrade() -> None:
    for table in (
        "marks",
        "results",
        "decision_steps",
        "allocations",
        "scripts",
        "submissions",
        "file_pieces",
        "files",
    ):
        op.drop_table(table)
