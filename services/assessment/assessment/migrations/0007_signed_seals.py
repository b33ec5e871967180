"""The signature over each dossier's last seal, and which of a row's columns a seal is over."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    with op.batch_alter_table("seals") as seals:
        seals.add_column(sa.Column("form", sa.BigInteger, nullable=False, server_default="1"))
    op.create_table(
        "dossier_heads",
        sa.Column("script_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("mac", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(
            ["script_id"],
            ["scripts.id"],
            name=op.f("fk_dossier_heads_script_id"),
            ondelete="CASCADE",  # the release before deletes scripts, and does not know of heads
        ),
        sa.PrimaryKeyConstraint("script_id", name=op.f("pk_dossier_heads")),
    )


def downgrade() -> None:
    op.drop_table("dossier_heads")
    with op.batch_alter_table("seals") as seals:
        seals.drop_column("form")
