"""A round of sending: its id, the name that it holds while it lives, and the day that it is of."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from notifications.domain.pacing import day_of

_VERSION = 7


def new_round(at: datetime) -> UUID:
    """An id that tells when the round began (RFC 9562, version 7), in domain time."""
    milliseconds = int(at.timestamp() * 1_000) << 80
    chance = uuid4().int & ((1 << 64) - 1)  # with the variant that all have
    return UUID(int=milliseconds | _VERSION << 76 | chance)


def day_of_round(round_id: UUID) -> date | None:
    """The day in London when it began; None: a release that counted no days began it."""
    if round_id.version != _VERSION:
        return None
    return day_of(datetime.fromtimestamp((round_id.int >> 80) / 1_000, UTC))


def lease_of(round_id: UUID) -> str:
    """The name that a round holds as long as it lives."""
    return f"round:{round_id}"
