"""Fixtures for the tests of enrolment."""

import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dfe_simulator import SeedPlan, Simulator
from enrolment.settings import EnrolmentSettings
from kit.db import ServiceDatabase

sys.path.insert(0, str(Path(__file__).parent))  # the builders beside the tests

from enrolling import Enrolling, enrol_on


@pytest.fixture
def dfe_plan() -> SeedPlan:
    """Eight people, one of them not eligible, and two delivery partners."""
    return SeedPlan(
        seed=3, applications=8, not_eligible=1, without_trn=1, without_email=1, delivery_partners=2
    )


@pytest.fixture
def dfe(dfe_plan: SeedPlan) -> Iterator[Simulator]:
    with Simulator(dfe_plan) as running:
        yield running


@pytest.fixture
def enrolment_settings(dfe: Simulator) -> EnrolmentSettings:
    return EnrolmentSettings(
        headship_env="development",
        amqp_uri="embedded://tester@nowhere/",
        database_url="sqlite://",
        dfe_api_url=dfe.url,
        dfe_api_token=dfe.token,
        dfe_timeout=timedelta(seconds=2),
        dfe_page_size=3,
    )


@pytest.fixture
def enrolling(
    a_database: Callable[[str], ServiceDatabase],
    dfe: Simulator,
    enrolment_settings: EnrolmentSettings,
) -> Iterator[Enrolling]:
    yield from enrol_on(a_database("enrolment"), dfe, enrolment_settings)
