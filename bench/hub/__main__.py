"""Measures a hub's calls beside nameko's own proxy, and a bare echo by direct reply, in turn.

`python -m bench.hub [CALLS]`: so many calls a case (320), each case three times in turn. Both
services read one participant by its id, and audit and limit alike; the echo reads nothing.
"""

import sys
from collections import defaultdict

from bench.hub.place import Place, place
from bench.report import Result, median, write

REPETITIONS = 3
CALLS = 320
CALLERS = {1: "1 caller", 16: "16 callers"}
BAR = 1.5


def main(calls: int) -> None:
    """Print the figures, and write them to var/bench/hub.json."""
    measured: dict[str, list[float]] = defaultdict(list)
    with place() as one:
        for _ in range(REPETITIONS):
            for callers, told in CALLERS.items():
                for name, case in CASES.items():
                    measured[f"{name}, {told}"].append(case(one, calls, callers))
    results = [
        Result(
            name=f"hub, {told}",
            unit="calls per second",
            value=median(measured[f"hub, {told}"]),
            peer=f"{peer}, {told}",
            peer_value=median(measured[f"{peer}, {told}"]),
            bar=bar,
        )
        for told in CALLERS.values()
        for peer, bar in (("nameko proxy", BAR), ("bare echo", None))
    ]
    write("hub", results)


CASES = {"hub": Place.hub_calls, "nameko proxy": Place.nameko_calls, "bare echo": Place.echoes}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)
