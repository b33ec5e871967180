"""Cohorts, schedules, evidence, declarations, outcomes; and what DfE published until 2026."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from enrolment.domain.declarations import milestones_in_order
from enrolment.domain.dfe.schedules import LEADERSHIP_MILESTONES
from kit.db.types import Instant, Json

revision = "0002"
down_revision = "0001"

COHORTS = {
    "2021a": "full",
    "2022a": "full",
    "2023a": "full",
    "2024a": "capped",
    "2025a": "capped",
    "2026a": "zero",
    "2026b": "capped",
}

STARTS = {
    (2023, "npq-leadership-autumn"): date(2023, 10, 1),
    (2023, "npq-leadership-spring"): date(2024, 1, 1),
    (2024, "npq-leadership-autumn"): date(2024, 10, 1),
    (2025, "npq-leadership-spring"): date(2025, 2, 1),
}
"""From when DfE took declarations; the deadlines are published beside them."""


def upgrade() -> None:
    op.create_table(
        "cohorts",
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("funding", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("cohort", name=op.f("pk_cohorts")),
    )
    op.create_table(
        "schedules",
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("schedule", sa.Text, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("milestones", Json, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("cohort", "schedule", name=op.f("pk_schedules")),
    )
    op.create_table(
        "evidence",
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("record", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("record_revision", sa.BigInteger, nullable=False),
        sa.Column("fact", Json, nullable=False),
        sa.Column("told_at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("service", "record", name=op.f("pk_evidence")),
    )
    op.create_index(op.f("ix_evidence_application_id"), "evidence", ["application_id"])
    op.create_table(
        "declarations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("dfe_declaration_id", sa.Uuid),
        sa.Column("declaration_type", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("declaration_date", Instant, nullable=False),
        sa.Column("has_passed", sa.Boolean),
        sa.Column("delivery_partner_id", sa.Uuid),
        sa.Column("evidence_service", sa.Text, nullable=False),
        sa.Column("evidence_record", sa.Uuid, nullable=False),
        sa.Column("evidence_revision", sa.BigInteger, nullable=False),
        sa.Column("evidence_fact", Json, nullable=False),
        sa.Column("evidence_on", sa.Date, nullable=False),
        sa.Column("problem", Json),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_declarations_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
        sa.UniqueConstraint("dfe_declaration_id", name=op.f("uq_declarations_dfe_declaration_id")),
    )
    op.create_index(op.f("ix_declarations_application_id"), "declarations", ["application_id"])
    op.create_index("ix_declarations_created_at_id", "declarations", ["created_at", "id"])
    op.create_index(
        "ux_declarations_one_live",
        "declarations",
        ["application_id", "declaration_type"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('ready', 'refused', 'submitted', 'eligible', 'payable', 'paid')"
        ),
        sqlite_where=sa.text(
            "state IN ('ready', 'refused', 'submitted', 'eligible', 'payable', 'paid')"
        ),
    )
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("result_id", sa.Uuid, nullable=False),
        sa.Column("result_revision", sa.BigInteger, nullable=False),
        sa.Column("attempt", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("completion_date", sa.Date, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_outcomes_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint(
            "result_id", "result_revision", name=op.f("uq_outcomes_result_id_result_revision")
        ),
    )
    op.create_index(op.f("ix_outcomes_application_id"), "outcomes", ["application_id"])
    op.create_table(
        "deadline_warnings",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("declaration_type", sa.Text, nullable=False),
        sa.Column("days", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_deadline_warnings_application_id"),
        ),
        sa.PrimaryKeyConstraint(
            "application_id", "declaration_type", "days", name=op.f("pk_deadline_warnings")
        ),
    )
    _add_what_dfe_published()


def downgrade() -> None:
    op.drop_table("deadline_warnings")
    op.drop_table("outcomes")
    op.drop_table("declarations")
    op.drop_table("evidence")
    op.drop_table("schedules")
    op.drop_table("cohorts")


def _add_what_dfe_published() -> None:
    cohorts = sa.table("cohorts", sa.column("cohort"), sa.column("funding"))
    op.bulk_insert(cohorts, [{"cohort": c, "funding": f} for c, f in COHORTS.items()])
    schedules = sa.table(
        "schedules",
        sa.column("cohort"),
        sa.column("schedule"),
        sa.column("starts_on", sa.Date),
        sa.column("milestones", Json),
        sa.column("revision"),
    )
    op.bulk_insert(schedules, [_schedule(year, name) for year, name in STARTS])


def _schedule(year: int, name: str) -> dict[str, object]:
    starts_on = STARTS[year, name]
    deadlines = [(m.declaration_type, m.deadline_on) for m in LEADERSHIP_MILESTONES[year, name]]
    return {
        "cohort": f"{year}a",
        "schedule": name,
        "starts_on": starts_on,
        "milestones": [
            {
                "declaration_type": milestone.declaration_type,
                "opens_on": milestone.opens_on.isoformat(),
                "deadline_on": milestone.deadline_on.isoformat(),
            }
            for milestone in milestones_in_order(starts_on, deadlines)
        ],
        "revision": 1,
    }
