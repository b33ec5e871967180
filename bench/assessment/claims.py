"""Two hundred claim and mark from one pile of a thousand scripts at once, and some are killed.

`python -m bench.assessment.claims STAFF_ID...` is one process of claimers, and prints each claim as
it gets it; the measuring process starts several, kills some in the middle and starts others in
their place. Nothing may be claimed twice with one fence, no two may hold a script at one time, and
none may be lost.
"""

import kit.transport.patch  # noqa: F401  before anything opens a socket

# isort: split
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import eventlet
from sqlalchemy import func, select

from assessment.domain.sampling import lot
from assessment.models import (
    Application,
    Candidate,
    Mark,
    OpenScript,
    Paper,
    Script,
    StaffMember,
    Submission,
    Window,
)
from assessment.service import AssessmentService
from bench.kit.ground import Ground
from bench.report import Result
from headship_contracts.assessment.allocation import ClaimScript
from headship_contracts.assessment.marking import CriterionMark, MarkScript
from headship_contracts.errors import Refused, Unavailable
from kit import Transaction
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.identity import Caller
from kit.testing import a_service, call

SCRIPTS, CLAIMERS, PROCESSES, KILLED = 1_000, 200, 8, 4
LEASE_SECONDS = 30  # two hundred at once wait for two cores longer than a marker would
PATIENCE_SECONDS = 240


