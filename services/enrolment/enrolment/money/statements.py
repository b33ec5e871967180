"""Statements: the calendar as it is published, and what DfE says of each month."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import or_, select

from enrolment import queries
from enrolment.dfe.shapes import DfeStatement
from enrolment.domain.dfe.payments import check_adjustment
from enrolment.domain.revisions import check_revision
from enrolment.models import Adjustment, Cohort, Statement
from enrolment.traffic.shown import Told
from headship_contracts.enrolment.money import (
    AdjustmentRecord,
    AdjustStatement,
    ListStatements,
    PublishStatements,
    RemoveAdjustment,
    StatementDates,
    StatementPage,
    StatementRecord,
    StatementsPublished,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.messages import Done
from kit import Transaction
from kit.clock import LONDON
from kit.paging import page


def publish_statements(tx: Transaction, request: PublishStatements) -> StatementsPublished:
    """Set the months of a cohort. What is paid stays as it is."""
    queries.funding_of(tx, request.cohort)
    _check_dates(request.statements)
    wanted = select(Statement).where(Statement.cohort == request.cohort).with_for_update()
    known = {(found.year, found.month): found for found in tx.scalars(wanted)}
    changed = 0
    for told in request.statements:
        statement = known.get((told.year, told.month))
        check_revision(statement.revision if statement else 0, told.if_revision)
        if statement is None:
            statement = known[told.year, told.month] = _new(request.cohort, told.year, told.month)
            tx.add(statement)
        changed += _publish(tx, statement, told)
    return StatementsPublished(changed=changed)


def list_statements(tx: Transaction, request: ListStatements) -> StatementPage:
    """By cohort and month."""
    wanted = select(Statement)
    for name in ("cohort", "paid", "output_fee"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Statement, name) == value)
    keys = (Statement.cohort, Statement.year, Statement.month)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return StatementPage(items=[_record(tx, s) for s in found], next_cursor=cursor)


def adjust_statement(tx: Transaction, request: AdjustStatement) -> AdjustmentRecord:
    """Note what DfE adds to a statement, or takes off it."""
    statement = queries.statement(tx, request.statement_id, lock=True)
    check_revision(statement.revision, request.if_revision)
    _check_unpaid(statement)
    problems = check_adjustment(request.description, request.amount)
    if problems:
        named = {problem.title: [problem.detail] for problem in problems}
        raise Invalid("invalid_fields", "the adjustment is not right", named)
    adjustment = Adjustment(
        statement_id=statement.id,
        description=request.description,
        amount=request.amount,
        created_at=tx.at,
    )
    tx.add(adjustment)
    statement.revision = tx.next_revision(statement.revision)
    tx.flush()  # its id is told
    return AdjustmentRecord(
        adjustment_id=adjustment.id,
        statement_id=statement.id,
        description=adjustment.description,
        amount=adjustment.amount,
    )


def remove_adjustment(tx: Transaction, request: RemoveAdjustment) -> Done:
    """It was noted by mistake."""
    adjustment = tx.get(Adjustment, request.adjustment_id)
    if adjustment is None:
        raise NotFound("adjustment_not_found", str(request.adjustment_id))
    statement = queries.statement(tx, adjustment.statement_id, lock=True)
    check_revision(statement.revision, request.if_revision)
    _check_unpaid(statement)
    tx.delete(adjustment)
    statement.revision = tx.next_revision(statement.revision)
    return Done()


def keep_statements(tx: Transaction, shown: Sequence[DfeStatement]) -> Told:
    """Keep what DfE says of some months."""
    told = Told()
    months = _Months(tx, shown)
    for one in shown:
        statement = months.of(one)
        if statement is None:
            month = f"{one.month}/{one.year} of cohort {one.cohort}"
            told.problems.append(f"record {one.id}: another statement has {month}")
        else:
            told.changed += _keep(tx, statement, one)
    return told


def _keep(tx: Transaction, statement: Statement, shown: DfeStatement) -> bool:
    before = (
        statement.dfe_statement_id,
        statement.dfe_deadline_on,
        statement.dfe_payment_on,
        statement.paid,
    )
    if statement.dfe_statement_id is None and statement.revision == 0:
        statement.deadline_on, statement.payment_on = shown.cut_off_date, shown.payment_date
        statement.output_fee = True  # DfE shows no others
        tx.add(statement)
    statement.dfe_statement_id = shown.id
    statement.dfe_deadline_on, statement.dfe_payment_on = shown.cut_off_date, shown.payment_date
    statement.paid = shown.paid
    after = (shown.id, shown.cut_off_date, shown.payment_date, shown.paid)
    if before == after:
        return False
    statement.revision = tx.next_revision(statement.revision)
    return True


class _Months:
    """All statements of the cohorts of which DfE shows some, asked for at once and locked."""

    def __init__(self, tx: Transaction, shown: Sequence[DfeStatement]) -> None:
        self._cohorts = {year: _cohorts_of(tx, year) for year in {one.cohort for one in shown}}
        cohorts = [cohort for of_year in self._cohorts.values() for cohort in of_year]
        by_id = Statement.dfe_statement_id.in_([one.id for one in shown])
        wanted = select(Statement).where(or_(by_id, Statement.cohort.in_(cohorts)))
        found = tx.scalars(wanted.order_by(Statement.id).with_for_update()).all()
        self._by_id = {one.dfe_statement_id: one for one in found if one.dfe_statement_id}
        self._of_cohort = {(one.cohort, one.year, one.month): one for one in found}

    def of(self, shown: DfeStatement) -> Statement | None:
        """The one with DfE's id, else ours of that month, of whichever of the year's cohorts has
        none of DfE's yet: DfE names a cohort by its year alone. None where all have.
        """
        if shown.id in self._by_id:
            return self._by_id[shown.id]
        cohorts, month = self._cohorts[shown.cohort], (shown.year, shown.month)
        ours = {cohort: self._of_cohort.get((cohort, *month)) for cohort in cohorts}
        unclaimed = [one for one in ours.values() if one and one.dfe_statement_id is None]
        if unclaimed:
            return unclaimed[0]
        missing = [cohort for cohort, one in ours.items() if one is None]
        if not missing:
            return None
        new = self._of_cohort[missing[0], *month] = _new(missing[0], *month)
        return new


def _cohorts_of(tx: Transaction, year: str) -> list[str]:
    """A year's cohorts, those that DfE pays for first: the others have seldom a statement."""
    wanted = select(Cohort).where(Cohort.cohort.startswith(year)).order_by(Cohort.cohort)
    found = sorted(tx.scalars(wanted), key=lambda cohort: cohort.funding == "zero")
    return [cohort.cohort for cohort in found] or [f"{year}a"]


