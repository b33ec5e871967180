"""Reconciliation: the declarations that DfE treats otherwise than we expected."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from enrolment import queries
from enrolment.domain.dfe.payments import in_pence, output_per_participant
from enrolment.domain.money import reconciliation as rules
from enrolment.domain.money.contracts import Terms, month_of, terms_at
from enrolment.models import Declaration, Statement
from headship_contracts.enrolment.money import (
    DifferencePage,
    DifferenceRecord,
    ListDifferences,
)
from kit import Transaction
from kit.clock import LONDON
from kit.paging import page


def list_differences(tx: Transaction, request: ListDifferences) -> DifferencePage:
    """By declaration."""
    queries.funding_of(tx, request.cohort)
    keys = (Declaration.created_at, Declaration.id)
    wanted = queries.declarations_in(request.cohort)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    books = _Books(tx, request.cohort)
    return DifferencePage(
        items=[
            books.record(declaration, code)
            for declaration in found
            for code in rules.differences(books.followed(declaration))
            if request.code in (None, code)
        ],
        next_cursor=cursor,
    )


class _Books:
    """A cohort's statements and terms, to look declarations up in."""

    def __init__(self, tx: Transaction, cohort: str) -> None:
        self._today = tx.at.astimezone(LONDON).date()
        statements = queries.statements_of(tx, cohort)
        self._by_id = {statement.id: statement for statement in statements}
        self._by_dfe_id = {s.dfe_statement_id: s for s in statements if s.dfe_statement_id}
        self._terms: Sequence[Terms] = queries.terms_of(tx, cohort)

    def followed(self, of: Declaration) -> rules.Followed:
        return rules.Followed(
            state=of.state,
            fundable=of.fundable,
            voided_here=of.void_reason is not None,
            expected=self._account(self._by_id.get(of.expected_statement_id)),
            at_dfe=self._account(self._by_dfe_id.get(of.dfe_statement_id)),
            dfe_known=of.dfe_statement_id in self._by_dfe_id,
            expected_clawback=self._account(self._by_id.get(of.expected_clawback_id)),
            clawback_at_dfe=self._account(self._by_dfe_id.get(of.dfe_clawback_statement_id)),
        )

    def record(self, of: Declaration, code: str) -> DifferenceRecord:
        at_dfe = self._by_dfe_id.get(of.dfe_statement_id)
        expected, paid = rules.counts_as(self.followed(of))
        each = self._each(of, at_dfe or self._by_id.get(of.expected_statement_id))
        return DifferenceRecord(
            declaration_id=of.id,
            application_id=of.application_id,
            course=of.application.course,
            declaration_type=of.declaration_type,
            state=of.state,
            code=code,
            expected_statement_id=of.expected_statement_id,
            statement_id=at_dfe.id if at_dfe else None,
            dfe_statement_id=of.dfe_statement_id,
            expected_amount=in_pence(expected * each),
            dfe_amount=in_pence(paid * each),
            difference=in_pence((paid - expected) * each),
        )

    def _account(self, statement: Statement | None) -> rules.Account | None:
        if statement is None:
            return None
        deadline: date = statement.dfe_deadline_on or statement.deadline_on
        return rules.Account(
            statement_id=statement.id, paid=statement.paid, closed=deadline < self._today
        )

    def _each(self, of: Declaration, statement: Statement | None) -> Fraction:
        """What a declaration earns by the terms of its statement; of its month without one."""
        month = queries.month_of(statement) if statement else month_of(of.created_at.date())
        template = terms_at(self._terms, month).get(of.application.course)
        return output_per_participant(template) if template else Fraction(0)
