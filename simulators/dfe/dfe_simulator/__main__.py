"""`python -m dfe_simulator --port 8010`: run the simulated service until stopped."""

import argparse
import os
import signal
import sys
import threading
from datetime import date

from dfe_simulator.seeding import SeedPlan
from dfe_simulator.server import Simulator

PARENT_SECONDS = 1.0
"""How often to look whether the parent is still there."""


def main() -> None:
    """Read the command line, serve, and say where."""
    default = SeedPlan()
    parser = argparse.ArgumentParser(prog="dfe_simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=0, help="0: a free one, told on standard output"
    )
    parser.add_argument("--seed", type=int, default=default.seed)
    parser.add_argument("--applications", type=int, default=default.applications)
    parser.add_argument("--course", default=default.course)
    parser.add_argument("--cohort", default=default.cohort)
    parser.add_argument(
        "--cohort-funding", default=default.cohort_funding, choices=("zero", "capped", "full")
    )
    parser.add_argument("--not-eligible", type=int, default=default.not_eligible)
    parser.add_argument("--previously-funded", type=int, default=default.previously_funded)
    parser.add_argument("--without-trn", type=int, default=default.without_trn)
    parser.add_argument("--without-email", type=int, default=default.without_email)
    parser.add_argument("--delivery-partners", type=int, default=default.delivery_partners)
    parser.add_argument("--registered-from", type=date.fromisoformat)
    parser.add_argument("--lead-provider", default=default.lead_provider)
    parser.add_argument("--token", default=default.token)
    parser.add_argument("--rate-limited", action="store_true", help="1,000 requests in 5 minutes")
    parser.add_argument(
        "--with-parent", action="store_true", help="end when the process that started it has ended"
    )
    arguments = vars(parser.parse_args())
    host, port = arguments.pop("host"), arguments.pop("port")
    rate_limited, with_parent = arguments.pop("rate_limited"), arguments.pop("with_parent")
    parent = os.getppid()
    try:
        plan = SeedPlan(**arguments)
        simulator = Simulator(plan, host=host, port=port, rate_limited=rate_limited)
    except (ValueError, OSError) as error:
        sys.exit(f"dfe_simulator: {error}")
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    simulator.start()
    sys.stdout.write(f"DfE simulator: {simulator.url}\n")
    sys.stdout.flush()
    while not stopped.wait(PARENT_SECONDS if with_parent else None):
        if os.getppid() != parent:
            break
    simulator.close()


if __name__ == "__main__":
    main()
