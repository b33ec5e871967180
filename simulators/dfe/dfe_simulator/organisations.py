"""The endpoints that only read: delivery partners and statements."""

import re
from typing import Any

from dfe_simulator import rendering
from dfe_simulator.asking import Asking, Columns
from dfe_simulator.errors import Missing
from dfe_simulator.records import DeliveryPartner
from enrolment.domain.dfe.schedules import cohort_year

COLUMNS: Columns = {
    "id": lambda partner: partner.created_at,  # numbers, in the order of creation
    "ecf_id": lambda partner: partner.delivery_partner_id,
    "name": lambda partner: partner.name,
    "created_at": lambda partner: partner.created_at,
    "updated_at": lambda partner: partner.created_at,
}


def list_delivery_partners(asking: Asking) -> list[Any]:
    """Those confirmed with the caller, by name unless sorted. The filter takes one year only."""
    text = asking.filtered("cohort")
    year = re.match(r"\d{1,9}", text) if text else None
    found = [
        partner
        for partner in asking.world.delivery_partners.values()
        if asking.lead_provider in partner.cohorts
        and (text is None or (year and int(year[0]) in _years(partner, asking.lead_provider)))
    ]
    found.sort(key=lambda partner: partner.name)
    page = asking.page_of(asking.sorted_by(found, COLUMNS))
    return [rendering.delivery_partner(partner, asking.lead_provider) for partner in page]


def _years(partner: DeliveryPartner, lead_provider: str) -> set[int]:
    return {cohort_year(cohort) for cohort in partner.cohorts[lead_provider]}


def one_delivery_partner(asking: Asking, delivery_partner_id: str) -> Any:
    """One of the caller's; at DfE this endpoint is not in the published document."""
    partner = asking.world.delivery_partners.get(delivery_partner_id)
    if partner is None or asking.lead_provider not in partner.cohorts:
        raise Missing
    return rendering.delivery_partner(partner, asking.lead_provider)


def list_statements(asking: Asking) -> list[Any]:
    """Only those with output fees, by payment day, as DfE lists them."""
    since, years = asking.instant("updated_since"), asking.years()
    found = [
        record
        for record in asking.world.statements.values()
        if record.lead_provider == asking.lead_provider
        and record.output_fee
        and (since is None or record.updated_at >= since)
        and (years is None or str(cohort_year(record.cohort)) in years)
    ]
    found.sort(key=lambda record: record.paid_on)
    return [rendering.statement(record) for record in asking.page_of(found)]


def one_statement(asking: Asking, statement_id: str) -> Any:
    """One of the caller's with output fees."""
    record = asking.world.statements.get(statement_id)
    if record is None or record.lead_provider != asking.lead_provider or not record.output_fee:
        raise Missing
    return rendering.statement(record)
