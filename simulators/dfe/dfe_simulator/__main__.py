"""`python -m dfe_simulator --port 8010`: run the simulated service until stopped.

`python -m dfe_simulator gias --schools 500 --into DIRECTORY` writes a register of schools instead.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from dfe_simulator import gias
from dfe_simulator.faults import parse_fault
from dfe_simulator.planning import FUNDINGS, SeedPlan
from dfe_simulator.seeding import seed
from dfe_simulator.server import Simulator

PARENT_SECONDS = 1.0
"""How often to look whether the parent is still there."""


def main() -> None:
    """Read the command line, and do as it says."""
    told = sys.argv[1:]
    try:
        if told[:1] == ["gias"]:
            write_register(told[1:])
        else:
            serve(told)
    except (ValueError, OSError) as error:
        sys.exit(f"dfe_simulator: {error}")


def serve(told: Sequence[str]) -> None:
    """Serve until stopped, and say where."""
    parser = argparse.ArgumentParser(prog="dfe_simulator", description="Serve the simulated DfE")
    _add_plan_options(parser)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=0, help="0: a free one, told on standard output"
    )
    parser.add_argument("--state", type=Path, help="keep what is changed in this file, and go on")
    parser.add_argument("--rate-limited", action="store_true", help="1,000 requests in 5 minutes")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        help="such as reply_lost,every=7,method=POST; see faults.py",
    )
    parser.add_argument(
        "--with-parent", action="store_true", help="end when the process that started it has ended"
    )
    arguments = vars(parser.parse_args(told))
    host, port, state = (arguments.pop(name) for name in ("host", "port", "state"))
    faults = [parse_fault(text) for text in arguments.pop("fault")]
    rate_limited, with_parent = arguments.pop("rate_limited"), arguments.pop("with_parent")
    simulator = Simulator(
        _plan(arguments),
        host=host,
        port=port,
        state=state,
        rate_limited=rate_limited,
        faults=faults,
    )
    _serve_until_stopped(simulator, os.getppid() if with_parent else None)


def _serve_until_stopped(simulator: Simulator, parent: int | None) -> None:
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    simulator.start()
    sys.stdout.write(f"DfE simulator: {simulator.url}\n")
    sys.stdout.flush()
    while not stopped.wait(None if parent is None else PARENT_SECONDS):
        if os.getppid() != parent:
            break
    simulator.close()


def write_register(told: Sequence[str]) -> None:
    """Schools in GIAS' columns, beginning with those of the seed, and the eligibility lists."""
    parser = argparse.ArgumentParser(
        prog="dfe_simulator gias", description="Write a made-up register of schools"
    )
    _add_plan_options(parser)
    parser.add_argument("--schools", type=int, required=True, help="how many")
    parser.add_argument("--into", type=Path, required=True, help="a directory, made if need be")
    parser.add_argument("--encoding", default="cp1252", help="GIAS' own, unless told")
    arguments = vars(parser.parse_args(told))
    number, into, encoding = (arguments.pop(name) for name in ("schools", "into", "encoding"))
    plan = _plan(arguments)
    if not 1 <= number <= 100_000:
        raise ValueError("schools: 1 to 100,000")
    "".encode(encoding)  # an encoding that is unknown is told before anything is written
    first = gias.of_schools(seed(plan).schools)
    listed = gias.establishments(number, plan.seed, after=first)
    files = {
        "edubasealldata.csv": gias.register_csv(listed),
        **gias.lists(listed, plan.seed, all_pp50=len(first)),
    }
    into.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (into / name).write_bytes(content.encode(encoding))
        sys.stdout.write(f"{into / name}\n")


def _add_plan_options(parser: argparse.ArgumentParser) -> None:
    default = SeedPlan()
    for name in (
        "seed",
        "applications",
        "not_eligible",
        "previously_funded",
        "without_trn",
        "without_email",
        "other_settings",
        "targeted_delivery_funding",
        "double_accounts",
        "in_training",
        "delivery_partners",
    ):
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=int, default=getattr(default, name))
    for name in ("course", "cohort", "lead_provider", "token"):
        parser.add_argument(f"--{name.replace('_', '-')}", default=getattr(default, name))
    parser.add_argument("--cohort-funding", default=default.cohort_funding, choices=FUNDINGS)
    parser.add_argument(
        "--also-cohort",
        action="append",
        default=[],
        help="another cohort to have contracts for: 2027a=capped",
    )
    parser.add_argument("--registered-from", type=date.fromisoformat)
    parser.add_argument("--as-of", type=date.fromisoformat)


def _plan(arguments: dict[str, Any]) -> SeedPlan:
    cohorts = dict(text.partition("=")[::2] for text in arguments.pop("also_cohort"))
    return SeedPlan(**arguments, also_cohorts=cohorts)


if __name__ == "__main__":
    main()
