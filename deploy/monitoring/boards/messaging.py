"""Messaging: the broker, its queues, and the services' outboxes and inboxes."""

from deploy.monitoring.board import (
    BYTES,
    PER_SECOND,
    SECONDS,
    SHORT,
    WINDOW,
    Board,
    Row,
    lines,
    number,
    rate,
    slowest,
)

HANDLED = "headship_events_handled_total"
OURS = '{queue!~".+[.]delay[.].+"}'
"""Without the queues in which events wait to be tried again."""


def _global(kind: str) -> tuple[str, str]:
    return f"sum(rate(rabbitmq_global_messages_{kind}_total[{WINDOW}]))", kind.replace("_", " ")


DEAD_LETTERS = lines(
    "Dead letters",
    "A person has to read them: headship dead-letters list.",
    SHORT,
    ('sum by (queue) (rabbitmq_detailed_queue_messages{queue=~".+[.]dead"})', "{{queue}}"),
)

MESSAGING = Board(
    "headship-messaging",
    "Headship: messaging",
    "RabbitMQ and what services send and hear. Queues are named service.queue.",
    (
        Row(
            "Broker",
            (
                number(
                    "Nodes",
                    "Three. Fewer: BrokerNodesMissing.",
                    SHORT,
                    ("count(rabbitmq_build_info)", "nodes"),
                ),
                number(
                    "Alarms",
                    "With one of them the broker takes no messages: BrokerAlarm.",
                    SHORT,
                    ("max(rabbitmq_alarms_memory_used_watermark)", "memory"),
                    ("max(rabbitmq_alarms_free_disk_space_watermark)", "disk"),
                    ("max(rabbitmq_alarms_file_descriptor_limit)", "files"),
                ),
                lines(
                    "Messages",
                    "Received from publishers and confirmed to them, delivered and acknowledged.",
                    PER_SECOND,
                    *map(_global, ("received", "confirmed", "delivered", "acknowledged")),
                ),
                lines(
                    "Redelivered and unroutable",
                    "redelivered: a consumer ended before it was done. unroutable: run headship "
                    "topology.",
                    PER_SECOND,
                    *map(_global, ("redelivered", "unroutable_returned", "unroutable_dropped")),
                ),
                lines(
                    "Dead-lettered by the broker",
                    "expired: delays that are over, as they should be. delivery_limit: a handler "
                    "that ends its process.",
                    PER_SECOND,
                    *(
                        _global(f"dead_lettered_{why}")
                        for why in ("expired", "rejected", "delivery_limit", "maxlen")
                    ),
                ),
                lines(
                    "Connections and channels",
                    "Rising steadily: somebody opens and does not close.",
                    SHORT,
                    ("sum(rabbitmq_connections)", "connections"),
                    ("sum(rabbitmq_channels)", "channels"),
                    ("sum(rabbitmq_consumers)", "consumers"),
                ),
                lines(
                    "Connections opened",
                    "Churn: services hold theirs for days.",
                    PER_SECOND,
                    (f"sum(rate(rabbitmq_connections_opened_total[{WINDOW}]))", "opened"),
                ),
                lines(
                    "Memory",
                    "At the limit publishers wait.",
                    BYTES,
                    ("sum by (instance) (rabbitmq_process_resident_memory_bytes)", "{{instance}}"),
                    ("max(rabbitmq_resident_memory_limit_bytes)", "limit of a node"),
                ),
                lines(
                    "Disk that is free",
                    "BrokerDiskFullSoon looks four hours ahead.",
                    BYTES,
                    ("min by (instance) (rabbitmq_disk_space_available_bytes)", "{{instance}}"),
                ),
                lines(
                    "Elections",
                    "Changes of a queue's leader. Many: nodes or their network are not well.",
                    SHORT,
                    (f"sum(changes(rabbitmq_raft_term_total[{WINDOW}]))", "terms"),
                ),
            ),
        ),
        Row(
            "Queues",
            (
                lines(
                    "Ready",
                    "Waiting for a consumer: the longest ten.",
                    SHORT,
                    (
                        f"topk(10, sum by (queue) (rabbitmq_detailed_queue_messages_ready{OURS}))",
                        "{{queue}}",
                    ),
                ),
                lines(
                    "Unacknowledged",
                    "With a consumer, and not done: the longest ten.",
                    SHORT,
                    (
                        "topk(10, sum by (queue) "
                        f"(rabbitmq_detailed_queue_messages_unacked{OURS}))",
                        "{{queue}}",
                    ),
                ),
                lines(
                    "Consumers",
                    "None on a queue of ours: QueueWithoutConsumers.",
                    SHORT,
                    (
                        f"bottomk(10, sum by (queue) (rabbitmq_detailed_queue_consumers{OURS}))",
                        "{{queue}}",
                    ),
                ),
                lines(
                    "Waiting to be tried again",
                    "In the delay queues of each service.",
                    SHORT,
                    (
                        "topk(10, sum by (queue) (rabbitmq_detailed_queue_messages"
                        '{queue=~".+[.]delay[.].+"}))',
                        "{{queue}}",
                    ),
                ),
                DEAD_LETTERS,
            ),
        ),
        Row(
            "Outboxes and inboxes",
            (
                lines(
                    "Events not sent",
                    "In outboxes.",
                    SHORT,
                    ("sum by (service) (headship_outbox_pending)", "{{service}}"),
                ),
                lines(
                    "Oldest event not sent",
                    "Above 120 s: OutboxStuck.",
                    SECONDS,
                    ("max by (service) (headship_outbox_oldest_seconds)", "{{service}}"),
                ),
                lines(
                    "What relays sent",
                    "returned: run headship topology. nacked: a queue is full.",
                    PER_SECOND,
                    (
                        rate("headship_relay_events_total", "service", "outcome"),
                        "{{service}} {{outcome}}",
                    ),
                ),
                lines(
                    "From commit to effect",
                    "95 of 100 events took effect within this; the service level is 60 s.",
                    SECONDS,
                    (slowest("headship_event_age_seconds", "service"), "{{service}}"),
                ),
                lines(
                    "Duplicates",
                    "The inbox had them already, and nothing was done.",
                    PER_SECOND,
                    (rate(HANDLED, "service", where=['outcome="duplicate"']), "{{service}}"),
                ),
                lines(
                    "Retried",
                    "A handler raised; the event comes again after a pause.",
                    PER_SECOND,
                    (rate(HANDLED, "service", where=['outcome="retried"']), "{{service}}"),
                ),
                lines(
                    "Parked",
                    "Attempts used up, or refused for good: DeadLetters.",
                    PER_SECOND,
                    (rate(HANDLED, "service", where=['outcome="parked"']), "{{service}}"),
                ),
                lines(
                    "Consumers registered",
                    "Replicas whose consumers the broker knows.",
                    SHORT,
                    ("sum by (service) (headship_broker_connected)", "{{service}}"),
                ),
            ),
        ),
    ),
)
