"""Service levels as recording rules and burn-rate alerts: 99.5 % over 30 days, of three kinds.

A budget of 0.5 % that burns 14.4 times too fast is gone in two days. Each alert looks at a long
window and a short one, so that it is sure and ends soon (Google's SRE workbook, chapter 5).
"""

from dataclasses import dataclass
from typing import Any

BUDGET = 0.005


@dataclass(frozen=True)
class Level:
    """A share that must stay small, as PromQL with {window} in it, by service."""

    name: str
    alert: str
    bad: str
    all: str
    says: str


FAILED = 'outcome=~"internal_error|unavailable|expired"'

LEVELS = (
    Level(
        "rpc_failed",
        "CallsFail",
        f"sum by (service) (rate(headship_rpc_requests_total{{{{{FAILED}}}}}[{{window}}]))",
        "sum by (service) (rate(headship_rpc_requests_total[{window}]))",
        "calls to {{ $labels.service }} fail",
    ),
    Level(
        "rpc_slow",
        "CallsSlow",
        "sum by (service) (rate(headship_rpc_duration_seconds_count[{window}]))"
        ' - sum by (service) (rate(headship_rpc_duration_seconds_bucket{{le="0.25"}}[{window}]))',
        "sum by (service) (rate(headship_rpc_duration_seconds_count[{window}]))",
        "calls to {{ $labels.service }} take longer than a quarter of a second",
    ),
    Level(
        "events_late",
        "EventsLate",
        "sum by (service) (rate(headship_event_age_seconds_count[{window}]))"
        ' - sum by (service) (rate(headship_event_age_seconds_bucket{{le="60.0"}}[{window}]))',
        "sum by (service) (rate(headship_event_age_seconds_count[{window}]))",
        "events are handled by {{ $labels.service }} more than a minute after they were sent",
    ),
)

BURNS = (
    ("1h", "5m", 14.4, "page"),
    ("6h", "30m", 6, "page"),
    ("1d", "2h", 3, "ticket"),
    ("3d", "6h", 1, "ticket"),
)
"""Long window, short window, times too fast, severity."""

LEAST = 0.01
"""Per second over an hour: with less traffic one failure would burn the month's budget."""


def groups() -> list[dict[str, Any]]:
    """The groups of rules, as Prometheus reads them."""
    return [{"name": "service-levels", "rules": [*recorded(), *alerts()]}]


def recorded() -> list[dict[str, Any]]:
    """Each share over each window, and how much there was of it."""
    windows = sorted({window for long, short, *_ in BURNS for window in (long, short)})
    shares = [
        {
            "record": f"headship:{level.name}:ratio_rate{window}",
            "expr": f"({level.bad}) / ({level.all})".format(window=window),
        }
        for level in LEVELS
        for window in windows
    ]
    traffic = [
        {"record": f"headship:{level.name}:traffic1h", "expr": level.all.format(window="1h")}
        for level in LEVELS
    ]
    return shares + traffic


def alerts() -> list[dict[str, Any]]:
    """Two of each kind and severity: fast and slow."""
    return [
        {
            "alert": level.alert,
            "expr": f"headship:{level.name}:ratio_rate{long} > {times * BUDGET:.4g}"
            f" and headship:{level.name}:ratio_rate{short} > {times * BUDGET:.4g}"
            f" and headship:{level.name}:traffic1h > {LEAST}",
            "labels": {"severity": severity, "window": long},
            "annotations": {"summary": f"Too many {level.says}: {times:g} times the budget"},
        }
        for level in LEVELS
        for long, short, times, severity in BURNS
    ]
