"""`kill -9` while DfE is told of declarations, and loses every seventh reply after it has acted.

Afterwards DfE has exactly one declaration for each milestone, and ours agree with DfE's.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, takewhile
from pathlib import Path
from typing import Any

import pytest
import requests
from enrolling import Enrolling, acceptance_of, autumn_schedule, engagement
from sqlalchemy import func, select

from cli.services import service_classes
from enrolment.dfe.client import DfeClient
from enrolment.models import Declaration, DfeWrite
from enrolment.service import EnrolmentService
from enrolment.settings import EnrolmentSettings
from headship_contracts.enrolment.applications import AssignDeliveryPartner
from headship_contracts.enrolment.events import DeclarationSubmitted
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from kit import clock
from kit.bus.retry import RetryPolicy
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.testing import a_service, deliver, emitted
from kit.topology import topology_of
from kit.transport.declare import declare

LONG = os.environ.get("HEADSHIP_CAMPAIGN") == "long"
PEOPLE, KILLS = (250, 20) if LONG else (8, 2)
"""Two milestones each, so 500 declarations in the long campaign, and kills in all."""

SEED, TOKEN, DELAYS = 2026, "for the kills", ["0.1"]
DECLARED = ("started", "retained-1")
FIRST_DAY, SECOND_DAY = (
    datetime(2026, 10, 20, 20, tzinfo=UTC),
    datetime(2026, 12, 8, 20, tzinfo=UTC),
)
SECONDS = 600 if LONG else 100
"""For all that one of the two days takes."""


class Doomed:
    """The service in processes that are killed, DfE in one that is not, and both their books."""

    def __init__(self, amqp_uri: str, database_url: str, scratch: Path) -> None:
        self.scratch, self.clock_file = scratch, scratch / "clock"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.dfe = self._start_dfe()
        self.settings = EnrolmentSettings(
            headship_env="development",
            amqp_uri=amqp_uri,
            database_url=database_url,
            dfe_api_url=self.dfe,
            dfe_api_token=TOKEN,
            link_secrets=["a secret for tests only, long enough to be taken"],
            dfe_calls=1_000_000,
        )
        self.engine = open_engine(database_url)
        migrate(self.engine, "enrolment")
        declare(topology_of(service_classes(), RetryPolicy.of_seconds(DELAYS)), amqp_uri)
        self.db = ServiceDatabase(self.engine, "enrolment")
        service = a_service(EnrolmentService, db=self.db, settings=self.settings)
        self.here: Any = Enrolling(service, None)  # type: ignore[arg-type]  # DfE is elsewhere

    def _start_dfe(self) -> str:
        told = {"applications": PEOPLE, "not-eligible": 0, "token": TOKEN, "seed": SEED}
        options = [part for name, value in told.items() for part in (f"--{name}", str(value))]
        state = ["--state", str(self.scratch / "dfe"), "--with-parent"]
        process = subprocess.Popen(
            [sys.executable, "-m", "dfe_simulator", *options, *state], stdout=subprocess.PIPE
        )
        self.processes.append(process)
        assert process.stdout is not None
        return process.stdout.readline().decode().split()[-1]

    def start(self) -> "subprocess.Popen[bytes]":
        """A process of the service, which sends what is owed by itself."""
        environment = os.environ | {
            "HEADSHIP_ENV": "development",
            "AMQP_URI": self.settings.amqp_uri,
            "DATABASE_URL": self.settings.database_url,
            "DFE_API_URL": self.dfe,
            "DFE_API_TOKEN": TOKEN,
            "DFE_CALLS": "1000000",
            "LINK_SECRETS": "a secret for tests only, long enough to be taken",
            "HEADSHIP_CLOCK": f"file:{self.clock_file}",
            "RETRY_DELAYS": ",".join(DELAYS),
            "HEALTH_PORT": "0",
            "HTTP_PORT": "0",
            "PYTHONWARNINGS": "ignore",
        }
        with (self.scratch / f"enrolment-{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "enrolment"],
                env=environment,
                cwd=self.scratch,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        self.engine.dispose()
        clock.use_wall_clock()

    def all_are_enrolled(self) -> None:
        self.here.moves_to(datetime(2026, 9, 7, 9, tzinfo=UTC))
        self.here.call(autumn_schedule())
        self.here.sync()
        partner = self.here.call(ListDeliveryPartners()).items[0].delivery_partner_id
        for application in self.here.applications():
            wanted = {"application_id": application.application_id}
            self.here.call(AssignDeliveryPartner(**wanted, delivery_partner_id=partner))
            self.here.call(acceptance_of(application))
        wait_until(lambda: self._all_accepted(), seconds=SECONDS)

    def _all_accepted(self) -> bool:
        self.here.push()
        return len(self.here.applications(status="accepted")) == PEOPLE

    def falls_due(self, at: datetime, revision: int) -> None:
        """All have been at work until that day; what they have reached is owed to DfE."""
        self.here.moves_to(at)
        self.clock_file.write_text(at.isoformat())
        for application in self.here.applications():
            last = at.date() - timedelta(days=1)
            deliver(self.here.service, engagement(application, date(2026, 10, 8), last, revision))
        self.here.run("declare_what_is_due")

    def count(self, *states: str) -> int:
        wanted = select(func.count()).where(DfeWrite.kind == "declare", DfeWrite.state.in_(states))
        with self.db.transaction() as tx:
            return tx.scalar(wanted) or 0

    def loses_replies(self) -> None:
        fault = {"kind": "reply_lost", "every": 7}
        requests.post(f"{self.dfe}/control/faults", json=fault, timeout=10).raise_for_status()

    def is_reliable(self) -> None:
        requests.delete(f"{self.dfe}/control/faults", timeout=10).raise_for_status()


@pytest.fixture
def doomed(
    a_vhost: Callable[[], str], an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[Doomed]:
    made = Doomed(a_vhost(), an_empty_database(), tmp_path)
    yield made
    made.close()


@pytest.mark.timeout(4 * SECONDS)
def test_each_milestone_is_declared_once_whatever_is_killed_or_lost(doomed: Doomed) -> None:
    doomed.all_are_enrolled()
    doomed.loses_replies()
    chance = random.Random(SEED)

    for day, (at, kills) in enumerate(((FIRST_DAY, KILLS // 2), (SECOND_DAY, KILLS - KILLS // 2))):
        doomed.falls_due(at, revision=day + 1)
        assert doomed.count("owed") == PEOPLE
        for step in range(kills):
            process = doomed.start()
            _wait_for_some(doomed, process, day * PEOPLE + _some(chance, step, kills))
            process.send_signal(signal.SIGKILL)
            process.wait()
        _let_it_finish(doomed, at_least=(day + 1) * PEOPLE)

    doomed.is_reliable()
    doomed.here.sync(everything=True)  # this may go on with one that was killed
    whole = doomed.here.sync(everything=True)  # what was eligible may be payable by now
    assert (whole.problem, whole.vanished) == (None, 0)
    _assert_that_both_agree(doomed)


def _some(chance: random.Random, step: int, kills: int) -> int:
    """How many of the day's declarations are done when the process dies: ever more, never all."""
    each = PEOPLE // (kills + 1)
    return step * each + chance.randint(1, max(1, each - 1))


