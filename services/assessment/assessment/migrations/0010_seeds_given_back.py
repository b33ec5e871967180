"""A seed that its marker gave back, or lost, is kept: it comes again as the same script."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    check = op.f("ck_reference_markings_state")
    with op.batch_alter_table("reference_markings") as altered:
        altered.drop_constraint(check, type_="check")
        altered.create_check_constraint(check, "state IN ('waiting', 'marked', 'withdrawn')")
