"""The same for events on their way from an outbox to the broker."""

from alert_cases import Case

BOTH_THERE = (
    ('headship_database_connected{service="sessions",pod="a"}', "1x90"),
    ('headship_broker_connected{service="sessions",pod="a"}', "1x90"),
)
"""A replica that has its servers, and says nothing of its outbox, does not send."""

OUTBOX_CASES = (
    Case(
        "OutboxStuck",
        (('headship_outbox_oldest_seconds{service="sessions"}', "0+60x90"),),
        (('headship_outbox_oldest_seconds{service="sessions"}', "100x90"),),
        "10m",
    ),
    Case(
        "EventsReturned",
        (('headship_relay_events_total{service="sessions",outcome="returned"}', "0+1x90"),),
        (('headship_relay_events_total{service="sessions",outcome="published"}', "0+1x90"),),
        "20m",
    ),
    Case(
        "OutboxStuck",
        BOTH_THERE,
        (*BOTH_THERE, ('headship_outbox_oldest_seconds{service="sessions",pod="b"}', "0x90")),
        "10m",
    ),
    Case(
        "OutboxStuck",
        (*BOTH_THERE, ('headship_outbox_oldest_seconds{service="enrolment",pod="b"}', "0x90")),
        (BOTH_THERE[0], ('headship_broker_connected{service="sessions",pod="a"}', "0x90")),
        "10m",
    ),
)
