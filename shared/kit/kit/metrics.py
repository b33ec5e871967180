"""What the kit counts for every service. Labels take few, fixed values; never an id or a name.

All are `headship_<thing>_<unit|total>` with a `service`. Gauges that are read from a database are
set by the replica that leads, and removed when it no longer does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from importlib.metadata import version
from itertools import product
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call]  # a timestamp beside each series would double what is scraped

CALL_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Edges for answers that somebody waits for; 0.25 s is what the service level promises."""

AGE_SECONDS: Final = (0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3_600, 14_400)
"""Edges for an event's age; 60 s is what the service level promises."""

LAG_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Edges for the loop's lag; above 1 s the probes begin to fail."""

RPC_OUTCOMES: Final = (
    "ok",
    "repeated",
    "not_found",
    "refused",
    "conflict",
    "invalid",
    "unavailable",
    "internal_error",
    "expired",
)
"""`repeated`: answered from the idempotency store. `internal_error` is a bug, or an outage.
`expired`: dropped unrun, because its caller had given up."""

HTTP_STATUSES: Final = ("2xx", "3xx", "4xx", "5xx")
HUB_OUTCOMES: Final = (
    *RPC_OUTCOMES[:-1],
    "too_many_calls",
    "too_many_at_once",
    "too_large",
    "no_caller",
    "unknown_caller",
    "unanswered",
    "no_reply_to",
)
"""`too_many_…`: beyond what a hub is allowed. `unanswered`: so far beyond that it is not told.
`no_reply_to`: the reply would have gone to a queue, or nowhere, so nothing was done."""

EVENT_OUTCOMES: Final = ("handled", "duplicate", "retried", "parked")
"""`duplicate`: the inbox had it already, and nothing was done."""

RELAY_OUTCOMES: Final = ("published", "returned", "nacked")
"""`returned`: no queue took it, so the topology is behind. `nacked`: the broker refused it."""

TIMER_OUTCOMES: Final = ("ok", "failed")
"""`failed`: the tick is tried again until it goes well."""

JOB_OUTCOMES: Final = ("ok", "failed", "too_long", "too_big")

