"""Comparisons of a window's scripts, and the pairs that a person looks at."""

import sqlalchemy as sa
from alembic import op

from kit.db import Instant, Json

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "comparisons",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("requested_at", Instant, nullable=False),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("finished_at", Instant),
        sa.Column("percentile", sa.Text, nullable=False),
        sa.Column("found", Json),
        sa.Column("error", sa.Text),
        sa.CheckConstraint(
            "state IN ('queued', 'done', 'failed')", name=op.f("ck_comparisons_state")
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_comparisons_window_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparisons")),
    )
    op.create_index("ix_comparisons_state", "comparisons", ["state", "requested_at"])
    op.create_table(
        "similarity_cases",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("window_id", sa.Uuid, nullable=False),
        sa.Column("submission_a", sa.Uuid, nullable=False),
        sa.Column("submission_b", sa.Uuid, nullable=False),
        sa.Column("shared", sa.BigInteger, nullable=False),
        sa.Column("size_a", sa.BigInteger, nullable=False),
        sa.Column("size_b", sa.BigInteger, nullable=False),
        sa.Column("rank", sa.BigInteger, nullable=False),
        sa.Column("spans", Json, nullable=False),
        sa.Column("text_a_sha256", sa.Text, nullable=False),
        sa.Column("text_b_sha256", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("decided_at", Instant),
        sa.Column("decided_by", sa.Text),
        sa.CheckConstraint(
            "status IN ('flagged', 'under_investigation', 'no_case', 'upheld')",
            name=op.f("ck_similarity_cases_status"),
        ),
        sa.ForeignKeyConstraint(
            ["window_id"], ["windows.id"], name=op.f("fk_similarity_cases_window_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_a"], ["submissions.id"], name=op.f("fk_similarity_cases_submission_a")
        ),
        sa.ForeignKeyConstraint(
            ["submission_b"], ["submissions.id"], name=op.f("fk_similarity_cases_submission_b")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similarity_cases")),
        sa.UniqueConstraint(
            "submission_a",
            "submission_b",
            name=op.f("uq_similarity_cases_submission_a_submission_b"),
        ),
    )
    op.create_index("ix_similarity_cases_window_id", "similarity_cases", ["window_id", "rank"])
