"""How a benchmark tells its figures: a table on the terminal and JSON under var/bench/.

Each figure stands beside a peer or a limit measured in the same run, since machines differ: what
counts is the ratio. The value and the peer's are medians of the repetitions.
"""

import json
import os
import platform
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

FOLDER = Path(__file__).resolve().parent.parent / "var" / "bench"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One figure. `bar` is what the ratio (or, with no peer, the value) has to reach.

    `at_most` turns the bar round: the figure must not be above it (memory, time, stall).
    """

    name: str
    unit: str
    value: float
    peer: str | None = None
    peer_value: float | None = None
    bar: float | None = None
    at_most: bool = False

    @property
    def ratio(self) -> float | None:
        return self.value / self.peer_value if self.peer_value else None

    @property
    def holds(self) -> bool | None:
        """Whether the bar is reached; None where there is none."""
        if self.bar is None:
            return None
        compared = self.value if self.ratio is None else self.ratio
        return compared <= self.bar if self.at_most else compared >= self.bar


def median(repetitions: list[float]) -> float:
    """The median of a figure's repetitions."""
    return statistics.median(repetitions)


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
    }


def write(name: str, results: list[Result]) -> Path:
    """Print the results and write `var/bench/<name>.json`; gives back the file's path."""
    rows = [
        {key: value for key, value in asdict(result).items() if key != "at_most"}
        | {"ratio": result.ratio, "holds": result.holds}
        for result in results
    ]
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), "results": rows}, indent=2) + "\n")
    Console(width=140).print(_table(name, results))
    return path


def _table(name: str, results: list[Result]) -> Table:
    table = Table("figure", "value", "unit", "peer", "peer's", "ratio", "bar", "holds", title=name)
    for result in results:
        sign = "≤" if result.at_most else "≥"
        table.add_row(
            result.name,
            _number(result.value),
            result.unit,
            result.peer or "",
            _number(result.peer_value),
            _number(result.ratio),
            "" if result.bar is None else f"{sign} {_number(result.bar)}",
            {None: "", True: "yes", False: "[bold red]no"}[result.holds],
        )
    return table


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
