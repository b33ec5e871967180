"""Statements, contracts and fees."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    return


def downgrade() -> None:
    return
