"""A hub has an address of its own for a participant's calendar, good while they are with it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OWN = sa.text("ended_at IS NULL AND for_hub IS NULL")
CURRENT = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.add_column("calendar_tokens", sa.Column("for_hub", sa.Uuid, nullable=True))
    op.drop_index("uq_calendar_tokens_current", "calendar_tokens")
    _create("uq_calendar_tokens_current", ["application_id"], OWN)
    _create("uq_calendar_tokens_current_for_hub", ["application_id", "for_hub"], CURRENT)


def downgrade() -> None:
    op.drop_index("uq_calendar_tokens_current_for_hub", "calendar_tokens")
    op.drop_index("uq_calendar_tokens_current", "calendar_tokens")
    op.execute("DELETE FROM calendar_tokens WHERE for_hub IS NOT NULL")
    _create("uq_calendar_tokens_current", ["application_id"], CURRENT)
    op.drop_column("calendar_tokens", "for_hub")


def _create(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(
        name,
        "calendar_tokens",
        columns,
        unique=True,
        postgresql_where=where,
        sqlite_where=where,
    )