rpc_requests = Counter(
    "headship_rpc_requests_total",
    "Calls answered. internal_error rising: look for its stack in the log.",
    ["service", "method", "outcome"],
)
rpc_duration = Histogram(
    "headship_rpc_duration_seconds",
    "From taking a call to having its answer. Rising: look at the pool and at workers_busy.",
    ["service", "method"],
    buckets=CALL_SECONDS,
)
hub_requests = Counter(
    "headship_hub_requests_total",
    "Calls of hubs. unanswered rising: a hub floods us; headship hub list, then suspend it.",
    ["service", "method", "outcome"],
)
hub_duration = Histogram(
    "headship_hub_duration_seconds",
    "From taking a hub's call to having its answer, its wait for a turn included.",
    ["service", "method"],
    buckets=CALL_SECONDS,
)
hubs_connected = Gauge(
    "headship_hubs_connected",
    "1 while this replica takes calls from the hubs' virtual host, else 0.",
    ["service"],
)
deadlines_missed = Counter(
    "headship_rpc_deadlines_missed_total",
    "Calls to another service that had no answer in time. Rising: that service is down or slow.",
    ["service", "asked", "method"],
)
http_requests = Counter(
    "headship_http_requests_total",
    "Requests on the public port, by class of status.",
    ["service", "route", "status"],
)
http_duration = Histogram(
    "headship_http_duration_seconds",
    "From request to response on the public port.",
    ["service", "route"],
    buckets=CALL_SECONDS,
)
events_handled = Counter(
    "headship_events_handled_total",
    "Deliveries to a handler. parked above zero needs a person: headship dead-letters list.",
    ["service", "queue", "outcome"],
)
event_duration = Histogram(
    "headship_event_duration_seconds",
    "A handler's share of its transaction.",
    ["service", "queue"],
    buckets=CALL_SECONDS,
)
event_age = Histogram(
    "headship_event_age_seconds",
    "From sending an event to the commit of its effect. Rising: consumers cannot keep up.",
    ["service", "queue"],
    buckets=AGE_SECONDS,
)
relay_events = Counter(
    "headship_relay_events_total",
    "What became of events sent. returned: run headship topology. nacked: a queue is full.",
    ["service", "outcome"],
)
outbox_pending = Gauge(
    "headship_outbox_pending",
    "Events waiting to be sent. Set by the relay that leads.",
    ["service"],
)
outbox_oldest = Gauge(
    "headship_outbox_oldest_seconds",
    "Age of the oldest event waiting to be sent. Above 120: the relay or the broker is stuck.",
    ["service"],
)
timers = Counter(
    "headship_timers_total",
    "Runs of timers on this replica.",
    ["service", "timer", "outcome"],
)
timer_duration = Histogram(
    "headship_timer_duration_seconds",
    "One run of a timer.",
    ["service", "timer"],
    buckets=CALL_SECONDS,
)
jobs = Counter(
    "headship_jobs_total",
    "Child processes that ended: ok, failed, too_long or too_big.",
    ["service", "function", "outcome"],
)
job_duration = Histogram(
    "headship_job_duration_seconds",
    "One child process, its start included.",
    ["service", "function"],
    buckets=(0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600),
)
workers_busy = Gauge("headship_workers_busy", "Workers at work now.", ["service"])
workers_max = Gauge(
    "headship_workers_max",
    "Workers there can be. Busy equal to this for long: add replicas.",
    ["service"],
)
loop_lag = Histogram(
    "headship_loop_lag_seconds",
    "How late the event loop woke. Rising: a handler computes in the process; use kit.jobs.",
    ["service"],
    buckets=LAG_SECONDS,
)
database_connections = Gauge(
    "headship_database_connections",
    "Connections of this replica's pool, by state: in_use, idle, allowed.",
    ["service", "state"],
)
broker_connected = Gauge(
    "headship_broker_connected",
    "1 while this replica's consumers are registered with the broker, else 0.",
    ["service"],
)
database_connected = Gauge(
    "headship_database_connected",
    "1 while the database answers this replica and is at its code's version, else 0.",
    ["service"],
)
figures_read = Gauge(
    "headship_figures_read_timestamp_seconds",
    "When the figures were read from the database that the leading replica shows. Long ago: old.",
    ["service", "figures"],
)
ready = Gauge("headship_ready", "1 while this replica is ready for work, else 0.", ["service"])
build_info = Gauge(
    "headship_build_info",
    "1, with what this replica was built from. Two at once for long: a rollout does not end.",
    ["service", "version", "revision"],
)
bank_holidays_end = Gauge(
    "headship_bank_holidays_end_timestamp_seconds",
    "Until when a service knows bank holidays. Less than a year ahead: take a newer list.",
    ["service"],
)


def touch(metric: Counter | Gauge | Histogram, labels: Mapping[str, str | Sequence[str]]) -> None:
    """Make every combination of these label values exist, so that a rate starts from zero."""
    choices = [[value] if isinstance(value, str) else list(value) for value in labels.values()]
    for combination in product(*choices):
        metric.labels(**dict(zip(labels, combination, strict=True)))


def touch_jobs(*names: str) -> None:
    """Make the series exist of jobs ("package.module:function") that a service has done."""
    for name in names:
        labels = {"service": name.partition(".")[0], "function": name}
        touch(jobs, {**labels, "outcome": JOB_OUTCOMES})
        touch(job_duration, labels)


def tell_build(service: str, revision: str) -> None:
    """Tell which release this process is of."""
    build_info.labels(service, version("headship-kit"), revision).set(1)


def tell_bank_holidays_end(service: str, last_day: Callable[[], date]) -> None:
    """Have every scrape hear until when a service knows bank holidays."""
    bank_holidays_end.labels(service=service).set_function(
        lambda: datetime.combine(last_day(), time(), UTC).timestamp()
    )


Series = dict[tuple[str, ...], float]
"""A gauge's numbers by the values of its labels."""


def filled(counted: Mapping[tuple[str, ...], float], *choices: Iterable[str]) -> Series:
    """Every combination of these label values, with 0 where nothing was counted."""
    return {each: counted.get(each, 0) for each in product(*choices)}
