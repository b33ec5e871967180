"""How marking will end if it goes on as it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

REMINDED_AT = (3, 1, 0, -1, -3, -7, -14)
"""Days before (or, below 0, after) its due date at which a marker is reminded of a script."""


@dataclass(frozen=True)
class Desk:
    """A marker's part: what is marked, when the first was given, and the due dates of the rest."""

    staff_id: str
    marked: int
    given_on: date
    due: Sequence[date] = ()
    started: int = 0

    def pace(self, today: date) -> float:
        """Scripts a day, today included."""
        return self.marked / ((today - self.given_on).days + 1)

    def finishes_on(self, today: date) -> date | None:
        """When the last one is marked at this pace; None where there is no pace to go by."""
        if not self.due:
            return today
        pace = self.pace(today)
        return None if pace == 0 else today + timedelta(days=ceil(len(self.due) / pace))

    def late(self, today: date) -> bool:
        """Whether the last will be late at this pace, or any is late already."""
        if not self.due:
            return False
        ends = self.finishes_on(today)
        return min(self.due) < today or (ends is not None and ends > max(self.due))

    def overdue(self, today: date) -> int:
        return sum(day < today for day in self.due)


def reminds(due: Sequence[date], today: date) -> bool:
    """Whether today is a day to remind of any of these."""
    return any((day - today).days in REMINDED_AT for day in due)


def expected_seconds(open_firsts: int, decided: int, second_marked: int) -> int:
    """Second markings still to come, at the rate of those decided; a half before any is."""
    rate = second_marked / decided if decided else 0.5
    return ceil(open_firsts * rate)
