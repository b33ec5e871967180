"""Statements: DfE's monthly account of a provider and cohort, and what it does to declarations.

Source: `app/models/{statement,statement_item,declaration}.rb`,
`app/services/statements/mark_as_{payable,paid}.rb`,
`app/jobs/crons/mark_statements_as_payable_job.rb`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from enrolment.domain.dfe import messages
from enrolment.domain.dfe.messages import Problem

DECLARATION_EVENTS: dict[str, tuple[frozenset[str], str]] = {
    "mark_eligible": (frozenset({"submitted"}), "eligible"),
    "mark_payable": (frozenset({"eligible"}), "payable"),
    "mark_paid": (frozenset({"payable"}), "paid"),
    "mark_ineligible": (frozenset({"submitted"}), "ineligible"),
    "mark_awaiting_clawback": (frozenset({"paid"}), "awaiting_clawback"),
    "mark_clawed_back": (frozenset({"awaiting_clawback"}), "clawed_back"),
    "mark_voided": (frozenset({"submitted", "eligible", "payable", "ineligible"}), "voided"),
    "revert_to_eligible": (frozenset({"payable"}), "eligible"),
}
"""What can happen to a declaration: event → (states that it starts from, state that it gives)."""

ITEM_EVENTS: dict[str, tuple[frozenset[str], str]] = {
    "mark_payable": (frozenset({"eligible"}), "payable"),
    "mark_paid": (frozenset({"payable"}), "paid"),
    "mark_voided": (frozenset({"eligible", "ineligible", "payable"}), "voided"),
    "mark_awaiting_clawback": (frozenset({"paid"}), "awaiting_clawback"),
    "mark_clawed_back": (frozenset({"awaiting_clawback"}), "clawed_back"),
    "mark_ineligible": (frozenset({"eligible"}), "ineligible"),
    "revert_to_eligible": (frozenset({"payable"}), "eligible"),
}
"""The same for a declaration's item on a statement; at most two items for one declaration."""

STATEMENT_EVENTS: dict[str, tuple[frozenset[str], str]] = {
    "mark_payable": (frozenset({"open"}), "payable"),
    "mark_paid": (frozenset({"payable"}), "paid"),
}

MOST_ITEMS_OF_A_DECLARATION = 2

_ONCE_PAYABLE = {"eligible": "payable"}
_ONCE_PAID = {"payable": "paid", "awaiting_clawback": "clawed_back"}


class InvalidTransition(ValueError):
    """The event is not possible in this state; DfE's transaction is undone, nothing changes."""


@dataclass(frozen=True, kw_only=True)
class StatementFacts:
    """A statement, as far as its life goes. `deadline_on`: the API's cut-off date."""

    state: str  # open | payable | paid
    deadline_on: date
    output_fee: bool
    payment_on: date | None = None
    authorised: bool = False  # an administrator has marked it as paid; the job has not yet run


@dataclass(frozen=True)
class Moved:
    """A statement's state, and those of its declarations in the order that they came."""

    state: str
    declarations: tuple[str, ...]


def after(
    event: str, state: str, events: dict[str, tuple[frozenset[str], str]] = DECLARATION_EVENTS
) -> str:
    """The state that an event leads to. Raises InvalidTransition."""
    try:
        sources, target = events[event]
    except KeyError as error:
        raise InvalidTransition(f"there is no event {event}") from error
    if state not in sources:
        raise InvalidTransition(f"{event} is not possible from {state}")
    return target


def run_daily_job(statement: StatementFacts, declarations: Sequence[str], *, at: datetime) -> Moved:
    """The job of 00:00 UTC: a statement whose deadline was yesterday becomes payable.

    One whose day the job missed stays open: DfE's job looks at yesterday alone.
    """
    yesterday = at.date() - timedelta(days=1)
    if statement.state == "open" and statement.deadline_on == yesterday:
        return mark_payable(statement, declarations)
    return Moved(statement.state, tuple(declarations))


def mark_payable(statement: StatementFacts, declarations: Sequence[str]) -> Moved:
    """Close the statement: what is eligible becomes payable. Raises InvalidTransition."""
    state = after("mark_payable", statement.state, STATEMENT_EVENTS)
    return Moved(state, _moved(declarations, _ONCE_PAYABLE))


def mark_paid(statement: StatementFacts, declarations: Sequence[str]) -> Moved:
    """Pay it: payable becomes paid, what awaits clawback is clawed back. Raises
    InvalidTransition.
    """
    state = after("mark_paid", statement.state, STATEMENT_EVENTS)
    return Moved(state, _moved(declarations, _ONCE_PAID))


def _moved(declarations: Iterable[str], moves: dict[str, str]) -> tuple[str, ...]:
    return tuple(moves.get(state, state) for state in declarations)


def may_be_authorised(
    statement: StatementFacts, declarations: Sequence[str], *, at: datetime
) -> bool:
    """Whether an administrator may authorise the payment, which a job then makes."""
    return (
        statement.output_fee
        and statement.state == "payable"
        and statement.deadline_on < at.date()
        and not statement.authorised
        and bool(declarations)
    )


def check_statement(
    *, year: int, month: int, deadline_on: date | None, payment_on: date | None
) -> list[Problem]:
    """What DfE would say to a statement's dates. Both may be one day, or be missing."""
    problems = []
    if not 1 <= month <= 12:
        problems.append(messages.STATEMENT_MONTH_NOT_VALID)
    if not 2020 <= year <= 2050:
        problems.append(messages.STATEMENT_YEAR_NOT_VALID)
    if deadline_on is not None and payment_on is not None and payment_on < deadline_on:
        problems.append(messages.PAYMENT_BEFORE_DEADLINE)
    return problems


def check_statement_change(state: str, fields: Iterable[str]) -> list[Problem]:
    """What DfE would say to a change of these fields: a payable statement is locked but for its
    way to payment, a paid one wholly.
    """
    changed = set(fields)
    if state == "payable" and changed - {"marked_as_paid_at", "output_fee", "state"}:
        return [messages.STATEMENT_IS_PAYABLE]
    if state == "paid" and changed:
        return [messages.STATEMENT_IS_PAID]
    return []
