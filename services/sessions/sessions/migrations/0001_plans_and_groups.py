"""What others tell, plans, offers and groups."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "delivery_partners",
        sa.Column("delivery_partner_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=True),
        sa.PrimaryKeyConstraint("delivery_partner_id", name=op.f("pk_delivery_partners")),
    )
    op.create_table(
        "enrolments",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("training_status", sa.Text, nullable=True),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("schedule", sa.Text, nullable=True),
        sa.Column("starts_on", sa.Date, nullable=True),
        sa.Column("delivery_partner_id", sa.Uuid, nullable=True),
        sa.Column("school_urn", sa.Text, nullable=True),
        sa.Column("trust_id", sa.Text, nullable=True),
        sa.Column("local_authority", sa.Text, nullable=True),
        sa.Column("phase", sa.Text, nullable=True),
        sa.Column("place_revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_enrolments")),
    )
    op.create_index("ix_enrolments_cohort", "enrolments", ["cohort", "course"], unique=False)
    op.create_index(
        "ix_enrolments_delivery_partner_id", "enrolments", ["delivery_partner_id"], unique=False
    )
    op.create_table(
        "groups",
        sa.Column("group_id", sa.Uuid, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("delivery_partner_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("coach_staff_id", sa.Uuid, nullable=True),
        sa.Column("formed_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("pk_groups")),
        sa.UniqueConstraint(
            "delivery_partner_id",
            "course",
            "cohort",
            "number",
            name=op.f("uq_groups_delivery_partner_id_course_cohort_number"),
        ),
        sa.UniqueConstraint(
            "slot",
            "coach_staff_id",
            "course",
            "cohort",
            name=op.f("uq_groups_slot_coach_staff_id_course_cohort"),
        ),
    )
    op.create_index("ix_groups_cohort", "groups", ["cohort", "course"], unique=False)
    op.create_table(
        "hub_offers",
        sa.Column("offer_id", sa.Uuid, nullable=False),
        sa.Column("delivery_partner_id", sa.Uuid, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("venue", sa.Text, nullable=False),
        sa.Column("venue_capacity", sa.BigInteger, nullable=False),
        sa.Column("meeting_link", sa.Text, nullable=True),
        sa.Column("face_to_face_slot", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_hub_offers")),
        sa.UniqueConstraint(
            "delivery_partner_id",
            "course",
            "cohort",
            name=op.f("uq_hub_offers_delivery_partner_id_course_cohort"),
        ),
    )
    op.create_table(
        "plans",
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("assessed", sa.Boolean, nullable=False),
        sa.Column("last_unit_ends_on", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("pk_plans")),
        sa.UniqueConstraint("course", "cohort", name=op.f("uq_plans_course_cohort")),
    )
    op.create_table(
        "programme_ends",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("completion_date", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_programme_ends")),
    )
    op.create_table(
        "schedules",
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("milestones", Json, nullable=False),
        sa.PrimaryKeyConstraint("cohort", "schedule", name=op.f("pk_schedules")),
    )
    op.create_table(
        "staff",
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("school_urn", sa.Text, nullable=True),
        sa.Column("trust_id", sa.Text, nullable=True),
        sa.Column("delivery_partner_id", sa.Uuid, nullable=True),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff")),
    )
    op.create_table(
        "availabilities",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("slots", Json, nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_availabilities_application_id"),
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_availabilities")),
    )
    op.create_table(
        "memberships",
        sa.Column("membership_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("group_id", sa.Uuid, nullable=False),
        sa.Column("joined_at", Instant, nullable=False),
        sa.Column("left_at", Instant, nullable=True),
        sa.Column("left_because", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["enrolments.application_id"],
            name=op.f("fk_memberships_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.group_id"], name=op.f("fk_memberships_group_id")
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_memberships")),
    )
    op.create_index("ix_memberships_group_id", "memberships", ["group_id"], unique=False)
    op.create_index(
        "uq_memberships_current",
        "memberships",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
        sqlite_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "offered_coaches",
        sa.Column("offer_id", sa.Uuid, nullable=False),
        sa.Column("slot", sa.Text, nullable=False),
        sa.Column("staff_id", sa.Uuid, nullable=False),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["hub_offers.offer_id"], name=op.f("fk_offered_coaches_offer_id")
        ),
        sa.PrimaryKeyConstraint("offer_id", "slot", "staff_id", name=op.f("pk_offered_coaches")),
    )
    op.create_table(
        "plan_versions",
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("school_holidays", sa.Text, nullable=False),
        sa.Column("assessed", sa.Boolean, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("last_unit_ends_on", sa.Date, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("weeks", sa.BigInteger, nullable=False),
        sa.Column("shortfalls", Json, nullable=False),
        sa.Column("published_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.plan_id"], name=op.f("fk_plan_versions_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_plan_versions")),
    )
    op.create_table(
        "plan_units",
        sa.Column("plan_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("cycle", sa.BigInteger, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("minutes", sa.BigInteger, nullable=False),
        sa.Column("monday", sa.Date, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("local_start", sa.Text, nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id", "version"],
            ["plan_versions.plan_id", "plan_versions.version"],
            name=op.f("fk_plan_units_plan_id_version"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "version", "position", name=op.f("pk_plan_units")),
    )


def downgrade() -> None:
    for table in (
        "plan_units",
        "plan_versions",
        "offered_coaches",
        "memberships",
        "availabilities",
        "staff",
        "schedules",
        "programme_ends",
        "plans",
        "hub_offers",
        "groups",
        "enrolments",
        "delivery_partners",
    ):
        op.drop_table(table)
