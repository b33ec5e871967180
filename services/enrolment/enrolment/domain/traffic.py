"""The traffic with DfE: how long to wait after a failure, when and from when to read, how many
calls to make, what is believable.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=10)
FIRST_WAIT_UNAUTHORISED = timedelta(minutes=1)

BELIEVABLE_LOSS = 10
"""Records, and percent, that may vanish from a list of DfE's between two full syncs."""

WINDOW = timedelta(minutes=5)
"""DfE limits the calls in any five minutes."""

BLOCK = 10
"""Calls that a process takes from the budget at once."""

STEPS = {
    "submitted": {"eligible", "ineligible"},
    "eligible": {"payable"},
    "payable": {"paid", "eligible"},
    "paid": set(),
    "awaiting_clawback": {"clawed_back"},
}
"""How a declaration goes on at DfE by itself, with its statement."""

BUSY_MINUTES = 2
"""Minutes before and after the full hour in which everybody else reads from DfE."""


def wait_after(failures: int, chance: float, *, first: timedelta = FIRST_WAIT) -> timedelta:
    """Doubles with each failure in a row, up to the longest; `chance` (0 to 1) takes up to half
    off, so that not all come back at once.
    """
    doubled = first * float(1 << min(failures - 1, 16))
    return min(doubled, LONGEST_WAIT) * (1 - chance / 2)


def read_since(last_started_at: datetime | None, interval: timedelta) -> datetime | None:
    """From when to read: two windows back, as DfE advises. None: everything."""
    return None if last_started_at is None else last_started_at - interval


def next_read(begun_at: datetime, interval: timedelta, chance: float) -> datetime:
    """When to read again: after the interval, less up to a twentieth of it by `chance` (0 to 1),
    and not about the full hour, when everybody does.
    """
    wanted = begun_at + interval - interval * (chance / 20)
    off_the_hour = (wanted.minute + BUSY_MINUTES) % 60
    if interval < WINDOW or off_the_hour > 2 * BUSY_MINUTES:
        return wanted
    return wanted + timedelta(minutes=2 * BUSY_MINUTES + 1 - off_the_hour)


def loss_is_believable(vanished: int, held: int) -> bool:
    """Whether so many missing records can be true, and not another provider's token."""
    return vanished <= max(BELIEVABLE_LOSS, held * BELIEVABLE_LOSS // 100)


def is_a_step(former: str, now: str) -> bool:
    """Whether statements lead a declaration from one state to the other, in one step or several."""
    reached: set[str] = set()
    ahead = [former]
    while ahead:
        for state in STEPS.get(ahead.pop(), set()) - reached:
            reached.add(state)
            ahead.append(state)
    return now in reached


@dataclass(frozen=True, kw_only=True)
class Budget:
    """Calls that may be made now, of all replicas together. It fills up with time.

    Never more than `limit` calls in any five minutes: a fifth of them can be kept for a burst, the
    rest comes evenly. Half of the burst is for writes alone, so that they never wait for a sync.
    """

    limit: int
    left: int
    filled_at: datetime

    @property
    def burst(self) -> int:
        """The most that is kept."""
        return max(1, self.limit // 5)

    @property
    def _each(self) -> timedelta:
        return WINDOW / max(1, self.limit - self.burst)

    def at(self, now: datetime) -> "Budget":
        """The budget with what has come since it was last looked at."""
        if now <= self.filled_at:
            return self
        come = int((now - self.filled_at) / self._each)
        if self.left + come >= self.burst:
            return replace(self, left=self.burst, filled_at=now)
        return replace(self, left=self.left + come, filled_at=self.filled_at + come * self._each)

    def take(self, *, for_writes: bool) -> tuple[int, "Budget"]:
        """A block of calls, or as many as there are; 0: none for now."""
        kept = 0 if for_writes else self.burst // 2
        taken = max(0, min(BLOCK, self.left - kept))
        return taken, replace(self, left=self.left - taken)

    def give_back(self, unused: int) -> "Budget":
        """With calls that were taken and not made."""
        return replace(self, left=min(self.burst, self.left + unused))

    def wait(self, *, for_writes: bool) -> timedelta:
        """How long until there is a call to take."""
        kept = 0 if for_writes else self.burst // 2
        return self._each * max(1, kept + 1 - self.left)
