"""Assessors and their conflicts, reference scripts, comments, claims, runs and moderation."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant, Json

revision = "0006"
down_revision = "0005"

NEW_COLUMNS = {
    "allocations": ("fence", "lease_until", "started_at", "draft", "excluded", "reminders"),
    "scripts": ("flagged", "moderated"),
    "windows": ("pull", "markers_per_script", "seed_percent", "margin"),
}


def upgrade() -> None:
    _assessors()
    _references()
    _pile_and_runs()
    _moderations()
    with op.batch_alter_table("allocations") as allocations:
        allocations.add_column(
            sa.Column("fence", sa.BigInteger, nullable=False, server_default="1")
        )
        allocations.add_column(sa.Column("lease_until", Instant))
        allocations.add_column(sa.Column("started_at", Instant))
        allocations.add_column(sa.Column("draft", Json))
        allocations.add_column(sa.Column("run_id", sa.Uuid))
        allocations.add_column(sa.Column("excluded", Json))
        allocations.add_column(
            sa.Column("reminders", sa.BigInteger, nullable=False, server_default="0")
        )
        allocations.create_foreign_key(
            op.f("fk_allocations_run_id"), "allocation_runs", ["run_id"], ["id"]
        )
    with op.batch_alter_table("scripts") as scripts:
        scripts.add_column(
            sa.Column("flagged", sa.Boolean, nullable=False, server_default=sa.false())
        )
        scripts.add_column(
            sa.Column("moderated", sa.Boolean, nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("windows") as windows:
        windows.add_column(sa.Column("pull", sa.Boolean, nullable=False, server_default=sa.false()))
        windows.add_column(
            sa.Column("markers_per_script", sa.BigInteger, nullable=False, server_default="1")
        )
        windows.add_column(
            sa.Column("seed_percent", sa.BigInteger, nullable=False, server_default="0")
        )
        windows.add_column(sa.Column("margin", sa.BigInteger))


def downgrade() -> None:
    with op.batch_alter_table("allocations") as allocations:
        allocations.drop_constraint(op.f("fk_allocations_run_id"), type_="foreignkey")
        allocations.drop_column("run_id")
    for table, names in NEW_COLUMNS.items():
        with op.batch_alter_table(table) as altered:
            for name in names:
                altered.drop_column(name)
    for table in (
        "moderations",
        "open_scripts",
        "allocation_runs",
        "banked_comments",
        "reference_markings",
        "reference_scripts",
        "declared_conflicts",
        "assessors",
    ):
        op.drop_table(table)


def _assessors() -> None:
    op.create_table(
        "assessors",
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("trained_for", Json),
        sa.Column("capacity", sa.BigInteger),
        sa.Column("available_until", sa.Date),
        sa.Column("probation_left", sa.BigInteger, nullable=False),
        sa.Column("stopped_because", sa.Text),
        sa.Column("link_number", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_assessors")),
    )
    op.create_table(
        "declared_conflicts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("declared_at", Instant, nullable=False),
        sa.Column("declared_by", sa.Text, nullable=False),
        sa.Column("withdrawn_at", Instant),
        sa.CheckConstraint(
            "kind IN ('application', 'participant', 'school', 'trust', 'delivery_partner')",
            name=op.f("ck_declared_conflicts_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_conflicts")),
    )
    op.create_index("ix_declared_conflicts_staff_id", "declared_conflicts", ["staff_id"])


def _references() -> None:
    op.create_table(
        "reference_scripts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("paper_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("words", sa.BigInteger, nullable=False),
        sa.Column("cut_off_word", sa.BigInteger),
        sa.Column("cut_off_at", sa.BigInteger),
        sa.Column("marks", Json, nullable=False),
        sa.Column("score", sa.BigInteger, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "purpose IN ('standardisation', 'seed')", name=op.f("ck_reference_scripts_purpose")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_reference_scripts_paper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_scripts")),
    )
    op.create_index("ix_reference_scripts_paper_id", "reference_scripts", ["paper_id", "purpose"])
    op.create_table(
        "reference_markings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("reference_id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("round", sa.BigInteger, nullable=False),
        sa.Column("window_id", sa.Uuid),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("given_at", Instant, nullable=False),
        sa.Column("marks", Json),
        sa.Column("score", sa.BigInteger),
        sa.Column("indicative", sa.Text),
        sa.Column("holistic", sa.Text),
        sa.Column("agrees", sa.Boolean),
        sa.Column("marked_at", Instant),
        sa.CheckConstraint(
            "state IN ('waiting', 'marked')", name=op.f("ck_reference_markings_state")
        ),
        sa.ForeignKeyConstraint(
            ["reference_id"],
            ["reference_scripts.id"],
            name=op.f("fk_reference_markings_reference_id"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_reference_markings_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_markings")),
        sa.UniqueConstraint(
            "reference_id",
            "staff_id",
            "round",
            name=op.f("uq_reference_markings_reference_id_staff_id_round"),
        ),
    )
    op.create_index("ix_reference_markings_staff_id", "reference_markings", ["staff_id", "state"])
    op.create_table(
        "banked_comments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("paper_id", sa.Uuid, nullable=False),
        sa.Column("criterion", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("retired", sa.Boolean, nullable=False),
        sa.Column("added_at", Instant, nullable=False),
        sa.Column("added_by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["papers.id"], name=op.f("fk_banked_comments_paper_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_banked_comments")),
    )
    op.create_index(
        "uq_banked_comments_live",
        "banked_comments",
        ["paper_id", "criterion", "text"],
        unique=True,
        postgresql_where=sa.text("NOT retired"),
        sqlite_where=sa.text("NOT retired"),
    )


def _pile_and_runs() -> None:
    op.create_table(
        "allocation_runs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("seed", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("scripts", sa.BigInteger, nullable=False),
        sa.Column("markers", Json, nullable=False),
        sa.Column("facts", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_allocation_runs_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation_runs")),
    )
    op.create_table(
        "open_scripts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("script_id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Uuid),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("lease_until", Instant),
        sa.CheckConstraint(
            "state IN ('open', 'claimed', 'done')", name=op.f("ck_open_scripts_state")
        ),
        sa.ForeignKeyConstraint(
            ["script_id"], ["scripts.id"], name=op.f("fk_open_scripts_script_id")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_open_scripts_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_scripts")),
        sa.UniqueConstraint("script_id", "role", name=op.f("uq_open_scripts_script_id_role")),
    )
    op.create_index("ix_open_scripts_window_id", "open_scripts", ["window_id", "state", "place"])


def _moderations() -> None:
    op.create_table(
        "moderations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("nonce", sa.Text, nullable=False),
        sa.Column("frame", Json, nullable=False),
        sa.Column("drawn", Json, nullable=False),
        sa.Column("mandatory", Json, nullable=False),
        sa.Column("checked", sa.BigInteger, nullable=False),
        sa.Column("errors", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("rule", sa.Text),
        sa.Column("pooled_clean", sa.BigInteger, nullable=False),
        sa.Column("pooled_errors", sa.BigInteger, nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("closed_at", Instant),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('sampling', 'accepted', 'escalated', 'complete')",
            name=op.f("ck_moderations_state"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_moderations_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderations")),
        sa.UniqueConstraint(
            "window_id", "staff_id", name=op.f("uq_moderations_window_id_staff_id")
        ),
    )
