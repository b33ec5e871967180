"""Builders for the tests of money: what DfE shows of it, a calendar, a contract."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from enrolling import COHORT, Enrolling

from enrolment.declarations.making import keep_declaration_states
from enrolment.dfe.client import DfeClient
from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.money.statements import keep_statements
from headship_contracts.enrolment.money import (
    ListStatements,
    PublishStatements,
    SetContract,
    StatementDates,
    StatementRecord,
)


def follow(enrolling: Enrolling) -> None:
    """What DfE shows of statements and declarations is kept, as a sync does."""
    settings = enrolling.service.settings
    seconds = timedelta(seconds=10)
    with DfeClient(settings.dfe_api_url, settings.dfe_api_token, timeout=seconds) as client:
        statements = client.list_statements()
        declarations, page = [], 1
        while (found := client.declarations(page=page)).count:
            declarations += found.read
            page += 1
    with enrolling.db.transaction() as tx:
        keep_statements(tx, statements)
        keep_declaration_states(tx, declarations)


def a_contract(**changes: Any) -> SetContract:
    """DfE's test figures: 800 pounds a head, a target of 72, 19 instalments."""
    known: dict[str, Any] = {
        "cohort": COHORT,
        "course": HEADSHIP,
        "from_month": date(2026, 9, 1),
        "recruitment_target": 72,
        "per_participant": Decimal(800),
        "service_fee_installments": 19,
    }
    return SetContract(**{**known, **changes})


def a_month(year: int, month: int, **changes: Any) -> StatementDates:
    """Its deadline on the 25th, paid a month later."""
    later = date(year + month // 12, month % 12 + 1, 25)
    known: dict[str, Any] = {
        "year": year,
        "month": month,
        "deadline_on": date(year, month, 25),
        "payment_on": later,
        "output_fee": True,
    }
    return StatementDates(**{**known, **changes})


def a_calendar(*months: StatementDates, cohort: str = COHORT) -> PublishStatements:
    """Some months of a cohort."""
    return PublishStatements(cohort=cohort, statements=list(months))


def statements(enrolling: Enrolling, **filters: Any) -> list[StatementRecord]:
    """All that fit."""
    return enrolling.call(ListStatements(limit=500, **filters)).items
