"""What following DfE to the letter needs."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    return


def downgrade() -> None:
    return
