"""Schools, staff, tasks, and the history of training."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    return


def downgrade() -> None:
    return
