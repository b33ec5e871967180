"""What notifications counts. A label takes few, fixed values; never an id, a name or an address."""

from prometheus_client import Counter, Gauge, Histogram

from kit.metrics import touch
from notifications.domain.quiet import DAILY_LIMIT, DAY_OFF, ENOUGH, NIGHT
from notifications.domain.statuses import WAITING, Status
from notifications.domain.templates import CLASSES, LINKS

messages_queued = Counter(
    "notifications_messages_queued_total",
    "Messages that are to go out, by class.",
    ["message_class"],  # critical, transactional, informational
)
messages_settled = Counter(
    "notifications_messages_settled_total",
    "What became of messages. Failures or unknown rising: look at the channel and its server.",
    ["status"],  # Notify's words: see notifications.domain.statuses
)
attempts_put_off = Counter(
    "notifications_attempts_put_off_total",
    "Attempts that are made again in five minutes. Rising: the mail server is down or refuses us.",
)
handing_over = Histogram(
    "notifications_handing_over_seconds",
    "From handing a message to the channel to its answer.",
)
waits_for_enrolment = Counter(
    "notifications_waits_for_enrolment_total",
    "Rounds put off because enrolment did not answer. Rising: look at enrolment.",
)
waits_for_links = Counter(
    "notifications_waits_for_links_total",
    "Messages put off because the service of their link did not answer. Rising: look at it.",
    ["link"],  # offer: enrolment; submission, marking: assessment; check_in: sessions
)
messages_held = Counter(
    "notifications_messages_held_total",
    "Messages put off to a decent hour. Nothing to worry about, but for daily_limit: MAIL_PER_DAY.",
    ["reason"],  # quiet_hours, quiet_day, enough_for_today, daily_limit
)
digest_items = Counter(
    "notifications_digest_items_total",
    "Things that wait to be told together in the evening.",
)
addresses_suppressed = Counter(
    "notifications_addresses_suppressed_total",
    "Addresses that nothing is sent to any more. Many at once: look at the mail server's replies.",
)
receipts = Counter(
    "notifications_receipts_total",
    "What came back about messages. Unknown or refused rising: look at who posts it.",
    ["outcome"],  # kept, repeated, unknown, refused, unreadable
)

# The gauges are told by figures.py.
messages_waiting = Gauge(
    "notifications_messages_waiting",
    "Messages that have not left, by class: due now, or to go out later.",
    ["message_class", "due"],  # now, later
)
oldest_due = Gauge(
    "notifications_oldest_due_seconds",
    "For how long the oldest message that is due has waited. Rising: nothing leaves.",
    ["message_class"],
)
messages_today = Gauge(
    "notifications_messages_today",
    "Messages that have left since midnight in London, by channel. At MAIL_PER_DAY the rest waits.",
    ["channel"],
)

touch(messages_queued, {"message_class": CLASSES})
touch(messages_settled, {"status": [str(one) for one in Status if one not in WAITING]})
touch(waits_for_links, {"link": sorted(LINKS)})
touch(messages_held, {"reason": (NIGHT, DAY_OFF, ENOUGH, DAILY_LIMIT)})
touch(receipts, {"outcome": ("kept", "repeated", "unknown", "refused", "unreadable")})
