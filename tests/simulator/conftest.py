"""Builders for the tests of the simulator, and DfE's behaviour cases.

The cases lie outside the project, in `../shared/dfe`; tests that need them are skipped without. A
test module that takes `dfe_case` names its suites in `RUNNERS`. Statements and payments have
suites too: they are not run until enrolment has its finance part.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from dfe_simulator import SeedPlan, Simulator
from dfe_simulator.planning import OTHER_TOKEN

SEED = 9  # of its eight people, someone without a TRN is eligible for funding
DFE = Path(__file__).parents[3] / "shared" / "dfe"


def merged(defaults: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """Objects merge; lists, nulls and scalars replace."""
    result = dict(defaults)
    for name, value in given.items():
        former = result.get(name)
        both = isinstance(former, dict) and isinstance(value, dict)
        result[name] = merged(former, value) if both else value
    return result


def open_cases(suites: set[str]) -> list[Any]:
    path = DFE / "cases.json"
    if not path.is_file():
        return [pytest.param({}, id="none", marks=pytest.mark.skip(f"{path} is not there"))]
    content = json.loads(path.read_text())
    cases = [
        {
            "id": case["id"],
            "suite": suite,
            "given": merged(told["defaults"], case["given"]),
            "expect": case["expect"],
        }
        for suite, told in content["suites"].items()
        for case in told["cases"]
        if suite in suites
    ]
    defaults = content["suites"]["eligibility"]["defaults"]
    for setting, row in content["eligibility_matrix"]["rows"].items():
        cases += [
            {
                "id": f"{setting}-{course}",
                "suite": "eligibility",
                "given": merged(defaults, row["given"] | {"course": course}),
                "expect": {"code": code},
            }
            for course, code in row["codes"].items()
            if "eligibility" in suites
        ]
    return [pytest.param(case, id=case["id"]) for case in cases]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "dfe_case" in metafunc.fixturenames:
        metafunc.parametrize("dfe_case", open_cases(set(metafunc.module.RUNNERS)))


@dataclass
class Caller:
    """One provider's requests to a running simulator, at the instant `at`."""

    simulator: Simulator
    client: httpx.Client
    token: str
    at: datetime = datetime(2026, 11, 15, 12, tzinfo=UTC)

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        headers["X-With-Server-Date"] = self.at.isoformat()
        return self.client.request(
            method, f"{self.simulator.url}/api/v3/{path}", headers=headers, **options
        )

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.send("GET", path, params=query)

    def post(self, path: str, **attributes: Any) -> httpx.Response:
        return self.send("POST", path, json={"data": {"attributes": attributes}})

    def put(self, path: str, **attributes: Any) -> httpx.Response:
        return self.send("PUT", path, json={"data": {"attributes": attributes}})

    def an_application(self, **wanted: Any) -> dict[str, Any]:
        """The first pending application whose attributes are as wanted."""
        wanted = {"status": "pending", "eligible_for_funding": True} | wanted
        listed = self.get("npq-applications", **{"page[per_page]": 3000}).json()["data"]
        return next(a for a in listed if wanted.items() <= a["attributes"].items())

    def an_accepted_application(self, **attributes: Any) -> dict[str, Any]:
        chosen = self.an_application()
        told = {"funded_place": True} | attributes
        answer = self.post(f"npq-applications/{chosen['id']}/accept", **told)
        assert answer.status_code == 200, answer.text
        accepted: dict[str, Any] = answer.json()["data"]
        return accepted

    def declare(self, application: dict[str, Any], **attributes: Any) -> httpx.Response:
        partner = self.get("delivery-partners").json()["data"][0]["id"]
        told = {
            "participant_id": application["attributes"]["participant_id"],
            "course_identifier": application["attributes"]["course_identifier"],
            "declaration_type": "started",
            "declaration_date": "2026-10-05T09:00:00Z",
            "delivery_partner_id": partner,
        }
        return self.post("participant-declarations", **(told | attributes))

    def order(self, fault: dict[str, Any]) -> None:
        answer = self.client.post(f"{self.simulator.url}/control/faults", json=fault)
        assert answer.status_code == 200, answer.text

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get(f"{self.simulator.url}/control/state").json()
        return told


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(SeedPlan(seed=SEED, applications=8, not_eligible=2, without_trn=1)) as running:
        yield running


@pytest.fixture(scope="session")
def http_client() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def dfe(simulator: Simulator, http_client: httpx.Client) -> Caller:
    return Caller(simulator, http_client, simulator.token)


@pytest.fixture
def other_provider(simulator: Simulator, http_client: httpx.Client) -> Caller:
    return Caller(simulator, http_client, OTHER_TOKEN)


@pytest.fixture(scope="session")
def dfe_document() -> dict[str, Any]:
    """DfE's own OpenAPI document."""
    path = DFE / "openapi-v3.yaml"
    if not path.is_file():
        pytest.skip(f"{path} is not there")
    document: dict[str, Any] = yaml.safe_load(path.read_text())
    return document
