"""Participants' own plans and tasks, how they rate themselves, places at new hubs."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "pathways",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("plan_version", sa.BigInteger, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("faces", Json, nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("pauses", Json, nullable=False),
        sa.Column("pins", Json, nullable=False),
        sa.Column("items", Json, nullable=False),
        sa.Column("shortfalls", Json, nullable=False),
        _of_enrolment("pathways"),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_pathways")),
    )
    op.create_table(
        "pathway_versions",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("faces", Json, nullable=False),
        sa.Column("choices", Json, nullable=False),
        sa.Column("items", Json, nullable=False),
        _of_enrolment("pathway_versions"),
        sa.PrimaryKeyConstraint("application_id", "version", name=op.f("pk_pathway_versions")),
    )
    op.create_table(
        "self_ratings",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("round", sa.BigInteger, nullable=False),
        sa.Column("rated_at", Instant, nullable=False),
        sa.Column("rated_by", sa.Text, nullable=False),
        sa.Column("levels", Json, nullable=False),
        _of_enrolment("self_ratings"),
        sa.PrimaryKeyConstraint("application_id", "round", name=op.f("pk_self_ratings")),
    )
    op.create_table(
        "task_reports",
        sa.Column("report_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("done_on", sa.Date, nullable=False),
        sa.Column("reported_at", Instant, nullable=False),
        sa.Column("reported_by", sa.Text, nullable=False),
        _of_enrolment("task_reports"),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_task_reports")),
    )
    op.create_table(
        "task_comments",
        sa.Column("comment_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("commented_at", Instant, nullable=False),
        sa.Column("commented_by", sa.Text, nullable=False),
        _of_enrolment("task_comments"),
        sa.PrimaryKeyConstraint("comment_id", name=op.f("pk_task_comments")),
    )
    for table in ("task_reports", "task_comments"):
        op.create_index(
            f"ix_{table}_application_id", table, ["application_id", "unit_code"], unique=False
        )

    op.create_table(
        "study_statements",
        sa.Column("statement_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("unit_code", sa.Text, nullable=False),
        sa.Column("seconds", sa.BigInteger, nullable=False),
        sa.Column("taken_at", Instant, nullable=False),
        _of_enrolment("study_statements"),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_study_statements")),
    )
    op.create_index(
        "ix_study_statements_application_id",
        "study_statements",
        ["application_id", "unit_code"],
        unique=False,
    )
    op.create_table(
        "place_proposals",
        sa.Column("proposal_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("former_group_id", sa.Uuid, nullable=False),
        sa.Column("delivery_partner_id", sa.Uuid, nullable=False),
        sa.Column("group_id", sa.Uuid, nullable=True),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("decided_at", Instant, nullable=True),
        sa.Column("decided_by", sa.Text, nullable=True),
        sa.Column("note", sa.Text, nullable=True),
        _of_enrolment("place_proposals"),
        sa.ForeignKeyConstraint(
            ["former_group_id"],
            ["groups.group_id"],
            name=op.f("fk_place_proposals_former_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.group_id"], name=op.f("fk_place_proposals_group_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_place_proposals")),
    )
    op.create_index(
        "ix_place_proposals_application_id", "place_proposals", ["application_id"], unique=False
    )
    op.create_index(
        "uq_place_proposals_open",
        "place_proposals",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )


def downgrade() -> None:
    for table in (
        "place_proposals",
        "study_statements",
        "task_comments",
        "task_reports",
        "self_ratings",
        "pathway_versions",
        "pathways",
    ):
        op.drop_table(table)


def _of_enrolment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["application_id"],
        ["enrolments.application_id"],
        name=op.f(f"fk_{table}_application_id"),
    )
