"""The simulator's own endpoints under `/control`: seed, break, change it, count what it holds.

Of each path and method there is one line in the README.
"""

import csv
import io
from collections import Counter
from dataclasses import asdict
from datetime import datetime

from dfe_simulator import gias
from dfe_simulator.answers import Json, Text
from dfe_simulator.drift import CHANGES
from dfe_simulator.faults import Fault, read_fault
from dfe_simulator.limits import RateLimit
from dfe_simulator.planning import read_plan
from dfe_simulator.service import Service
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


class Controls:
    """What can be ordered of a simulator. `answered` counts its answers by their status."""

    def __init__(
        self, service: Service, faults: list[Fault], limit: RateLimit, answered: Counter[int]
    ) -> None:
        self._service = service
        self._faults = faults
        self._limit = limit
        self._answered = answered

    def answer(self, method: str, name: str, order: Json, at: datetime) -> tuple[int, Json | Text]:
        """Status, and JSON or CSV. Raises ValueError, TypeError or KeyError for a wrong order."""
        service = self._service
        match method, name:
            case "GET", "state":
                answered = {str(status): n for status, n in sorted(self._answered.items())}
                return 200, self._counts() | {"requests": answered}
            case "GET", "schools.csv":
                return 200, Text(schools_csv(service.world), "text/csv")
            case "GET", "gias.csv":
                register = gias.register_csv(gias.of_schools(service.world.schools))
                return 200, Text(register, "text/csv")
            case "GET", "faults":
                return 200, {"faults": [vars(fault) for fault in self._faults]}
            case "POST", "faults":
                self._faults.append(read_fault(order))
                return 200, {"faults": len(self._faults)}
            case "DELETE", "faults":
                self._faults.clear()
                return 200, {"faults": 0}
            case "POST", "limit":
                wanted = order["requests"]
                self._limit.of_a_token = None if wanted is None else int(wanted)
                return 200, {"requests": self._limit.of_a_token}
            case "POST", "seed":
                service.reseed(read_plan(order))
                return 200, self._counts()
            case "POST", change if change in CHANGES:
                return 200, {change: service.change(change, order, at)}
            case _:
                return 404, {"error": "no such control"}

    def _counts(self) -> Json:
        return counts(self._service.world, self._service.plan.lead_provider)


def counts(world: World, lead_provider: str) -> Json:
    """What one provider has here: for reconciling its own books with DfE's."""
    applications = [r for r in world.applications.values() if r.lead_provider == lead_provider]
    ours = {record.application_id for record in applications}
    declarations = [r for r in world.declarations.values() if r.application_id in ours]
    live = [record for record in declarations if record.state in LIVE_STATES]
    outcomes = [
        (world.declarations[record.declaration_id].application_id, record.state)
        for record in world.outcomes.in_order()
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
    """The made-up register of schools, as a table with names of ours."""
    table = io.StringIO()
    writer = csv.DictWriter(table, SCHOOL_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(school) for school in world.schools)
    return table.getvalue()
