"""Fixtures for the tests of enrolment."""

import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from dfe_simulator import SeedPlan, Simulator
from enrolment.settings import EnrolmentSettings
from kit.db import ServiceDatabase
from kit.testing import Databases

sys.path.insert(0, str(Path(__file__).parent))  # the builders beside the tests

from enrolling import FEE, Enrolling, acceptance_of, empty, enrol_on

from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.enrolment.fees import AgreeFee, FeeRecord


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
        link_secrets=["a secret for tests only, long enough to be taken"],
        dfe_timeout=timedelta(seconds=2),
        dfe_page_size=3,
        dfe_calls=1_000_000,
    )


@pytest.fixture(scope="session")
def enrolments_database(migrated_databases: Databases) -> Iterator[ServiceDatabase]:
    """One for all tests: to make one takes longer than most tests do."""
    with migrated_databases.a_database("enrolment") as database:
        yield database


@pytest.fixture
def enrolling(
    enrolments_database: ServiceDatabase,
    dfe: Simulator,
    enrolment_settings: EnrolmentSettings,
) -> Iterator[Enrolling]:
    """The service on an empty database, beside a DfE of its own."""
    empty(enrolments_database)
    yield from enrol_on(enrolments_database, dfe, enrolment_settings)


@pytest.fixture
def unfunded(enrolling: Enrolling) -> ApplicationRecord:
    """Someone whom DfE does not fund, accepted."""
    enrolling.sync()
    application = next(a for a in enrolling.applications() if not a.eligible_for_funding)
    enrolling.call(acceptance_of(application))
    enrolling.push()
    return enrolling.application(application.application_id)


@pytest.fixture
def fee(enrolling: Enrolling, unfunded: ApplicationRecord) -> FeeRecord:
    """Owed by the school in three parts, a month apart."""
    return enrolling.call(
        AgreeFee(
            application_id=unfunded.application_id,
            payer="school",
            amount=FEE,
            first_due_on=date(2026, 10, 1),
            instalments=3,
        )
    )
