"""The simulator's own endpoints, outside `/api`: seed it, break it, count what it holds."""

import csv
import io
from collections import Counter
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from dfe_simulator.seeding import SeedPlan
from dfe_simulator.world import World
from enrolment.domain.dfe.applications import LIVE_STATES

SCHOOL_COLUMNS = (
    "urn",
    "ukprn",
    "name",
    "trust_id",
    "trust_name",
    "local_authority",
    "phase",
    "establishment_type_code",
)


def read_plan(order: dict[str, Any]) -> SeedPlan:
    """A seed plan from JSON. Raises ValueError for what is not one."""
    known = {field.name for field in fields(SeedPlan)}
    unknown = set(order) - known
    if unknown:
        raise ValueError(f"a seed plan has no {', '.join(sorted(unknown))}")
    if order.get("registered_from"):
        order = order | {"registered_from": date.fromisoformat(order["registered_from"])}
    return SeedPlan(**order)


def counts(world: World, lead_provider: str) -> dict[str, Any]:
    """What one provider has here: for reconciling its own books with DfE's."""
    applications = [r for r in world.applications.values() if r.lead_provider == lead_provider]
    ours = {record.application_id for record in applications}
    declarations = [r for r in world.declarations.values() if r.application_id in ours]
    live = [record for record in declarations if record.state in LIVE_STATES]
    outcomes = [
        (world.declarations[record.declaration_id].application_id, record.state)
        for record in world.outcomes
        if world.declarations[record.declaration_id].application_id in ours
    ]
    return {
        "applications": len(applications),
        "by_status": Counter(record.status for record in applications),
        "by_training_status": Counter(r.training_status for r in applications if r.training_status),
        "eligible_for_funding": sum(record.eligible_for_funding for record in applications),
        "funded_places": sum(record.funded_place is True for record in applications),
        "declarations": {
            "all": len(declarations),
            "by_state": Counter(record.state for record in declarations),
            "live_by_type": Counter(record.declaration_type for record in live),
        },
        "outcomes": {
            "all": len(outcomes),
            "by_state": Counter(state for _application_id, state in outcomes),
            "latest_by_state": Counter(dict(outcomes).values()),
        },
        "delivery_partners": len(world.delivery_partners),
        "schools": len(world.schools),
    }


def schools_csv(world: World) -> str:
    """The made-up register of schools, as a table."""
    table = io.StringIO()
    writer = csv.DictWriter(table, SCHOOL_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(school) for school in world.schools)
    return table.getvalue()
