"""Circumstances, appeals, ratification, and the seals over every row of a dossier."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant, Json, Money

revision = "0004"
down_revision = "0003"

NEW_COLUMNS = {
    "scripts": ("disregarded",),
    "results": ("replaces", "disregarded"),
    "windows": ("ratified_at", "ratified_by", "ratified_sha256"),
    "papers": ("resubmission_days", "resubmission_fee"),
}


def upgrade() -> None:
    with op.batch_alter_table("scripts") as scripts:
        scripts.add_column(
            sa.Column("disregarded", sa.Boolean, nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("results") as results:
        results.add_column(sa.Column("replaces", sa.BigInteger))
        results.add_column(
            sa.Column("disregarded", sa.Boolean, nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("windows") as windows:
        windows.add_column(sa.Column("ratified_at", Instant))
        windows.add_column(sa.Column("ratified_by", sa.Text))
        windows.add_column(sa.Column("ratified_sha256", sa.Text))
    with op.batch_alter_table("papers") as papers:
        papers.add_column(
            sa.Column("resubmission_days", sa.BigInteger, nullable=False, server_default="0")
        )
        papers.add_column(sa.Column("resubmission_fee", Money))
    _circumstances()
    _appeals()
    _evidence()
    op.create_table(
        "seals",
        sa.Column("script_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("row", sa.Text, nullable=False),
        sa.Column("row_sha256", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["script_id"], ["scripts.id"], name=op.f("fk_seals_script_id")),
        sa.PrimaryKeyConstraint("script_id", "position", name=op.f("pk_seals")),
    )


def downgrade() -> None:
    for table in ("seals", "case_evidence", "appeal_stages", "appeals", "circumstances"):
        op.drop_table(table)
    for table, names in NEW_COLUMNS.items():
        with op.batch_alter_table(table) as altered:
            for name in names:
                altered.drop_column(name)


def _circumstances() -> None:
    op.create_table(
        "circumstances",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("filed_at", Instant, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("closes_on", sa.Date),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", Instant),
        sa.Column("decided_by", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('filed', 'decided', 'withdrawn')", name=op.f("ck_circumstances_state")
        ),
        sa.CheckConstraint(
            "outcome IN ('extend', 'defer', 'disregard_attempt', 'refuse')",
            name=op.f("ck_circumstances_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_circumstances_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_circumstances_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circumstances")),
    )
    op.create_index("ix_circumstances_window_id", "circumstances", ["window_id", "state"])
    op.create_index(
        "uq_circumstances_open",
        "circumstances",
        ["application_id", "window_id"],
        unique=True,
        postgresql_where=sa.text("state = 'filed'"),
        sqlite_where=sa.text("state = 'filed'"),
    )


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("result_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("grounds", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("remedy", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "stage IN ('clerical_check', 'review_of_marking', 'panel')",
            name=op.f("ck_appeals_stage"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'dismissed', 'upheld', 'withdrawn')", name=op.f("ck_appeals_state")
        ),
        sa.ForeignKeyConstraint(["result_id"], ["results.id"], name=op.f("fk_appeals_result_id")),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_appeals_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("result_id", name=op.f("uq_appeals_result_id")),
    )
    op.create_index("ix_appeals_state", "appeals", ["state"])
    op.create_table(
        "appeal_stages",
        sa.Column("appeal_id", sa.Uuid, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("begun_at", Instant, nullable=False),
        sa.Column("begun_because", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("reason", sa.Text),
        sa.Column("marks", Json),
        sa.Column("members", Json),
        sa.Column("decided_at", Instant),
        sa.Column("decided_by", sa.Text),
        sa.Column("next_by", sa.Date),
        sa.CheckConstraint(
            "decision IN ('upheld', 'dismissed')", name=op.f("ck_appeal_stages_decision")
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeals.id"], name=op.f("fk_appeal_stages_appeal_id")
        ),
        sa.PrimaryKeyConstraint("appeal_id", "stage", name=op.f("pk_appeal_stages")),
    )


def _evidence() -> None:
    op.create_table(
        "case_evidence",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("circumstances_id", sa.Uuid),
        sa.Column("appeal_id", sa.Uuid),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "(circumstances_id IS NULL) <> (appeal_id IS NULL)",
            name=op.f("ck_case_evidence_one_case"),
        ),
        sa.ForeignKeyConstraint(
            ["circumstances_id"],
            ["circumstances.id"],
            name=op.f("fk_case_evidence_circumstances_id"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeals.id"], name=op.f("fk_case_evidence_appeal_id")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["files.sha256"], name=op.f("fk_case_evidence_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_evidence")),
    )
    op.create_index("ix_case_evidence_circumstances_id", "case_evidence", ["circumstances_id"])
    op.create_index("ix_case_evidence_appeal_id", "case_evidence", ["appeal_id"])
