"""Candidates' own times, the link by which they send, and files read but not yet confirmed."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant, Json

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column(
        "papers", sa.Column("grace_minutes", sa.BigInteger, nullable=False, server_default="0")
    )
    with op.batch_alter_table("candidates") as candidates:
        candidates.add_column(
            sa.Column("link_number", sa.BigInteger, nullable=False, server_default="0")
        )
        candidates.add_column(sa.Column("link_expires_at", Instant))
    with op.batch_alter_table("submissions") as submissions:
        submissions.add_column(sa.Column("declaration", sa.Text))
        submissions.add_column(
            sa.Column("in_grace", sa.Boolean, nullable=False, server_default=sa.false())
        )
        submissions.add_column(
            sa.Column("names_removed", sa.BigInteger, nullable=False, server_default="0")
        )
        submissions.add_column(
            sa.Column("names_checked", sa.Boolean, nullable=False, server_default=sa.false())
        )
        submissions.add_column(sa.Column("accepted_because", sa.Text))
    _own_times()
    op.create_table(
        "uploads",
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("received_at", Instant, nullable=False),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("text_sha256", sa.Text),
        sa.Column("found", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_uploads_candidate_id")
        ),
        sa.PrimaryKeyConstraint("candidate_id", name=op.f("pk_uploads")),
    )


def _own_times() -> None:
    op.create_table(
        "adjustments",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("extra_days", sa.BigInteger, nullable=False),
        sa.Column("extra_percent", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.Text, nullable=False),
        sa.CheckConstraint(
            "extra_days >= 0 AND extra_percent >= 0", name=op.f("ck_adjustments_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_adjustments_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_adjustments")),
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("candidate_id", sa.Uuid, nullable=False),
        sa.Column("former_closes_at", Instant, nullable=False),
        sa.Column("closes_at", Instant, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("granted_at", Instant, nullable=False),
        sa.Column("granted_by", sa.Text, nullable=False),
        sa.CheckConstraint("closes_at > former_closes_at", name=op.f("ck_extensions_later")),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidates.id"], name=op.f("fk_extensions_candidate_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
    )
    op.create_index("ix_extensions_candidate_id", "extensions", ["candidate_id", "granted_at"])
    op.create_table(
        "deferrals",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("not_before", sa.Date, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("decided_at", Instant, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.application_id"],
            name=op.f("fk_deferrals_application_id"),
        ),
        sa.ForeignKeyConstraint(["window_id"], ["windows.id"], name=op.f("fk_deferrals_window_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferrals")),
    )
    op.create_index("ix_deferrals_application_id", "deferrals", ["application_id"])
