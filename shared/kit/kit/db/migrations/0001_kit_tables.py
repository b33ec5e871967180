"""Outbox, inbox, parked, idempotency, timer."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant, Json

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", Counter, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Uuid, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt_at", Instant),
        sa.Column("settled_at", Instant),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
        sa.CheckConstraint(
            "state IN ('waiting', 'published', 'unheard')", name=op.f("ck_outbox_state")
        ),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_outbox_waiting", "outbox", ["id"], postgresql_where=waiting, sqlite_where=waiting
    )
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])
    op.create_table(
        "inbox",
        sa.Column("queue", sa.String(128), primary_key=True),
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("handled_at", Instant, nullable=False),
    )
    op.create_index("ix_inbox_handled_at", "inbox", ["handled_at"])
    op.create_table(
        "parked",
        sa.Column("queue", sa.String(128), primary_key=True),
        sa.Column("event_id", sa.String(64), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("parked_at", Instant, nullable=False),
        sa.Column("state", sa.String(16), nullable=False, server_default=sa.text("'parked'")),
        sa.CheckConstraint(
            "state IN ('parked', 'replayed', 'discarded')", name=op.f("ck_parked_state")
        ),
    )
    op.create_table(
        "idempotency",
        sa.Column("method", sa.String(128), primary_key=True),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("body_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("answer", Json),
        sa.Column("created_at", Instant, nullable=False),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])
    op.create_table(
        "timer",
        sa.Column("name", sa.String(128), primary_key=True),
        sa.Column("last_tick", Instant),
        sa.Column("ran_at", Instant),
    )


def downgrade() -> None:
    for table in ("timer", "idempotency", "parked", "inbox", "outbox"):
        op.drop_table(table)
