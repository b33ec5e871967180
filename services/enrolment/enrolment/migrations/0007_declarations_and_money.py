"""Statements, contracts and fees; what became of declarations; when milestones are paid."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from enrolment.domain.declarations import milestones_in_order
from enrolment.domain.dfe.schedules import LEADERSHIP_MILESTONES
from kit.db.types import Counter, Instant, Json, Money

revision = "0007"
down_revision = "0006"

SPECIALISTS_COMPLETE_BY = {
    (2024, "npq-specialist-autumn"): date(2026, 2, 21),
    (2025, "npq-specialist-spring"): date(2026, 8, 21),
}
"""Started and retained-1 are those of leadership; the day of payment was not published."""

STARTS = {2024: date(2024, 10, 1), 2025: date(2025, 2, 1)}

SCHEDULES = sa.table(
    "schedules",
    sa.column("cohort"),
    sa.column("schedule"),
    sa.column("starts_on", sa.Date),
    sa.column("milestones", Json),
    sa.column("revision"),
)


def upgrade() -> None:
    _follow_declarations()
    _add_money()
    _add_fees()
    _add_what_dfe_published()


def downgrade() -> None:
    for table in (
        "ledger_lines",
        "ledger_entries",
        "instalments",
        "fees",
        "adjustments",
        "statements",
        "contracts",
    ):
        op.drop_table(table)
    op.execute(sa.delete(SCHEDULES).where(SCHEDULES.c.schedule.like("npq-specialist-%")))
    with op.batch_alter_table("outcomes") as table:
        table.drop_constraint(
            "uq_outcomes_declaration_id_result_id_result_revision_state", type_="unique"
        )
        table.drop_column("declaration_id")
        table.create_unique_constraint(
            "uq_outcomes_result_id_result_revision", ["result_id", "result_revision"]
        )
    for name in ("expected_statement_id", "dfe_statement_id", "dfe_clawback_statement_id"):
        op.drop_index(f"ix_declarations_{name}", "declarations")
    for column in _new_columns():
        op.drop_column("declarations", column.name)
    op.drop_column("applications", "targeted_delivery_funding")


def _new_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("decision", sa.Text),
        sa.Column("void_reason", sa.Text),
        sa.Column("fundable", sa.Boolean),
        sa.Column("expected_statement_id", sa.Uuid),
        sa.Column("expected_clawback_id", sa.Uuid),
        sa.Column("dfe_statement_id", sa.Uuid),
        sa.Column("dfe_clawback_statement_id", sa.Uuid),
        sa.Column("dfe_updated_at", Instant),
    ]


def _follow_declarations() -> None:
    flag = sa.Column(
        "targeted_delivery_funding", sa.Boolean, nullable=False, server_default=sa.false()
    )
    op.add_column("applications", flag)
    for column in _new_columns():
        op.add_column("declarations", column)
    for name in ("expected_statement_id", "dfe_statement_id", "dfe_clawback_statement_id"):
        op.create_index(f"ix_declarations_{name}", "declarations", [name])
    with op.batch_alter_table("outcomes") as table:
        table.add_column(sa.Column("declaration_id", sa.Uuid))
        table.drop_constraint("uq_outcomes_result_id_result_revision", type_="unique")
        table.create_unique_constraint(
            "uq_outcomes_declaration_id_result_id_result_revision_state",
            ["declaration_id", "result_id", "result_revision", "state"],
        )


def _add_money() -> None:
    op.create_table(
        "contracts",
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("course", sa.Text, nullable=False),
        sa.Column("from_month", sa.Date, nullable=False),
        sa.Column("recruitment_target", sa.BigInteger, nullable=False),
        sa.Column("per_participant", Money, nullable=False),
        sa.Column("output_payment_percentage", sa.BigInteger, nullable=False),
        sa.Column("number_of_payment_periods", sa.BigInteger, nullable=False),
        sa.Column("service_fee_percentage", sa.BigInteger, nullable=False),
        sa.Column("service_fee_installments", sa.BigInteger, nullable=False),
        sa.Column("monthly_service_fee", Money),
        sa.Column("targeted_delivery_funding_per_participant", Money, nullable=False),
        sa.Column("special_course", sa.Boolean, nullable=False),
        sa.CheckConstraint("recruitment_target > 0", name=op.f("ck_contracts_recruitment_target")),
        sa.CheckConstraint(
            "number_of_payment_periods > 0",
            name=op.f("ck_contracts_number_of_payment_periods"),
        ),
        sa.PrimaryKeyConstraint("cohort", "course", "from_month", name=op.f("pk_contracts")),
    )
    op.create_table(
        "statements",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("cohort", sa.Text, nullable=False),
        sa.Column("year", sa.BigInteger, nullable=False),
        sa.Column("month", sa.BigInteger, nullable=False),
        sa.Column("deadline_on", sa.Date, nullable=False),
        sa.Column("payment_on", sa.Date, nullable=False),
        sa.Column("output_fee", sa.Boolean, nullable=False),
        sa.Column("reconcile_amount", Money, nullable=False),
        sa.Column("dfe_statement_id", sa.Uuid),
        sa.Column("dfe_deadline_on", sa.Date),
        sa.Column("dfe_payment_on", sa.Date),
        sa.Column("paid", sa.Boolean, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint("month BETWEEN 1 AND 12", name=op.f("ck_statements_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statements")),
        sa.UniqueConstraint(
            "cohort", "year", "month", name=op.f("uq_statements_cohort_year_month")
        ),
        sa.UniqueConstraint("dfe_statement_id", name=op.f("uq_statements_dfe_statement_id")),
    )
    op.create_table(
        "adjustments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("statement_id", sa.Uuid, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("amount", Money, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statements.id"], name=op.f("fk_adjustments_statement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustments")),
    )
    op.create_index(op.f("ix_adjustments_statement_id"), "adjustments", ["statement_id"])


def _add_fees() -> None:
    op.create_table(
        "fees",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("payer", sa.Text, nullable=False),
        sa.Column("payer_reference", sa.Text, nullable=False),
        sa.Column("amount", Money, nullable=False),
        sa.Column("agreed_on", sa.Date, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint("payer IN ('school', 'trust', 'self')", name=op.f("ck_fees_payer")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_fees_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fees")),
    )
    op.create_index(op.f("ix_fees_application_id"), "fees", ["application_id"])
    op.create_index("ix_fees_created_at_id", "fees", ["created_at", "id"])
    op.create_table(
        "instalments",
        sa.Column("fee_id", sa.Uuid, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("amount", Money, nullable=False),
        sa.ForeignKeyConstraint(["fee_id"], ["fees.id"], name=op.f("fk_instalments_fee_id")),
        sa.PrimaryKeyConstraint("fee_id", "number", name=op.f("pk_instalments")),
    )
    op.create_table(
        "ledger_entries",
        sa.Column("id", Counter, autoincrement=True, nullable=False),
        sa.Column("fee_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("entered_on", sa.Date, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.ForeignKeyConstraint(["fee_id"], ["fees.id"], name=op.f("fk_ledger_entries_fee_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
    )
    op.create_index(op.f("ix_ledger_entries_fee_id"), "ledger_entries", ["fee_id"])
    once = sa.text("kind IN ('fee', 'payment', 'refund')")
    op.create_index(
        "ux_ledger_entries_payment_once",
        "ledger_entries",
        ["fee_id", "kind", "reference"],
        unique=True,
        postgresql_where=once,
        sqlite_where=once,
    )
    op.create_table(
        "ledger_lines",
        sa.Column("entry_id", Counter, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("amount", Money, nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["ledger_entries.id"], name=op.f("fk_ledger_lines_entry_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", "number", name=op.f("pk_ledger_lines")),
    )


def _add_what_dfe_published() -> None:
    """Specialist schedules, and the day of payment beside each deadline that has one."""
    for (year, name), published in LEADERSHIP_MILESTONES.items():
        paid_on = {m.declaration_type: m.paid_on for m in published}
        mine = sa.and_(SCHEDULES.c.cohort == f"{year}a", SCHEDULES.c.schedule == name)
        known = op.get_bind().execute(sa.select(SCHEDULES.c.milestones).where(mine)).scalar_one()
        told = [m | {"paid_on": paid_on[m["declaration_type"]].isoformat()} for m in known]
        op.execute(sa.update(SCHEDULES).where(mine).values(milestones=told))
    op.bulk_insert(SCHEDULES, [_specialist(*key) for key in SPECIALISTS_COMPLETE_BY])


def _specialist(year: int, name: str) -> dict[str, object]:
    leadership = name.replace("specialist", "leadership")
    first = LEADERSHIP_MILESTONES[year, leadership][:2]
    paid_on = {m.declaration_type: m.paid_on.isoformat() for m in first}
    deadlines = [(m.declaration_type, m.deadline_on) for m in first]
    deadlines.append(("completed", SPECIALISTS_COMPLETE_BY[year, name]))
    return {
        "cohort": f"{year}a",
        "schedule": name,
        "starts_on": STARTS[year],
        "milestones": [
            {
                "declaration_type": milestone.declaration_type,
                "opens_on": milestone.opens_on.isoformat(),
                "deadline_on": milestone.deadline_on.isoformat(),
                "paid_on": paid_on.get(milestone.declaration_type),
            }
            for milestone in milestones_in_order(STARTS[year], deadlines)
        ],
        "revision": 1,
    }
