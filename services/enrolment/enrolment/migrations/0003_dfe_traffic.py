"""What DfE must be told, and how the traffic with it stands."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant, Json

revision = "0003"
down_revision = "0002"

TRAFFIC = ("name", "failures", "number", "everything", "page")


def upgrade() -> None:
    op.create_table(
        "dfe_writes",
        sa.Column("id", Counter, autoincrement=True, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("next_attempt_at", Instant),
        sa.Column("problem", Json),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("finished_at", Instant),
        sa.CheckConstraint(
            "state IN ('owed', 'sending', 'in_doubt', 'done', 'refused')",
            name=op.f("ck_dfe_writes_state"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_dfe_writes_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dfe_writes")),
    )
    op.create_index("ix_dfe_writes_state_id", "dfe_writes", ["state", "id"])
    op.create_index(
        "ux_dfe_writes_unfinished",
        "dfe_writes",
        ["application_id", "kind", "subject"],
        unique=True,
        postgresql_where=sa.text("state IN ('owed', 'sending', 'in_doubt')"),
        sqlite_where=sa.text("state IN ('owed', 'sending', 'in_doubt')"),
    )
    op.create_table(
        "dfe_traffic",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("stopped_until", Instant),
        sa.Column("failures", sa.BigInteger, nullable=False),
        sa.Column("problem", sa.Text),
        sa.Column("holder", sa.Uuid),
        sa.Column("held_until", Instant),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("everything", sa.Boolean, nullable=False),
        sa.Column("since", Instant),
        sa.Column("started_at", Instant),
        sa.Column("page", sa.BigInteger, nullable=False),
        sa.Column("cursor_at", Instant),
        sa.Column("finished_at", Instant),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_dfe_traffic")),
    )
    traffic = sa.table("dfe_traffic", *[sa.column(name) for name in TRAFFIC])
    op.bulk_insert(
        traffic,
        [dict(zip(TRAFFIC, (name, 0, 0, False, 0), strict=True)) for name in ("push", "sync")],
    )


def downgrade() -> None:
    op.drop_table("dfe_traffic")
    op.drop_table("dfe_writes")
