"""The way of an application before it is accepted."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    return


def downgrade() -> None:
    return
