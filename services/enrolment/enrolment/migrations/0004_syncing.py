"""What following DfE to the letter needs: what it showed, how far it was read, where it differs."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Counter, Instant

revision = "0004"
down_revision = "0003"

STREAMS = ("applications", "participants", "declarations", "outcomes", "statements")

OPEN = sa.text("resolved_at IS NULL")


def upgrade() -> None:
    _change_traffic()
    _create_shown()
    _create_drift()
    op.create_table(
        "dfe_budget",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("left", sa.BigInteger, nullable=False),
        sa.Column("filled_at", Instant),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_dfe_budget")),
    )
    budget = sa.table("dfe_budget", sa.column("name"), sa.column("left"))
    op.bulk_insert(budget, [{"name": "dfe", "left": 0}])
    op.create_table(
        "dfe_retired_participants",
        sa.Column("dfe_participant_id", sa.Uuid, nullable=False),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("former_participant_id", sa.Uuid),
        sa.Column("merged_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_dfe_retired_participants_participant_id"),
        ),
        sa.PrimaryKeyConstraint("dfe_participant_id", name=op.f("pk_dfe_retired_participants")),
    )
    op.create_index(
        "ix_dfe_retired_participants_participant_id",
        "dfe_retired_participants",
        ["participant_id"],
    )


def _change_traffic() -> None:
    """Each list has its own cursor. The former release goes on with what it had."""
    with op.batch_alter_table("dfe_traffic") as traffic:
        traffic.add_column(sa.Column("due_at", Instant))
        traffic.add_column(sa.Column("stopped_by", sa.Text))
    op.create_table(
        "dfe_streams",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("cursor_at", Instant),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("since", Instant),
        sa.Column("page", sa.BigInteger, nullable=False),
        sa.Column("finished_at", Instant),
        sa.Column("problem", sa.Text),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_dfe_streams")),
    )
    streams = sa.table("dfe_streams", *[sa.column(name) for name in ("name", "number", "page")])
    op.bulk_insert(streams, [{"name": name, "number": 0, "page": 1} for name in STREAMS])


def _create_shown() -> None:
    op.create_table(
        "dfe_shown",
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("dfe_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("seen_in_sync", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("stream", "dfe_id", name=op.f("pk_dfe_shown")),
    )


def _create_drift() -> None:
    op.create_table(
        "dfe_drift",
        sa.Column("id", Counter, autoincrement=True, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
        sa.Column("record_id", sa.Uuid),
        sa.Column("dfe_id", sa.Uuid),
        sa.Column("application_id", sa.Uuid),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("ours", sa.Text),
        sa.Column("theirs", sa.Text),
        sa.Column("found_at", Instant, nullable=False),
        sa.Column("found_in_sync", sa.BigInteger, nullable=False),
        sa.Column("resolved_at", Instant),
        sa.Column("resolution", sa.Text),
        sa.CheckConstraint(
            "record IN ('application', 'participant', 'declaration', 'outcome')",
            name=op.f("ck_dfe_drift_record"),
        ),
        sa.CheckConstraint(
            "resolution IN ('followed', 'agreed')", name=op.f("ck_dfe_drift_resolution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dfe_drift")),
    )
    op.create_index("ix_dfe_drift_application_id", "dfe_drift", ["application_id"])
    op.create_index("ix_dfe_drift_found_at_id", "dfe_drift", ["found_at", "id"])
    op.create_index(
        "ux_dfe_drift_open",
        "dfe_drift",
        ["record", "dfe_id", "field"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )


def downgrade() -> None:
    for table in ("dfe_retired_participants", "dfe_budget", "dfe_drift", "dfe_shown"):
        op.drop_table(table)
    op.drop_table("dfe_streams")
    with op.batch_alter_table("dfe_traffic") as traffic:
        traffic.drop_column("stopped_by")
        traffic.drop_column("due_at")
