"""Templates as files, when schools are open, plans as drafts; what groups are formed by."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0004"
down_revision = "0003"


NEW_COLUMNS = (
    ("hub_offers", sa.Column("venue_place", sa.Text, nullable=True)),
    ("hub_offers", sa.Column("venue_provides", Json, nullable=True)),
    ("offered_coaches", sa.Column("most_groups", sa.BigInteger, nullable=True)),
    ("offered_coaches", sa.Column("provides", Json, nullable=True)),
    ("availabilities", sa.Column("needs", Json, nullable=True)),
    ("availabilities", sa.Column("place", sa.Text, nullable=True)),
    ("groups", sa.Column("ended_at", Instant, nullable=True)),
    ("memberships", sa.Column("for_hub", sa.Uuid, nullable=True)),
    ("sessions", sa.Column("planned_monday", sa.Date, nullable=True)),
)


def upgrade() -> None:
    op.create_table(
        "templates",
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("put_at", Instant, nullable=True),
        sa.Column("put_by", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("course", "version", name=op.f("pk_templates")),
    )
    op.create_table(
        "term_dates",
        sa.Column("term_date_id", sa.Uuid, nullable=False),
        sa.Column("owner_kind", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("owner_name", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("term_date_id", name=op.f("pk_term_dates")),
    )
    op.create_table(
        "plan_drafts",
        sa.Column("draft_id", sa.Uuid, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("based_on_version", sa.BigInteger, nullable=False),
        sa.Column("content", Json, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_plan_drafts")),
        sa.UniqueConstraint("course", "cohort", name=op.f("uq_plan_drafts_course_cohort")),
    )
    op.create_table(
        "venue_places",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("delivery_partner_id", sa.Uuid, nullable=True),
        sa.Column("since", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_venue_places_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_venue_places")),
    )
    for table, column in NEW_COLUMNS:
        op.add_column(table, sa.Column(column.name, column.type, nullable=True))
    op.create_index("ix_term_dates_owner", "term_dates", ["owner", "owner_kind"], unique=False)


def downgrade() -> None:
    for table, column in NEW_COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column.name)
    op.drop_table("venue_places")
    op.drop_table("plan_drafts")
    op.drop_table("term_dates")
    op.drop_table("templates")
