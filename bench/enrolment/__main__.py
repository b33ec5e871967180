"""Measures enrolment beside merely downloading or parsing the same data."""

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.enrolment.office import COHORT, COURSE, SCHOOL
from bench.kit.ground import Ground, running, servers
from bench.report import Result, median, write
from enrolment.service import EnrolmentService
from kit.bus.retry import RetryPolicy
from kit.config import KitSettings
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.topology import topology_of
from kit.transport.declare import declare

REPETITIONS = 3
MANY, FEW = 10_000, 2_500
DECLARATIONS = 5_000
PEOPLE, PLACES = 1_000, 500
TOKEN = "example-token"
HEADER = ("reference", "full_name", "email", "trn", "course", "cohort", "school_urn")


def main() -> None:
    """Run everything, print it, write var/bench/enrolment.json."""
    with servers() as ground, tempfile.TemporaryDirectory() as scratch:
        results = [
            *reading(ground),
            *importing(ground, Path(scratch)),
            *accepting(ground),
            *declaring(ground, Path(scratch)),
        ]
    write("enrolment", results)


def reading(ground: Callable[[], Ground]) -> Iterator[Result]:
    """The first sync, the second one with nothing changed, and the memory of both sizes."""
    first, again, bare = [], [], []
    peaks: dict[int, float] = {}
    with simulator(MANY) as url:
        for _ in range(REPETITIONS):
            here = ground()
            bare.append(rate(case(here, url, "download", url)))
            found = case(here, url, "sync")
            expect(found, records=MANY, received=MANY, problem=None)
            first.append(rate(found))
            peaks[MANY] = found["peak_mib"]
            unchanged = case(here, url, "sync")
            expect(unchanged, records=MANY, received=0, changed=0, events=0, problem=None)
            again.append(rate(unchanged))
    with simulator(FEW) as url:
        peaks[FEW] = case(ground(), url, "sync")["peak_mib"]
    told = {"unit": "applications per second", "peer": "download and parse"}
    bare_rate = median(bare)
    yield Result(name="first sync", value=median(first), peer_value=bare_rate, bar=0.25, **told)
    yield Result(name="sync, nothing changed", value=median(again), peer_value=bare_rate, **told)
    yield Result(name="events of a sync, nothing changed", unit="events", value=0)
    yield Result(
        name=f"peak memory, first sync of {MANY:,}",
        unit="MiB",
        value=peaks[MANY],
        peer=f"of {FEW:,}",
        peer_value=peaks[FEW],
        bar=1.15,
        at_most=True,
    )


def importing(ground: Callable[[], Ground], scratch: Path) -> Iterator[Result]:
    """A file of people who are not at DfE; then the same file again."""
    path = scratch / "people.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(MANY):
            address = f"person{n}@example.org"
            writer.writerow(
                (f"EXT-{n}", f"Person {n} Example", address, "", COURSE, COHORT, SCHOOL)
            )
    here = ground()
    done = case(here, "http://127.0.0.1:9", "import", str(path))
    expect(done, records=MANY, applied=MANY, bad=0)
    repeated = case(here, "http://127.0.0.1:9", "import", str(path))
    expect(repeated, records=MANY, applied=0, unchanged=MANY)
    parsed = rate(case(here, "http://127.0.0.1:9", "parse", str(path)))
    told = {"unit": "rows per second", "peer": "csv.DictReader", "peer_value": parsed}
    yield Result(name=f"CSV of {MANY:,} rows imported", value=rate(done), **told)
    yield Result(name="the same file again", value=rate(repeated), **told)
    yield Result(name="peak memory, CSV", unit="MiB", value=done["peak_mib"])


def accepting(ground: Callable[[], Ground]) -> Iterator[Result]:
    """Exactly so many accepted as there are places, or the measuring process fails."""
    here = ground()
    engine = open_engine(here.database_url)
    migrate(engine, "enrolment")
    engine.dispose()
    delays = KitSettings(amqp_uri="", database_url="").retry_delays
    declare(topology_of([EnrolmentService], RetryPolicy.of_seconds(delays)), here.amqp_uri)
    with simulator(PEOPLE) as url:
        settings = {"DFE_API_URL": url, "DFE_API_TOKEN": TOKEN, "DFE_CALLS": "1000000"}
        settings["LINK_SECRETS"] = "for a benchmark only, long enough to be taken"
        service = here.start("-m", "enrolment", **settings)
        with running([service]):
            found = child(here, settings, "bench.enrolment.accepting", str(PEOPLE), str(PLACES))
    expect(found, records=PEOPLE)
    yield Result(
        name=f"{PEOPLE:,} concurrent accepts for {PLACES} places: accepted",
        unit="people",
        value=found["answers"].get("accepted", 0),
        peer="places",
        peer_value=PLACES,
    )
    yield Result(name="concurrent accepts", unit="calls per second", value=rate(found))


def declaring(ground: Callable[[], Ground], scratch: Path) -> Iterator[Result]:
    """One batch of `started` for everybody."""
    here = ground()
    with simulator(DECLARATIONS) as url:
        expect(case(here, url, "prepare"), records=DECLARATIONS)
        made = case(here, url, "declare")
    expect(made, records=DECLARATIONS)
    path = scratch / "declarations.jsonl"
    line = json.dumps({"participant_id": "0" * 36, "declaration_type": "started", "course": COURSE})
    path.write_text(f"{line}\n" * DECLARATIONS, encoding="utf-8")
    parsed = rate(case(here, "http://127.0.0.1:9", "lines", str(path)))
    yield Result(
        name=f"batch of {DECLARATIONS:,} declarations",
        unit="declarations per second",
        value=rate(made),
        peer="parsing JSON lines",
        peer_value=parsed,
    )
    yield Result(name="peak memory, batch", unit="MiB", value=made["peak_mib"])


@contextmanager
def simulator(applications: int) -> Iterator[str]:
    """A DfE with so many applications, all eligible; gives its address."""
    command = [sys.executable, "-m", "dfe_simulator", "--applications", str(applications)]
    command += ["--not-eligible", "0", "--without-trn", "0", "--with-parent"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with running([process]):
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]


def case(ground: Ground, url: str, *arguments: str) -> dict[str, Any]:
    settings = {"DFE_API_URL": url, "DFE_API_TOKEN": TOKEN}
    return child(ground, settings, "bench.enrolment.cases", *arguments)


def child(ground: Ground, settings: dict[str, str], module: str, *arguments: str) -> dict[str, Any]:
    """What a measuring process tells."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        env=ground.environment | settings,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)}:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def rate(found: dict[str, Any]) -> float:
    return float(found["records"]) / float(found["seconds"])


def expect(found: dict[str, Any], **wanted: object) -> None:
    """A figure of a run that did something else is none."""
    wrong = {name: found.get(name) for name, value in wanted.items() if found.get(name) != value}
    if wrong:
        raise RuntimeError(f"expected {wanted}, but {wrong}: {found}")


if __name__ == "__main__":
    main()
