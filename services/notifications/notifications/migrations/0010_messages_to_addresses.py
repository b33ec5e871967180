"""Messages to an address alone, found by it when somebody asks what is held about them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TO_AN_ADDRESS = sa.text("person_id IS NULL AND to_address IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_messages_to_address",
        "messages",
        ["to_address"],
        postgresql_where=_TO_AN_ADDRESS,
        sqlite_where=_TO_AN_ADDRESS,
    )


def downgrade() -> None:
    op.drop_index("ix_messages_to_address", table_name="messages")