def measure(ground: Callable[[], Ground]) -> list[Result]:
    """Play it once, and count what must not be."""
    here = ground()
    db = ServiceDatabase(open_engine(here.database_url), "assessment")
    migrate(db.engine, "assessment")
    a_service(AssessmentService, db=db)  # takes the secrets that sign what is prepared
    window_id, staff = prepare(db)
    groups = [staff[n::PROCESSES] for n in range(PROCESSES)]

    def start(group: list[UUID]) -> "subprocess.Popen[str]":
        return here.start(
            "-m",
            "bench.assessment.claims",
            str(window_id),
            *map(str, group),
            PYTHONPATH=os.getcwd(),
        )

    began = time.perf_counter()
    processes = [start(group) for group in groups]
    every = list(processes)
    for number in range(KILLED):
        wait_for_marks(db, (number + 1) * SCRIPTS // (KILLED + 2))
        processes[number].send_signal(signal.SIGKILL)
        processes[number] = start(groups[number])
        every.append(processes[number])
    wait_for_marks(db, SCRIPTS)
    seconds = time.perf_counter() - began
    told = [line.split() for one in every for line in _said(one).splitlines()]
    claims = [words for words in told if len(words) == 5 and words[0] == "claimed"]
    return results(db, claims, seconds)


def _said(process: "subprocess.Popen[str]") -> str:
    """All of it: claimers end by themselves, when nothing has come back for two leases."""
    return process.communicate(timeout=PATIENCE_SECONDS)[0]


def results(db: ServiceDatabase, claims: list[list[str]], seconds: float) -> list[Result]:
    """A claim is told as: claimed, script, fence, from, until (or when it was marked)."""
    fences = Counter((script, fence) for _, script, fence, _, _ in claims)
    held: dict[str, list[tuple[float, float]]] = {}
    for _, script, _, since, until in claims:
        held.setdefault(script, []).append((float(since), float(until)))
    overlapping = sum(
        later[0] < earlier[1]
        for spans in held.values()
        for earlier, later in zip(sorted(spans), sorted(spans)[1:], strict=False)
    )
    with db.transaction() as tx:
        marked = tx.scalar(select(func.count()).select_from(Mark)) or 0
        left = tx.scalar(select(func.count()).where(OpenScript.state != "done")) or 0
        again = tx.scalar(select(func.count()).where(OpenScript.fence > 1)) or 0
    twice = sum(number - 1 for number in fences.values()) + overlapping
    zero = {"unit": "scripts", "bar": 0, "at_most": True}
    return [
        Result(name=f"scripts marked by {CLAIMERS} claimers", unit="scripts", value=marked,
               bar=SCRIPTS),
        Result(name="claimed twice at a time", value=twice, **zero),
        Result(name="lost", value=left + SCRIPTS - marked, **zero),
        Result(name=f"claimed again after {KILLED} kills", unit="scripts", value=again),
        Result(name="claims and marks", unit="scripts per second", value=marked / seconds),
    ]  # fmt: skip


def prepare(db: ServiceDatabase) -> tuple[UUID, list[UUID]]:
    """A window whose scripts all lie on the pile, and two hundred assessors."""
    now = datetime.now(UTC)
    with db.transaction() as tx:
        paper = Paper(
            id=uuid4(), course="npq-headship", code="bench", version=1, title="Bench",
            case_study="A school.", question="How?",
            criteria=[CRITERION], pass_mark=5, word_limit=1_500, tolerance_percent=0,
            borderline_percent=0, agreement_percent=5, sample_percent=0, sample_minimum=0,
            max_attempts=2, marking_days=14, published_at=now, published_by="bench",
        )  # fmt: skip
        window = Window(
            id=uuid4(), course="npq-headship", cohort="2026b", number=1, paper=paper,
            opens_on=date(2026, 1, 5), opens_at=now, closes_at=now, state="marking",
            nonce="bench", nonce_sha256="", sample=[], scripts=SCRIPTS, pull=True, revision=1,
        )  # fmt: skip
        tx.add_all([paper, window])
        tx.flush()
        staff = [uuid4() for _ in range(CLAIMERS)]
        tx.add_all(
            StaffMember(staff_id=one, roles=["assessor"], active=True, revision=1) for one in staff
        )
        for number in range(1, SCRIPTS + 1):
            _add_script(tx, window, number, now)
        return window.id, staff


CRITERION = {
    "code": "A", "name": "All of it", "max_mark": 10, "weight": 1, "must_meet": False, "meets_at": 1
}  # fmt: skip


def _add_script(tx: Transaction, window: Window, number: int, now: datetime) -> None:
    application = Application(
        application_id=uuid4(), participant_id=uuid4(), revision=1, group_revision=0,
        ready=True, ready_revision=1,
    )  # fmt: skip
    candidate = Candidate(
        id=uuid4(), application=application, window=window, attempt=1, state="submitted",
        opens_at=now, closes_at=now, revision=1,
    )  # fmt: skip
    submission = Submission(
        id=uuid4(), candidate=candidate, state="received", received_at=now, filename="a.txt",
        sha256="0" * 64, counts=True, words=1_500, names_checked=True, revision=1,
    )  # fmt: skip
    script = Script(
        id=uuid4(), window=window, number=number, submission=submission, application=application,
        attempt=1, in_sample=False, state="first_marking", steps=0,
    )  # fmt: skip
    tx.add_all([application, candidate, submission, script])
    tx.flush()
    place = lot("bench", str(number))
    tx.add(
        OpenScript(
            script_id=script.id, window_id=window.id, role="first", place=place, state="open",
            fence=0,
        )
    )  # fmt: skip


def wait_for_marks(db: ServiceDatabase, number: int) -> None:
    """Until so many scripts are marked. Raises TimeoutError when they do not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        with db.transaction() as tx:
            if (tx.scalar(select(func.count()).select_from(Mark)) or 0) >= number:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{number} scripts were not marked in {PATIENCE_SECONDS} s")


def claimer(service: AssessmentService, window_id: UUID, staff_id: UUID) -> None:
    """Claim and mark until nothing is left; what is lost on the way was another's to mark."""
    me, idle = Caller("staff", str(staff_id)), 0
    while idle < 2 * LEASE_SECONDS:
        try:
            ask = ClaimScript(window_id=window_id, staff_id=staff_id, seconds=LEASE_SECONDS)
            claimed = call(service, ask, caller=me)
        except (Refused, Unavailable):
            idle += 1
            eventlet.sleep(1)
            continue
        got, idle = time.time(), 0
        until = claimed.lease_until.timestamp()
        eventlet.sleep(0.02)
        try:
            call(
                service,
                MarkScript(
                    allocation_id=claimed.allocation_id,
                    staff_id=staff_id,
                    marks=[CriterionMark(criterion="A", mark=9)],
                    holistic="pass",
                    fence=claimed.fence,
                ),
                caller=me,
            )
            until = min(until, time.time())
        except (Refused, Unavailable):
            pass
        sys.stdout.write(f"claimed {claimed.script_id} {claimed.fence} {got} {until}\n")
        sys.stdout.flush()


def main(window_id: UUID, staff: list[UUID]) -> None:
    """A process of claimers."""
    db = ServiceDatabase(open_engine(os.environ["DATABASE_URL"]), "assessment")
    service = a_service(AssessmentService, db=db)
    service.settings = replace(service.settings, probation_scripts=0)
    claimers = [eventlet.spawn(claimer, service, window_id, one) for one in staff]
    for one in claimers:
        one.wait()


if __name__ == "__main__":
    main(UUID(sys.argv[1]), [UUID(one) for one in sys.argv[2:]])
