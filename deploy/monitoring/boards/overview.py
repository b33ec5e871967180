"""The overview: whether anything is wrong, what waits, and how the programme stands."""

from deploy.monitoring.board import (
    PER_SECOND,
    SECONDS,
    SHARE,
    SHORT,
    Board,
    Row,
    lines,
    number,
    rate,
    slowest,
)
from deploy.monitoring.boards.messaging import DEAD_LETTERS
from deploy.monitoring.service_levels import BUDGET, FAILED

CALLS = "headship_rpc_requests_total"
OVERVIEW = Board(
    "headship-overview",
    "Headship: overview",
    "Begin here. Each alert's runbook says where to look next.",
    (
        Row(
            "Is anything wrong?",
            (
                number(
                    "Replicas ready",
                    "Those that can do their work now. Fewer than run: NotReady.",
                    SHORT,
                    ("sum by (service) (headship_ready)", "{{service}}"),
                ),
                number(
                    "Calls that went well, last hour",
                    "The service level is 99.5 % over 30 days. Lower: CallsFail.",
                    SHARE,
                    ("1 - headship:rpc_failed:ratio_rate1h", "{{service}}"),
                ),
                number(
                    "Calls within a quarter of a second, last hour",
                    "The service level is 99.5 % over 30 days. Lower: CallsSlow.",
                    SHARE,
                    ("1 - headship:rpc_slow:ratio_rate1h", "{{service}}"),
                ),
                number(
                    "Events handled within a minute, last hour",
                    "The service level is 99.5 % over 30 days. Lower: EventsLate.",
                    SHARE,
                    ("1 - headship:events_late:ratio_rate1h", "{{service}}"),
                ),
                number(
                    "Budget left of 30 days",
                    "The share of the failures that the service level allows and that are not "
                    "used up. Below nothing: changes wait until it has recovered.",
                    SHARE,
                    (
                        f"1 - sum(increase({CALLS}{{{FAILED}}}[30d]))"
                        f" / sum(increase({CALLS}[30d])) / {BUDGET}",
                        "calls",
                    ),
                ),
                number(
                    "Alerts that fire",
                    "Watchdog always does. Each has a runbook of its name.",
                    SHORT,
                    (
                        'count by (alertname, severity) (ALERTS{alertstate="firing"})',
                        "{{alertname}} ({{severity}})",
                    ),
                ),
            ),
        ),
        Row(
            "Traffic",
            (
                lines(
                    "Calls",
                    "Calls answered, refusals included.",
                    PER_SECOND,
                    (rate(CALLS, "service"), "{{service}}"),
                ),
                lines(
                    "Calls that failed",
                    "By a bug, an outage or a deadline; refusals are none of them.",
                    PER_SECOND,
                    (rate(CALLS, "service", where=[FAILED]), "{{service}}"),
                ),
                lines(
                    "Slowest calls",
                    "95 of 100 calls were answered within this. Rising: workers, pool, loop.",
                    SECONDS,
                    (slowest("headship_rpc_duration_seconds", "service"), "{{service}}"),
                ),
                lines(
                    "Events handled",
                    "Deliveries to handlers, repeats and retries included.",
                    PER_SECOND,
                    (rate("headship_events_handled_total", "service"), "{{service}}"),
                ),
                lines(
                    "Age of events",
                    "95 of 100 took effect within this after they were sent. Rising: consumers "
                    "cannot keep up.",
                    SECONDS,
                    (slowest("headship_event_age_seconds", "service"), "{{service}}"),
                ),
                lines(
                    "Pages",
                    "Requests on the public port, and those of them that met a bug.",
                    PER_SECOND,
                    (rate("headship_http_requests_total", "service"), "{{service}}"),
                    (
                        rate("headship_http_requests_total", "service", where=['status="5xx"']),
                        "{{service}} 5xx",
                    ),
                ),
            ),
        ),
        Row(
            "What waits",
            (
                lines(
                    "Events not sent",
                    "In outboxes. Growing: OutboxStuck.",
                    SHORT,
                    ("sum by (service) (headship_outbox_pending)", "{{service}}"),
                ),
                lines(
                    "Messages in queues",
                    "The longest ten. Growing: QueueGrowing.",
                    SHORT,
                    (
                        "topk(10, sum by (queue) (rabbitmq_detailed_queue_messages_ready"
                        '{queue!~".*(dead|delay).*"}))',
                        "{{queue}}",
                    ),
                ),
                DEAD_LETTERS,
            ),
        ),
        Row(
            "The programme",
            (
                lines(
                    "Applications",
                    "By what DfE confirmed. Pending ones wait for a decision.",
                    SHORT,
                    ("sum by (status) (enrolment_applications)", "{{status}}"),
                ),
                lines(
                    "Declarations with a week or less",
                    "Open milestones that are not declared: DeclarationDeadlineNear.",
                    SHORT,
                    (
                        'sum by (type) (enrolment_declarations_due{within=~"1d|7d"})',
                        "{{type}}",
                    ),
                ),
                lines(
                    "Scripts to be marked",
                    "On desks and on the pile.",
                    SHORT,
                    ("sum by (role) (assessment_marking_backlog)", "{{role}}"),
                ),
            ),
        ),
    ),
)
