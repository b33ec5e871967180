"""How fast messages may leave: GOV.UK Notify's token bucket, in whole millionths of a token; and
the day for which they count.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from notifications.domain.wording import LONDON

TOKEN = 1_000_000
MOST_AT_ONCE = 1_000


@dataclass(frozen=True)
class Rate:
    """Messages per minute. They come at a sixtieth of it each second; as many as a third of it may
    leave at once, and not over a thousand.
    """

    per_minute: int

    @property
    def burst(self) -> int:
        """The most that may leave at once."""
        return min(ceil(self.per_minute / 3) + 1, MOST_AT_ONCE)

    @property
    def apart(self) -> timedelta:
        """How long after one token the next one comes."""
        return timedelta(microseconds=-(-TOKEN * 60 // self.per_minute))

    def filled(self, micro_tokens: int, passed: timedelta) -> int:
        """What a bucket holds some time after it held `micro_tokens`."""
        microseconds = max(passed // timedelta(microseconds=1), 0)
        gained = microseconds * self.per_minute // 60
        return min(self.burst * TOKEN, micro_tokens + gained)

    def until_next(self, micro_tokens: int) -> timedelta:
        """How long until there is a whole token."""
        lacking = max(TOKEN - micro_tokens, 0)
        return timedelta(microseconds=-(-lacking * 60 // self.per_minute))


@dataclass(frozen=True)
class Taken:
    """What was taken out of a bucket, what is left, and when to ask again if too little was."""

    tokens: int
    left: int
    again_at: datetime


def take(rate: Rate, left: int, filled_at: datetime, wanted: int, now: datetime) -> Taken:
    """Up to `wanted` tokens."""
    micro_tokens = rate.filled(left, now - filled_at)
    tokens = min(wanted, micro_tokens // TOKEN)
    micro_tokens -= tokens * TOKEN
    return Taken(tokens, micro_tokens, now + rate.until_next(micro_tokens))


def day_of(at: datetime) -> date:
    """The day in London."""
    return at.astimezone(LONDON).date()
