"""One board for each service: its calls, events and timers, what it depends on, what it does."""

from deploy.monitoring.board import (
    BYTES,
    PER_SECOND,
    SECONDS,
    SHARE,
    SHORT,
    Board,
    Panel,
    Row,
    lines,
    number,
    rate,
    slowest,
)
from deploy.monitoring.boards import work
from deploy.monitoring.service_levels import FAILED

ASKS_OTHERS = ("sessions", "assessment", "notifications")
HAS_JOBS = ("sessions", "assessment")


def board(service: str) -> Board:
    """That of one service."""
    return Board(
        f"headship-{service}",
        f"Headship: {service}",
        f"Calls, events, timers and resources of {service}, and what it does.",
        (
            Row("Calls and pages", tuple(_calls(service))),
            Row("Events", tuple(_events(service))),
            Row("Timers and jobs", tuple(_by_the_clock(service))),
            Row("Resources", tuple(_resources(service))),
            Row("Its work", work.OF[service]),
        ),
    )


def _calls(service: str) -> list[Panel]:
    own = [f'service="{service}"']
    calls = "headship_rpc_requests_total"
    return [
        lines(
            "Calls",
            "The ten busiest methods.",
            PER_SECOND,
            (f"topk(10, {rate(calls, 'method', where=own)})", "{{method}}"),
        ),
        lines(
            "Outcomes",
            "internal_error is a bug or an outage: its stack is in the log. expired: dropped "
            "unrun, because the caller had given up.",
            PER_SECOND,
            (rate(calls, "outcome", where=own), "{{outcome}}"),
        ),
        lines(
            "Failures by method",
            "Bugs, outages and deadlines.",
            PER_SECOND,
            (f"topk(10, {rate(calls, 'method', where=[*own, FAILED])})", "{{method}}"),
        ),
        lines(
            "Slowest calls",
            "95 of 100 were answered within this; 0.25 s is the service level's edge.",
            SECONDS,
            (
                f"topk(10, {slowest('headship_rpc_duration_seconds', 'method', where=own)})",
                "{{method}}",
            ),
        ),
        lines(
            "Pages",
            "Requests on the public port. 5xx: a bug. 4xx rising: links that have expired.",
            PER_SECOND,
            (
                rate("headship_http_requests_total", "route", "status", where=own),
                "{{route}} {{status}}",
            ),
        ),
        lines(
            "Slowest pages",
            "95 of 100 were answered within this.",
            SECONDS,
            (slowest("headship_http_duration_seconds", "route", where=own), "{{route}}"),
        ),
    ]


def _events(service: str) -> list[Panel]:
    own = [f'service="{service}"']
    return [
        lines(
            "Deliveries",
            "By queue: handled, repeats and retries together.",
            PER_SECOND,
            (rate("headship_events_handled_total", "queue", where=own), "{{queue}}"),
        ),
        lines(
            "What became of them",
            "duplicate: the inbox had it already, harmless. retried: it failed and comes again. "
            "parked: a person has to read it.",
            PER_SECOND,
            (rate("headship_events_handled_total", "outcome", where=own), "{{outcome}}"),
        ),
        lines(
            "Age when handled",
            "95 of 100 took effect within this after they were sent.",
            SECONDS,
            (slowest("headship_event_age_seconds", "queue", where=own), "{{queue}}"),
        ),
        lines(
            "Time in the handler",
            "95 of 100 took this at most.",
            SECONDS,
            (slowest("headship_event_duration_seconds", "queue", where=own), "{{queue}}"),
        ),
        lines(
            "Outbox",
            "Events that wait to be sent.",
            SHORT,
            (f"max(headship_outbox_pending{{{own[0]}}})", "events"),
        ),
        lines(
            "Oldest event in the outbox",
            "Above 120 s: OutboxStuck.",
            SECONDS,
            (f"max(headship_outbox_oldest_seconds{{{own[0]}}})", "age"),
        ),
        lines(
            "What the relay sent",
            "returned: run headship topology. nacked: a queue is full.",
            PER_SECOND,
            (rate("headship_relay_events_total", "outcome", where=own), "{{outcome}}"),
        ),
    ]


