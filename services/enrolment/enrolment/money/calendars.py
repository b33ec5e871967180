"""What DfE's rules look at beside an application: open statements, and courses with a contract."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import select

from enrolment.domain.dfe import declarations as twin
from enrolment.models import Contract, Statement
from kit import Transaction

UNKNOWN = "unknown"
"""The id of a statement that is taken to be open where none of the cohort is known here."""


class Calendars:
    """The statements of every cohort, and which courses it has contracts for: read once."""

    def __init__(self, tx: Transaction) -> None:
        self._statements: dict[str, list[Statement]] = defaultdict(list)
        for statement in tx.scalars(select(Statement).order_by(Statement.deadline_on)):
            self._statements[statement.cohort].append(statement)
        self._courses: dict[str, set[str]] = defaultdict(set)
        for contract in tx.execute(select(Contract.cohort, Contract.course).distinct()):
            self._courses[contract.cohort].add(contract.course)

    def has_contract(self, cohort: str, course: str) -> bool:
        """Where any contract of a cohort is known, all are taken to be."""
        return cohort not in self._courses or course in self._courses[cohort]

    def facts(self, cohort: str, on: date) -> list[twin.Statement]:
        """The statements on a day; of a cohort without any, DfE alone knows: then one is open."""
        known = self._statements.get(cohort)
        if not known:
            return [
                twin.Statement(statement_id=UNKNOWN, state="open", output_fee=True, deadline_on=on)
            ]
        return [
            twin.Statement(
                statement_id=str(statement.id),
                state=_state(statement, on),
                output_fee=statement.output_fee,
                deadline_on=_deadline(statement),
            )
            for statement in known
        ]

    def next_output(self, cohort: str, on: date) -> twin.Statement | None:
        """The one that DfE attaches a payment or a clawback to that is made on a day."""
        return twin.next_output_statement(self.facts(cohort, on), on)

    def next_output_id(self, cohort: str, on: date) -> UUID | None:
        """Our id of that one, where it is known here."""
        found = self.next_output(cohort, on)
        return None if found is None or found.statement_id == UNKNOWN else UUID(found.statement_id)


def calendars(tx: Transaction) -> Calendars:
    """As they are in this transaction."""
    known: Calendars | None = tx.info.get(Calendars)
    if known is None:
        known = tx.info[Calendars] = Calendars(tx)
    return known


def _deadline(statement: Statement) -> date:
    return statement.dfe_deadline_on or statement.deadline_on


def _state(statement: Statement, on: date) -> str:
    if statement.paid:
        return "paid"
    return "open" if _deadline(statement) >= on else "payable"
