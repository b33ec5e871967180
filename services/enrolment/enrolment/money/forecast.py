"""Forecast: what a cohort is to bring in to its end, statement by statement."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from enrolment import queries
from enrolment.domain.declarations import TAKEN, Milestone
from enrolment.domain.dfe.declarations import Statement as StatementFact
from enrolment.domain.dfe.payments import in_pence, output_per_participant
from enrolment.domain.money.contracts import Terms, terms_at
from enrolment.domain.money.forecast import Enrolments, ToCome, declarations_to_come
from enrolment.models import Schedule, Statement
from enrolment.money.calendars import UNKNOWN, calendars
from enrolment.money.income import income_of
from headship_contracts.enrolment.money import ForecastIncome, ForecastMonth, ForecastRecord
from headship_contracts.errors import Invalid
from kit import Transaction
from kit.clock import LONDON


def forecast_income(
    tx: Transaction, request: ForecastIncome, assumed_retention: Decimal
) -> ForecastRecord:
    """What is declared by now, and what is to come if as many go on as is assumed."""
    retention = assumed_retention if request.retention is None else request.retention
    if not 0 <= retention <= 1:
        problem = {"retention": ["is a share from 0 to 1"]}
        raise Invalid("invalid_fields", "the forecast is not right", problem)
    queries.funding_of(tx, request.cohort)
    today = tx.at.astimezone(LONDON).date()
    statements = queries.statements_of(tx, request.cohort)
    open_ones = [
        fact for fact in calendars(tx).facts(request.cohort, today) if fact.statement_id != UNKNOWN
    ]
    to_come = _to_come(tx, request.cohort, open_ones, Fraction(retention), today)
    by_statement: dict[str | None, list[ToCome]] = defaultdict(list)
    for each in to_come:
        by_statement[each.statement_id].append(each)
    states = {fact.statement_id: fact.state for fact in open_ones}
    terms = queries.terms_of(tx, request.cohort)
    total, months = Fraction(0), []
    for statement in statements:
        if str(statement.id) not in states:
            continue  # DfE's list was taken over while this was read
        expected = by_statement.get(str(statement.id), [])
        declared, amount = _amounts(tx, statement, expected, terms)
        total += declared + amount
        months.append(
            ForecastMonth(
                statement_id=statement.id,
                year=statement.year,
                month=statement.month,
                payment_on=statement.dfe_payment_on or statement.payment_on,
                state=states[str(statement.id)],
                declared=in_pence(declared),
                declarations_to_come=_number(expected),
                to_come=in_pence(amount),
                total=in_pence(declared + amount),
            )
        )
    return ForecastRecord(
        cohort=request.cohort,
        retention=retention,
        months=months,
        total=in_pence(total),
        without_statement=_number(by_statement.get(None, [])),
    )


def _to_come(
    tx: Transaction,
    cohort: str,
    statements: Sequence[StatementFact],
    retention: Fraction,
    today: date,
) -> list[ToCome]:
    declared = queries.declared_by_schedule(tx, cohort, TAKEN)
    dates = {schedule.schedule: schedule for schedule in queries.schedules_of(tx, cohort)}
    found: list[ToCome] = []
    for (course, schedule), number in queries.enrolled_by_schedule(tx, cohort).items():
        if schedule in dates:
            enrolments = Enrolments(
                course=course,
                milestones=_milestones(dates[schedule]),
                number=number,
                declared=declared.get((course, schedule), {}),
            )
            found += declarations_to_come(enrolments, statements, retention=retention, on=today)
    return found


def _milestones(schedule: Schedule) -> list[Milestone]:
    return [
        Milestone(
            declaration_type=milestone["declaration_type"],
            opens_on=date.fromisoformat(milestone["opens_on"]),
            deadline_on=date.fromisoformat(milestone["deadline_on"]),
        )
        for milestone in schedule.milestones
    ]


def _amounts(
    tx: Transaction, statement: Statement, expected: Sequence[ToCome], terms: list[Terms]
) -> tuple[Fraction, Fraction]:
    """What is on the statement already, and what is to come on it. Special courses are left out."""
    in_force = terms_at(terms, queries.month_of(statement))
    each = {
        course: output_per_participant(template)
        for course, template in in_force.items()
        if not template.special_course
    }
    amount = sum((each.get(e.course, Fraction(0)) * e.number for e in expected), Fraction(0))
    return income_of(tx, statement, queries.DFE, terms).total, amount


def _number(expected: Sequence[ToCome]) -> Decimal:
    return in_pence(sum((each.number for each in expected), Fraction(0)))
