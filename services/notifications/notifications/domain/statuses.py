"""The life of a message, in GOV.UK Notify's words: forward only.

| status | means |
|---|---|
| `created` | queued; nothing handed over yet |
| `sending` | handed to the channel, or to be tried there again |
| `unknown` | it may have gone: the service died while handing it over, or no answer came |
| `sent` | the channel took it |
| `delivered` | a receipt says that it arrived |
| `temporary-failure` | not delivered, in the end, for reasons that may pass |
| `permanent-failure` | the address does not take mail |
| `technical-failure` | we could not send it, in the end |
| `cancelled` | it was no longer true when it should have gone out |
"""

from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """See the table above."""

    CREATED = "created"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    TEMPORARY_FAILURE = "temporary-failure"
    PERMANENT_FAILURE = "permanent-failure"
    TECHNICAL_FAILURE = "technical-failure"
    CANCELLED = "cancelled"


RETRIES = 48
RETRY_AFTER = timedelta(seconds=300)
"""Notify's: every five minutes for four hours."""

WAITS = timedelta(hours=72)
"""Notify's: what has waited so long for what did not come, or for a receipt, has failed."""

_RANKS = {
    Status.CREATED: 0,
    Status.SENDING: 1,
    Status.UNKNOWN: 2,
    Status.SENT: 3,
    Status.CANCELLED: 4,
    Status.TECHNICAL_FAILURE: 4,
    Status.TEMPORARY_FAILURE: 4,
    Status.PERMANENT_FAILURE: 4,
    Status.DELIVERED: 4,
}

WAITING = (Status.CREATED, Status.SENDING)
GONE = (Status.SENT, Status.DELIVERED)
FAILED = (Status.TEMPORARY_FAILURE, Status.PERMANENT_FAILURE, Status.TECHNICAL_FAILURE)


def goes_forward(former: Status, new: Status) -> bool:
    """Late or repeated news about a message changes nothing."""
    return _RANKS[new] > _RANKS[former]


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` that failed for now; None: give up."""
    return now + RETRY_AFTER if attempts <= RETRIES else None


def after_a_crash(*, critical: bool, repeatable: bool) -> Status:
    """What was being handed over when the service died: a critical message goes out again, at the
    risk of a second copy; any other never does, unless the channel makes no second copy.
    """
    return Status.SENDING if critical or repeatable else Status.UNKNOWN