def _new(cohort: str, year: int, month: int) -> Statement:
    return Statement(
        cohort=cohort, year=year, month=month, reconcile_amount=Decimal(0), paid=False, revision=0
    )


def _publish(tx: Transaction, statement: Statement, told: StatementDates) -> bool:
    reconcile = told.reconcile_amount
    if reconcile is None:
        reconcile = statement.reconcile_amount
    facts = {
        "deadline_on": told.deadline_on,
        "payment_on": told.payment_on,
        "output_fee": told.output_fee,
        "reconcile_amount": reconcile,
    }
    differing = {name for name, value in facts.items() if getattr(statement, name) != value}
    if not differing or (statement.paid and statement.revision):
        return False
    for name, value in facts.items():
        setattr(statement, name, value)
    statement.revision = tx.next_revision(statement.revision)
    return True


def _check_dates(statements: Sequence[StatementDates]) -> None:
    problems: dict[str, list[str]] = {}
    months: set[tuple[int, int]] = set()
    for number, told in enumerate(statements):
        if told.payment_on < told.deadline_on:
            problems[f"statements.{number}.payment_on"] = ["is before the deadline"]
        if (told.year, told.month) in months:
            problems[f"statements.{number}.month"] = ["is there twice"]
        months.add((told.year, told.month))
    if problems:
        raise Invalid("invalid_fields", "the calendar is not right", problems)


def _check_unpaid(statement: Statement) -> None:
    if statement.paid:
        raise Refused("statement_paid", f"{statement.month}/{statement.year} is paid")


def _record(tx: Transaction, of: Statement) -> StatementRecord:
    deadline = of.dfe_deadline_on or of.deadline_on
    is_open = deadline >= tx.at.astimezone(LONDON).date()
    theirs = (of.dfe_deadline_on, of.dfe_payment_on)
    return StatementRecord(
        statement_id=of.id,
        revision=of.revision,
        cohort=of.cohort,
        year=of.year,
        month=of.month,
        deadline_on=of.deadline_on,
        payment_on=of.payment_on,
        output_fee=of.output_fee,
        reconcile_amount=of.reconcile_amount,
        state="paid" if of.paid else "open" if is_open else "payable",
        dfe_statement_id=of.dfe_statement_id,
        dfe_deadline_on=of.dfe_deadline_on,
        dfe_payment_on=of.dfe_payment_on,
        dates_differ=theirs not in ((None, None), (of.deadline_on, of.payment_on)),
    )
