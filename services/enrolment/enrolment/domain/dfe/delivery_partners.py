"""Changing the delivery partners of a declaration that has been made.

Source: `app/services/declarations/change_delivery_partner.rb`, and the validations of
`app/models/declaration.rb`, which DfE runs with the new partners in place.
"""

from collections.abc import Collection
from dataclasses import dataclass

from enrolment.domain.dfe import messages
from enrolment.domain.dfe.declarations import DELIVERY_PARTNER_NEEDED_FROM
from enrolment.domain.dfe.messages import Problem

FIRST, SECOND = "delivery_partner_id", "secondary_delivery_partner_id"


@dataclass(frozen=True, kw_only=True)
class DeclaredPartners:
    """The partners of a declaration, and what DfE looks at beside them."""

    cohort_year: int
    in_england: bool
    delivery_partner_id: str | None = None
    secondary_delivery_partner_id: str | None = None
    made_by_caller: bool = True


def check_change_delivery_partner(
    declaration: DeclaredPartners,
    *,
    delivery_partner_id: str | None,
    secondary_delivery_partner_id: str | None,
    known_delivery_partners: Collection[str],
    confirmed_delivery_partners: Collection[str],
) -> list[Problem]:
    """What DfE would say to other partners. `known` are all that there are, `confirmed` those with
    the caller for the cohort. A partner that stays as it was need not be confirmed any more.
    NOT_OUR_DECLARATION is not a 422 there but a 403.
    """
    if not declaration.made_by_caller:
        return [messages.NOT_OUR_DECLARATION]
    first = _found(delivery_partner_id, known_delivery_partners)
    second = _found(secondary_delivery_partner_id, known_delivery_partners)
    problems = []
    if first is None:
        problems.append(_unknown("delivery_partner", FIRST))
    if secondary_delivery_partner_id and second is None:
        problems.append(_unknown("secondary_delivery_partner", SECOND))
    problems += _check_first(declaration, first, confirmed_delivery_partners)
    problems += _check_second(declaration, first, second, confirmed_delivery_partners)
    blank = messages.delivery_partner_needed(FIRST)
    if not delivery_partner_id and blank not in problems:
        problems.append(blank)
    return problems


def _found(partner: str | None, known: Collection[str]) -> str | None:
    return partner if partner in known else None


def _unknown(title: str, field: str) -> Problem:
    """The one title that is not the field's name; the message is that of one not confirmed."""
    return Problem(title, messages.delivery_partner_not_confirmed(field).detail)


def _check_first(
    declaration: DeclaredPartners, first: str | None, confirmed: Collection[str]
) -> list[Problem]:
    changed = first != declaration.delivery_partner_id
    if first is None:
        needed = declaration.in_england and declaration.cohort_year >= DELIVERY_PARTNER_NEEDED_FROM
        return [messages.delivery_partner_needed(FIRST)] if needed and changed else []
    problems = []
    if not declaration.in_england:
        problems.append(messages.delivery_partner_overseas(FIRST))
    if changed and first not in confirmed:
        problems.append(messages.delivery_partner_not_confirmed(FIRST))
    return problems


def _check_second(
    declaration: DeclaredPartners,
    first: str | None,
    second: str | None,
    confirmed: Collection[str],
) -> list[Problem]:
    if second is None:
        return []
    if first is None:
        problems = [messages.SECONDARY_WITHOUT_FIRST]
    elif not declaration.in_england:
        problems = [messages.delivery_partner_overseas(SECOND)]
    else:
        problems = []
    changed = second != declaration.secondary_delivery_partner_id
    if changed and second not in confirmed:
        problems.append(messages.delivery_partner_not_confirmed(SECOND))
    if first == second:
        problems.append(messages.SECONDARY_SAME_AS_FIRST)
    return problems