def _wait_for_some(doomed: Doomed, process: "subprocess.Popen[bytes]", done: int) -> None:
    def has_done_some() -> bool:
        assert process.poll() is None, "it ended by itself"
        return doomed.count("done") >= done

    wait_until(has_done_some, seconds=SECONDS)


def _let_it_finish(doomed: Doomed, at_least: int) -> None:
    process = doomed.start()
    _wait_for_some(doomed, process, at_least)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert doomed.count("owed", "sending", "in_doubt", "refused") == 0


def _assert_that_both_agree(doomed: Doomed) -> None:
    with DfeClient(doomed.dfe, TOKEN, timeout=timedelta(seconds=10)) as client:
        pages = (client.declarations(page=number).read for number in count(1))
        theirs = [declaration for page in takewhile(len, pages) for declaration in page]
    with doomed.db.transaction() as tx:
        ours = tx.scalars(select(Declaration)).all()
    milestones = Counter((d.application_id, d.declaration_type) for d in theirs)
    told = [(e.application_id, e.declaration_type) for e in _submitted(doomed)]

    assert len(theirs) == len(DECLARED) * PEOPLE
    assert set(milestones.values()) == {1}
    assert {(d.dfe_declaration_id, d.state) for d in ours} == {(d.id, d.state) for d in theirs}
    assert len(told) == len(set(told)) == len(theirs)


def _submitted(doomed: Doomed) -> list[DeclarationSubmitted]:
    return emitted(doomed.db, DeclarationSubmitted)


def wait_until(holds: Callable[[], bool], *, seconds: float) -> None:
    """Fails after so many seconds."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends, f"not within {seconds} s: {holds}"
        time.sleep(0.02)