def _by_the_clock(service: str) -> list[Panel]:
    own = [f'service="{service}"']
    failed = [*own, 'outcome="failed"']
    panels = [
        lines(
            "Timers",
            "Runs on this service's replicas.",
            PER_SECOND,
            (rate("headship_timers_total", "timer", where=own), "{{timer}}"),
        ),
        lines(
            "Timers that failed",
            "Each is tried again until it goes well: TimerFailing.",
            PER_SECOND,
            (rate("headship_timers_total", "timer", where=failed), "{{timer}}"),
        ),
        lines(
            "Slowest timers",
            "95 of 100 runs took this at most.",
            SECONDS,
            (slowest("headship_timer_duration_seconds", "timer", where=own), "{{timer}}"),
        ),
    ]
    if service in HAS_JOBS:
        panels += [
            lines(
                "Jobs in child processes",
                "By what came of them. too_long, too_big: raise the limit or split the work.",
                PER_SECOND,
                (
                    rate("headship_jobs_total", "function", "outcome", where=own),
                    "{{function}} {{outcome}}",
                ),
            ),
            lines(
                "Slowest jobs",
                "95 of 100 took this at most, start included.",
                SECONDS,
                (slowest("headship_job_duration_seconds", "function", where=own), "{{function}}"),
            ),
        ]
    return panels


def _resources(service: str) -> list[Panel]:
    own = [f'service="{service}"']
    job = f'job="{service}"'
    panels = [
        number(
            "Ready",
            "Replicas that can do their work now.",
            SHORT,
            (f"sum(headship_ready{{{own[0]}}})", "ready"),
            (f"sum(headship_broker_connected{{{own[0]}}})", "on the broker"),
            (f"sum(headship_database_connected{{{own[0]}}})", "on the database"),
        ),
        number(
            "Releases",
            "Replicas of each. Two of them for long: a rollout does not come to its end.",
            SHORT,
            (
                f"count by (version, revision) (headship_build_info{{{own[0]}}})",
                "{{version}} {{revision}}",
            ),
        ),
        number(
            "Figures are so old",
            "Since the gauges under “Its work” were read from the database.",
            SECONDS,
            (
                f"time() - max by (figures) (headship_figures_read_timestamp_seconds{{{own[0]}}})",
                "{{figures}}",
            ),
        ),
        lines(
            "Workers busy",
            "Share of all workers. Full for long: add replicas.",
            SHARE,
            (
                f"sum(headship_workers_busy{{{own[0]}}}) / sum(headship_workers_max{{{own[0]}}})",
                "busy",
            ),
        ),
        lines(
            "Lag of the event loop",
            "99 of 100 wakes were late by this at most. Above 1 s probes fail: LoopHeld.",
            SECONDS,
            (slowest("headship_loop_lag_seconds", where=own, share=0.99), "lag"),
        ),
        lines(
            "Database connections",
            "Of all replicas' pools. in_use near allowed: DatabasePoolExhausted.",
            SHORT,
            (f"sum by (state) (headship_database_connections{{{own[0]}}})", "{{state}}"),
        ),
        lines(
            "Memory",
            "Resident, by replica. Near the limit of the manifest the pod is ended.",
            BYTES,
            (f"sum by (instance) (process_resident_memory_bytes{{{job}}})", "{{instance}}"),
        ),
        lines(
            "Processor",
            "Processors used, by replica. One is all that a replica can use.",
            SHORT,
            (rate("process_cpu_seconds_total", "instance", where=[job]), "{{instance}}"),
        ),
    ]
    if service in ASKS_OTHERS:
        panels.append(
            lines(
                "Deadlines missed by others",
                "Calls of this service that had no answer in time.",
                PER_SECOND,
                (
                    rate("headship_rpc_deadlines_missed_total", "asked", "method", where=own),
                    "{{asked}}.{{method}}",
                ),
            )
        )
    return panels
