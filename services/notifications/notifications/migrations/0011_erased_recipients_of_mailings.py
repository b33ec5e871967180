"""Who was erased while a mailing is here, so that nothing of it reaches them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    mailing = sa.ForeignKey(
        "mailings.mailing_id", ondelete="CASCADE", name="fk_mailing_erased_mailing_id_mailings"
    )
    op.create_table(
        "mailing_erased",
        sa.Column("mailing_id", sa.Uuid, mailing, primary_key=True),
        sa.Column("address_hash", sa.Text, primary_key=True),
    )


def downgrade() -> None:
    op.drop_table("mailing_erased")
