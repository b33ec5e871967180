"""What a dashboard shows, whatever draws it: Grafana, a console of Prometheus, or a test.

`$__rate_interval` in an expression is the window of a rate, which whoever draws it chooses.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WINDOW = "$__rate_interval"

SHORT, SHARE, SECONDS, BYTES, PER_SECOND, POUNDS = (
    "short",
    "percentunit",
    "s",
    "bytes",
    "cps",
    "currencyGBP",
)
"""Units by their names in Grafana."""


@dataclass(frozen=True)
class Query:
    """An expression, and what each of its series is called: `{{service}}` is a label's value."""

    expr: str
    legend: str


@dataclass(frozen=True)
class Panel:
    """`says` what it means and when to worry. `number`: the latest value and no line."""

    title: str
    says: str
    unit: str
    queries: tuple[Query, ...]
    number: bool = False


@dataclass(frozen=True)
class Row:
    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Board:
    """`uid` is its file's name and its address in Grafana; it never changes."""

    uid: str
    title: str
    says: str
    rows: tuple[Row, ...]

    @property
    def panels(self) -> Iterator[Panel]:
        for row in self.rows:
            yield from row.panels


def lines(title: str, says: str, unit: str, *queries: tuple[str, str]) -> Panel:
    """A panel of lines; `queries` are (expression, legend)."""
    return Panel(title, says, unit, tuple(Query(*query) for query in queries))


def number(title: str, says: str, unit: str, *queries: tuple[str, str]) -> Panel:
    """A panel that shows the latest values."""
    return Panel(title, says, unit, tuple(Query(*query) for query in queries), number=True)


def rate(metric: str, *by: str, where: Sequence[str] = ()) -> str:
    """How much there is of it in a second, by these labels."""
    return f"sum by ({', '.join(by)}) (rate({_chosen(metric, where)}[{WINDOW}]))"


def slowest(metric: str, *by: str, where: Sequence[str] = (), share: float = 0.95) -> str:
    """How long this share of a histogram's observations took at most, by these labels."""
    buckets = _chosen(f"{metric}_bucket", where)
    labels = ", ".join(("le", *by))
    return f"histogram_quantile({share}, sum by ({labels}) (rate({buckets}[{WINDOW}])))"


def _chosen(metric: str, where: Sequence[str]) -> str:
    return f"{metric}{{{','.join(where)}}}" if where else metric
