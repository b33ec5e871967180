"""Money is exact in embedded mode too, where the database knows no decimal numbers."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from accounts import a_contract, follow, statements
from enrolling import COHORT, acceptance_of, autumn_schedule, enrol_on

from headship_contracts.enrolment.fees import (
    AgreeFee,
    BalanceLedger,
    CreditFee,
    ExportLedger,
    RecordPayment,
)
from headship_contracts.enrolment.money import (
    ForecastIncome,
    ListContracts,
    ListDifferences,
    StatementIncome,
)
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate


@pytest.fixture
def embedded(tmp_path, dfe, enrolment_settings):
    engine = open_engine(f"sqlite:///{tmp_path}/enrolment.db")
    migrate(engine, "enrolment")
    yield from enrol_on(ServiceDatabase(engine, "enrolment"), dfe, enrolment_settings)
    engine.dispose()


def test_a_statement_and_the_forecast_come_to_the_same_as_on_postgresql(embedded):
    embedded.call(a_contract(monthly_service_fee=Decimal("5432.10")))
    embedded.call(autumn_schedule())
    participant = embedded.accepted()
    follow(embedded)
    embedded.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    embedded.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    embedded.declares()
    follow(embedded)

    december = next(s for s in statements(embedded, cohort=COHORT) if s.month == 12)
    income = embedded.call(StatementIncome(statement_id=december.statement_id))
    forecast = embedded.call(ForecastIncome(cohort=COHORT, retention=Decimal(1)))

    assert (income.total, income.outputs) == (Decimal("5552.10"), 120)
    assert sum(month.to_come for month in forecast.months) == 360
    assert embedded.call(ListDifferences(cohort=COHORT)).items == []
    (contract,) = embedded.call(ListContracts(limit=1)).items
    assert contract.monthly_service_fee == Decimal("5432.10")


def test_the_ledger_comes_to_nothing_to_the_penny(embedded):
    embedded.sync()
    application = next(a for a in embedded.applications() if not a.eligible_for_funding)
    embedded.call(acceptance_of(application))
    embedded.push()

    fee = embedded.call(
        AgreeFee(
            application_id=application.application_id,
            payer="self",
            amount=Decimal("1000.01"),
            instalments=3,
        )
    )
    for number in range(10):
        embedded.call(
            RecordPayment(fee_id=fee.fee_id, amount=Decimal("33.10"), reference=f"BACS {number}")
        )
    credited = embedded.call(
        CreditFee(fee_id=fee.fee_id, amount=Decimal("0.01"), reason="the odd penny")
    )

    assert (credited.paid, credited.balance) == (Decimal("331.00"), Decimal("669.00"))
    balance = embedded.call(BalanceLedger())
    assert (balance.receivable, balance.fee_income, balance.bank, balance.total) == (
        Decimal("669.00"),
        Decimal("-1000.00"),
        Decimal("331.00"),
        0,
    )
    assert embedded.call(ExportLedger()).lines == 24
