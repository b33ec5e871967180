"""What was told of each attempt: the last word about one is not the last about all.

Of what is there the attempt is not known, and nothing is made up: a row whose `revision` is above
all of its `results` was written by the former release, which may also do so after this.
"""

import sqlalchemy as sa
from alembic import op

from kit.db import Json

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("programme_ends", sa.Column("results", Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("programme_ends", "results")
