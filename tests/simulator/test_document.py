"""Every operation of DfE's OpenAPI document, called with whatever fits the document, and what does
not: the answers fit the document. More of it: HEADSHIP_CAMPAIGN=long.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import schemathesis
from dfe_openapi import API, UNKNOWN_ID, as_the_code_has_it, operations, with_known_values
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from werkzeug.test import Client

from dfe_simulator import SeedPlan, Simulator
from dfe_simulator.routes import ROUTES

LONG = os.environ.get("HEADSHIP_CAMPAIGN") == "long"
EXAMPLES = 100 if LONG else 10  # of each kind; of requests that are likely to do, thrice so many
AT = "2026-11-15T12:00:00Z"
PLAN = SeedPlan(
    seed=4,
    cohort="2024a",
    also_cohorts={"2025a": "capped"},
    applications=18,
    in_training=8,
    as_of=date(2026, 10, 15),
    delivery_partners=2,
)
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
OPERATIONS = sorted(
    (method, re.sub("<.*>", "{id}", rule.rule))
    for rule in ROUTES.iter_rules()
    for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    if "delivery-partners/<" not in rule.rule  # is not in the document
)


@pytest.fixture
def dfe_service() -> Iterator[Simulator]:
    """A cohort at its end, some of whom have just been accepted, paused, merged."""
    simulator = Simulator(PLAN)
    client = Client(simulator.application)
    headers = {"Authorization": f"Bearer {PLAN.token}", "X-With-Server-Date": AT}
    pending = [r for r in simulator.world.applications.values() if r.status == "pending"]
    eligible = [record for record in pending if record.eligible_for_funding]
    for record in eligible[:4]:
        path = f"{API}npq-applications/{record.application_id}/accept"
        body = {"data": {"attributes": {"funded_place": True}}}
        assert client.post(path, json=body, headers=headers).status_code == 200
    declared = {made.application_id: None for made in simulator.world.declarations.values()}
    trained = [simulator.world.applications[one] for one in declared]
    active = [record for record in trained if record.training_status == "active"]
    for record in active[:2]:
        path = f"{API}participants/npq/{record.participant_id}/defer"
        attributes = {"course_identifier": PLAN.course, "reason": "other"}
        body = {"data": {"attributes": attributes}}
        assert client.put(path, json=body, headers=headers).status_code == 200
    order = {
        "from_participant_id": pending[-1].participant_id,
        "to_participant_id": pending[-2].participant_id,
    }
    assert client.post("/control/merge", json=order).status_code == 200
    yield simulator
    simulator.close()


@pytest.fixture(scope="session")
def documented(dfe_document: dict[str, Any]) -> Any:
    return as_the_code_has_it(dfe_document)


@pytest.fixture
def likely(documented: dict[str, Any], dfe_service: Simulator) -> dict[str, Any]:
    """The document with ids and values that exist."""
    world = dfe_service.world
    ours = [r for r in world.applications.values() if r.status == "accepted"]
    people = [*(record.participant_id for record in ours), *world.retired_ids]
    pending = [r for r in world.applications.values() if r.status == "pending"]
    undeclared = [r.participant_id for r in ours if not world.declarations_of(r.application_id)]
    ids = {
        "npq-applications": [r.application_id for r in (*pending, *ours[: len(pending)])],
        "participants": people,
        "participant-declarations": list(world.declarations),
        "statements": [s.statement_id for s in world.statements.values() if s.output_fee],
    }
    values = {
        "participant_id": [*undeclared, *world.retired_ids, UNKNOWN_ID],
        "delivery_partner_id": list(world.delivery_partners),
        "secondary_delivery_partner_id": [*world.delivery_partners, UNKNOWN_ID],
        "course_identifier": [PLAN.course],
        "schedule_identifier": ["npq-leadership-autumn", "npq-leadership-spring"],
        "cohort": ["2024", "2025"],
        "declaration_date": ["2026-10-20T09:00:00Z", AT],
        "completion_date": ["2026-10-20", "2026-12-24"],
    }
    return with_known_values(documented, ids, values)


def statuses_of(
    document: dict[str, Any],
    method: str,
    path: str,
    simulator: Simulator,
    mode: GenerationMode = GenerationMode.POSITIVE,
    examples: int = EXAMPLES,
) -> Counter[int]:
    """Call one operation with drawn requests, and check each answer against the document."""
    operation = schemathesis.openapi.from_dict(document)[path][method]
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Case) -> None:
        headers = {"Authorization": f"Bearer {PLAN.token}", "X-With-Server-Date": AT}
        answer = case.call(app=simulator.application, headers=headers)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    call()
    return statuses


def test_the_document_has_22_operations_and_each_is_tried(dfe_document):
    named = sorted((method.upper(), path) for method, path, _ in operations(dfe_document))

    assert named == OPERATIONS
    assert len(OPERATIONS) == 22


@pytest.mark.timeout(3_600 if LONG else 120)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_fit_the_document(method, path, documented, likely, dfe_service):
    as_documented = statuses_of(documented, method, path, dfe_service)
    as_likely = statuses_of(likely, method, path, dfe_service, examples=3 * EXAMPLES)
    if not as_likely[200]:  # what is drawn depends on all constants in the code: draw on
        as_likely = statuses_of(likely, method, path, dfe_service, examples=30 * EXAMPLES)
    if "parameters" in likely["paths"][path][method.lower()] or method != "GET":
        statuses_of(likely, method, path, dfe_service, GenerationMode.NEGATIVE)

    assert as_likely[200] > 0, (as_likely, as_documented)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_without_a_token_the_answer_is_the_documented_one(method, path, documented, dfe_service):
    operation = schemathesis.openapi.from_dict(documented)[path][method]
    case = operation.Case(path_parameters={"id": UNKNOWN_ID} if "{id}" in path else {})

    answer = case.call(app=dfe_service.application, headers={"Authorization": "Bearer expired"})

    assert answer.status_code == 401
    case.validate_response(answer, checks=CHECKS)
