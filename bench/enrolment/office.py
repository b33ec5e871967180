"""The enrolment service in a measuring process: on PostgreSQL, with a DfE to talk to, no bus."""

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.service import EnrolmentService
from enrolment.settings import EnrolmentSettings
from headship_contracts.enrolment.declarations import PublishSchedule
from headship_contracts.enrolment.events import Milestone
from kit import clock
from kit.db import ServiceDatabase
from kit.db.engine import begin, open_engine
from kit.db.migrate import migrate
from kit.db.tables import outbox
from kit.testing import a_service
from kit.transport import collector

COHORT, COURSE, SCHEDULE = "2026b", HEADSHIP, "npq-leadership-autumn"
SCHOOL = "100002"
REGISTERED = datetime(2026, 9, 7, 9, tzinfo=UTC)
PAGE = 1_000
"""Records to a page, as the service asks for unless told otherwise."""

MILESTONES = (
    ("started", date(2026, 10, 1), date(2026, 11, 25)),
    ("retained-1", date(2026, 11, 26), date(2027, 5, 26)),
    ("retained-2", date(2027, 5, 27), date(2028, 1, 24)),
    ("completed", date(2028, 1, 25), date(2028, 7, 25)),
)


@dataclass
class Measured:
    """What a measuring process tells: seconds, and anything else by name."""

    seconds: float = 0.0
    told: dict[str, Any] | None = None

    def tell(self, **told: Any) -> None:
        self.told = told


def an_office() -> EnrolmentService:
    """The service on the environment's database, at the start of admissions."""
    clock.set_simulated(REGISTERED)
    database_url = os.environ["DATABASE_URL"]
    engine = open_engine(database_url)
    migrate(engine, "enrolment")
    return a_service(
        EnrolmentService,
        db=ServiceDatabase(engine, "enrolment"),
        settings=EnrolmentSettings(
            headship_env="development",
            amqp_uri="embedded://bench@nowhere/",
            database_url=database_url,
            dfe_api_url=os.environ["DFE_API_URL"],
            dfe_api_token=os.environ["DFE_API_TOKEN"],
            link_secrets=["for a benchmark only, long enough to be taken"],
            dfe_page_size=PAGE,
            dfe_calls=1_000_000,
            dfe_timeout=timedelta(seconds=60),
        ),
    )


def autumn() -> PublishSchedule:
    """A made-up schedule for the cohort."""
    return PublishSchedule(
        schedule=SCHEDULE,
        cohort=COHORT,
        starts_on=MILESTONES[0][1],
        milestones=[
            Milestone(declaration_type=kind, opens_on=opens, deadline_on=deadline)
            for kind, opens, deadline in MILESTONES
        ],
    )


def events_told(office: EnrolmentService) -> int:
    """How many events the service has put into its outbox."""
    with begin(office.db.engine) as connection:
        return int(connection.scalar(select(func.count()).select_from(outbox)) or 0)


@contextmanager
def measured() -> Iterator[Measured]:
    """Times the block, and prints what it told with the peak of the process's memory, as JSON.

    The collector of cycles is set as a running service has it, for what is compared with it, too.
    """
    collector.spare()
    found = Measured()
    began = time.perf_counter()
    yield found
    found.seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said = {"seconds": found.seconds, "peak_mib": peak, **(found.told or {})}
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()
