"""Schools, delivery partners, staff; participants, applications, places."""

import sqlalchemy as sa
from alembic import op

from kit.db.types import Instant, Json

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "schools",
        sa.Column("urn", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("ukprn", sa.Text),
        sa.Column("trust_id", sa.Text),
        sa.Column("local_authority", sa.Text),
        sa.Column("phase", sa.Text),
        sa.Column("establishment_type", sa.Text),
        sa.PrimaryKeyConstraint("urn", name=op.f("pk_schools")),
    )
    op.create_table(
        "delivery_partners",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("dfe_delivery_partner_id", sa.Uuid),
        sa.Column("dfe_cohorts", Json),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_key", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("place", sa.Text),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_partners")),
        sa.UniqueConstraint(
            "dfe_delivery_partner_id", name=op.f("uq_delivery_partners_dfe_delivery_partner_id")
        ),
        sa.UniqueConstraint("name_key", name=op.f("uq_delivery_partners_name_key")),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("roles", Json, nullable=False),
        sa.Column("school_urn", sa.Text),
        sa.Column("trust_id", sa.Text),
        sa.Column("delivery_partner_id", sa.Uuid),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("address_failed_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_partner_id"],
            ["delivery_partners.id"],
            name=op.f("fk_staff_delivery_partner_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email_key", name=op.f("uq_staff_email_key")),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("dfe_participant_id", sa.Uuid),
        sa.Column("full_name", sa.Text, nullable=False),
        sa.Column("email", sa.Text),
        sa.Column("email_set_at", Instant, nullable=False),
        sa.Column("trn", sa.Text),
        sa.Column("trn_verified", sa.Boolean, nullable=False),
        sa.Column("address_failed_at", Instant),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participants")),
        sa.UniqueConstraint("dfe_participant_id", name=op.f("uq_participants_dfe_participant_id")),
    )
    op.create_index(op.f("ix_participants_trn"), "participants", ["trn"])
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("dfe_application_id", sa.Uuid),
        sa.Column("reference", sa.Text),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("participant_id", sa.Uuid, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("decision", sa.Text),
        sa.Column("training_status", sa.Text),
        sa.Column("training_changed_at", Instant),
        sa.Column("training_reason", sa.Text),
        sa.Column("training_effective_on", sa.Date),
        sa.Column("expected_return_on", sa.Date),
        sa.Column("schedule", sa.Text),
        sa.Column("delivery_partner_id", sa.Uuid),
        sa.Column("school_urn", sa.Text),
        sa.Column("in_england", sa.Boolean, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("funded_place", sa.Boolean),
        sa.Column("eligible_for_funding", sa.Boolean, nullable=False),
        sa.Column("ineligible_for_funding_reason", sa.Text),
        sa.Column("funding_prediction", sa.Text),
        sa.Column("accepted_at", Instant),
        sa.Column("reason_for_rejection", sa.Text),
        sa.Column("problem", Json),
        sa.Column("dfe_updated_at", Instant),
        sa.Column("seen_in_sync", sa.BigInteger),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "place IN ('none', 'held', 'over', 'waiting')", name=op.f("ck_applications_place")
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'accepted', 'rejected', 'removed')",
            name=op.f("ck_applications_status"),
        ),
        sa.ForeignKeyConstraint(
            ["delivery_partner_id"],
            ["delivery_partners.id"],
            name=op.f("fk_applications_delivery_partner_id"),
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_applications_participant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("dfe_application_id", name=op.f("uq_applications_dfe_application_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_applications_reference")),
    )
    op.create_index(
        "ix_applications_cohort_course_status", "applications", ["cohort", "course", "status"]
    )
    op.create_index("ix_applications_created_at_id", "applications", ["created_at", "id"])
    op.create_index(op.f("ix_applications_participant_id"), "applications", ["participant_id"])
    op.create_index(
        "ux_applications_one_accepted",
        "applications",
        ["participant_id", "course", "cohort"],
        unique=True,
        postgresql_where=sa.text("status = 'accepted' AND training_status <> 'withdrawn'"),
        sqlite_where=sa.text("status = 'accepted' AND training_status <> 'withdrawn'"),
    )
    op.create_table(
        "quotas",
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("cap", sa.BigInteger),
        sa.Column("held", sa.BigInteger, nullable=False),
        sa.CheckConstraint(
            "held >= 0 AND (cap IS NULL OR held <= cap)", name=op.f("ck_quotas_held")
        ),
        sa.PrimaryKeyConstraint("cohort", "course", "scope", name=op.f("pk_quotas")),
    )


def downgrade() -> None:
    op.drop_table("quotas")
    op.drop_table("applications")
    op.drop_table("participants")
    op.drop_table("staff")
    op.drop_table("delivery_partners")
    op.drop_table("schools")
