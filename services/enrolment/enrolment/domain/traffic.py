"""The traffic with DfE: how long to wait after a failure, from when to read, what is believable."""

from datetime import datetime, timedelta

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
FIRST_WAIT_UNAUTHORISED = timedelta(minutes=1)

BELIEVABLE_LOSS = 10
"""Applications, and percent, that may vanish from DfE's list between two full syncs."""


def wait_after(failures: int, chance: float, *, first: timedelta = FIRST_WAIT) -> timedelta:
    """Doubles with each failure in a row, up to the longest; `chance` (0 to 1) takes up to half
    off, so that not all come back at once.
    """
    doubled = first * float(1 << min(failures - 1, 16))
    return min(doubled, LONGEST_WAIT) * (1 - chance / 2)


def read_since(last_started_at: datetime | None, interval: timedelta) -> datetime | None:
    """From when to read: two windows back, as DfE advises. None: everything."""
    return None if last_started_at is None else last_started_at - interval


def loss_is_believable(vanished: int, held: int) -> bool:
    """Whether so many missing applications can be true, and not another provider's token."""
    return vanished <= max(BELIEVABLE_LOSS, held * BELIEVABLE_LOSS // 100)
