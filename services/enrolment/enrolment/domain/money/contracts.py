"""Contracts: which terms a statement is paid by, and what new terms must be like."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from enrolment.domain.dfe import courses
from enrolment.domain.dfe.payments import ContractTemplate, check_template
from headship_contracts.errors import Invalid

MOST_DECIMALS = 4
"""DfE's own: `decimal` with four places; two of them are below a penny."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A course's template, for statements of `from_month` and later ones."""

    course: str
    from_month: date
    template: ContractTemplate


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def terms_at(terms: Iterable[Terms], month: date) -> dict[str, ContractTemplate]:
    """Course → the template that is in force for a month's statement."""
    in_force: dict[str, Terms] = {}
    for each in sorted(terms, key=lambda its: its.from_month):
        if each.from_month <= month_of(month):
            in_force[each.course] = each
    return {course: found.template for course, found in in_force.items()}


def check_terms(course: str, template: ContractTemplate) -> None:
    """Raises Invalid, naming each wrong field."""
    problems: dict[str, list[str]] = {}
    if course not in courses.GROUPS:
        problems["course"] = ["is not one of DfE's, such as npq-headship"]
    for problem in check_template(template):
        problems.setdefault(problem.title, []).append(problem.detail)
    amounts = {
        "per_participant": template.per_participant,
        "monthly_service_fee": template.monthly_service_fee,
        "targeted_delivery_funding_per_participant": (
            template.targeted_delivery_funding_per_participant
        ),
    }
    for name, amount in amounts.items():
        if amount is not None and not is_money(amount):
            problems.setdefault(name, []).append(
                f"must not be negative, nor have more than {MOST_DECIMALS} decimals"
            )
    if template.output_payment_percentage + template.service_fee_percentage > 100:
        problems["service_fee_percentage"] = ["is more than outputs leave of the whole"]
    if problems:
        raise Invalid("invalid_fields", "the contract is not right", problems)


def is_money(amount: Decimal) -> bool:
    """Whether it can be kept exactly: not negative, with at most four decimals."""
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and amount >= 0 and exponent >= -MOST_DECIMALS
