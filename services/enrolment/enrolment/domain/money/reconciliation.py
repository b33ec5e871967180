"""Reconciliation: where DfE treats a declaration otherwise than we expected.

DfE's API tells in which statement a declaration is paid or clawed back, and when a statement is
paid; it tells no amounts.
"""

from dataclasses import dataclass
from uuid import UUID

from enrolment.domain.declarations import READY, REFUSED
from enrolment.domain.dfe.payments import BILLABLE_STATES, REFUNDABLE_STATES

ON_A_STATEMENT = BILLABLE_STATES | REFUNDABLE_STATES


@dataclass(frozen=True, kw_only=True)
class Account:
    """A statement, as we know it."""

    statement_id: UUID  # ours
    paid: bool
    closed: bool  # its deadline has passed


@dataclass(frozen=True, kw_only=True)
class Followed:
    """A declaration: what we expected of it, and what DfE says.

    `fundable` None: it was not made here, and nothing was expected. `dfe_known` is false where DfE
    names a statement that is not known here.
    """

    state: str
    fundable: bool | None
    voided_here: bool
    expected: Account | None
    at_dfe: Account | None
    dfe_known: bool
    expected_clawback: Account | None
    clawback_at_dfe: Account | None


def differences(of: Followed) -> list[str]:
    """What differs, as codes; nothing while all is as expected."""
    if of.state in (READY, REFUSED):
        late = of.expected is not None and of.expected.closed
        return ["not_at_dfe"] if late else []
    if of.state == "voided":
        return []
    return [*_payment(of), *_clawback(of)]


def _payment(of: Followed) -> list[str]:
    if of.state == "submitted":
        return ["not_billed"] if of.fundable else []
    if of.state == "ineligible":
        return ["ineligible"] if of.fundable else []
    if not of.fundable:
        return ["not_made_here" if of.fundable is None else "billed_unexpectedly"]
    if not of.dfe_known or of.at_dfe is None:
        return ["statement_unknown"]
    found = []
    if of.expected is not None and of.expected.statement_id != of.at_dfe.statement_id:
        found.append("other_statement")
    if of.at_dfe.paid and of.state in ("eligible", "payable"):
        found.append("not_paid")
    if not of.at_dfe.paid and of.state in ("paid", *REFUNDABLE_STATES):
        found.append("paid_too_early")
    return found


def _clawback(of: Followed) -> list[str]:
    if of.state not in REFUNDABLE_STATES:
        return ["clawback_missing"] if _is_overdue(of) else []
    if not of.voided_here:
        return ["clawback_unexpected"]
    found = []
    there, ours = of.clawback_at_dfe, of.expected_clawback
    if there is not None and ours is not None and there.statement_id != ours.statement_id:
        found.append("other_clawback_statement")
    if there is not None and there.paid and of.state == "awaiting_clawback":
        found.append("not_clawed_back")
    return found


def _is_overdue(of: Followed) -> bool:
    return of.expected_clawback is not None and of.expected_clawback.closed


def counts_as(of: Followed) -> tuple[int, int]:
    """How many payments we expected of it, less clawbacks; and how many DfE makes."""
    expected = int(bool(of.fundable) and of.state != "voided")
    expected -= int(of.voided_here and of.expected_clawback is not None)
    at_dfe = int(of.state in ON_A_STATEMENT) - int(of.state in REFUNDABLE_STATES)
    return expected, at_dfe
