"""A result that a lead has changed is appealed against anew: no two appeals are open at once."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        _put_aside()
    with op.batch_alter_table("appeals") as appeals:
        appeals.drop_constraint(op.f("uq_appeals_result_id"), type_="unique")
    op.create_index("ix_appeals_result_id", "appeals", ["result_id"])
    op.create_index(
        "uq_appeals_open",
        "appeals",
        ["result_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    if on_sqlite:
        _put_back()


def _put_aside() -> None:
    """SQLite copies a table to alter it, which rows that refer to it forbid."""
    op.execute("CREATE TEMPORARY TABLE kept_stages AS SELECT * FROM appeal_stages")
    op.execute("DELETE FROM appeal_stages")
    op.execute(
        "CREATE TEMPORARY TABLE kept_evidence AS "
        "SELECT * FROM case_evidence WHERE appeal_id IS NOT NULL"
    )
    op.execute("DELETE FROM case_evidence WHERE appeal_id IS NOT NULL")


def _put_back() -> None:
    op.execute("INSERT INTO appeal_stages SELECT * FROM kept_stages")
    op.execute("DROP TABLE kept_stages")
    op.execute("INSERT INTO case_evidence SELECT * FROM kept_evidence")
    op.execute("DROP TABLE kept_evidence")
