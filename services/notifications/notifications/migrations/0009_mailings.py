"""Files by which one template is sent to many."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "mailings",
        sa.Column("mailing_id", sa.Uuid, primary_key=True),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("due_at", Instant),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("delimiter", sa.Text),
        sa.Column("encoding", sa.Text),
        sa.Column("ignored_columns", Json),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("rows", "good", "bad", "unchanged", "applied")
        ),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("finished_at", Instant),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "state IN ('uploading', 'validated', 'applied')", name=op.f("ck_mailings_state")
        ),
    )
    op.create_index("ix_mailings_created_at_mailing_id", "mailings", ["created_at", "mailing_id"])
    op.create_table(
        "mailing_pieces",
        _of_mailing("mailing_pieces"),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "mailing_bad_rows",
        _of_mailing("mailing_bad_rows"),
        sa.Column("row", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("problems", Json, nullable=False),
    )


def _of_mailing(table: str) -> sa.Column[sa.Uuid]:
    parent = sa.ForeignKey(
        "mailings.mailing_id", ondelete="CASCADE", name=f"fk_{table}_mailing_id_mailings"
    )
    return sa.Column("mailing_id", sa.Uuid, parent, primary_key=True)


def downgrade() -> None:
    """Files that were not applied are lost."""
    op.drop_table("mailing_bad_rows")
    op.drop_table("mailing_pieces")
    op.drop_table("mailings")
