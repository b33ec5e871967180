"""Builders for the tests of the simulator.

DfE's OpenAPI document lies outside the project, in `../shared/dfe`; tests that need it are skipped
without. DfE's behaviour cases are run by tests/dfe_cases.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from dfe_simulator import SeedPlan, Simulator
from dfe_simulator.planning import OTHER_TOKEN

sys.path.insert(0, str(Path(__file__).parent))  # what stands beside the tests

from calling_dfe import Caller

SEED = 9  # of its eight people, someone without a TRN is eligible for funding
DFE = Path(__file__).parents[3] / "shared" / "dfe"


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
