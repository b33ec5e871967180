"""What the demo knows of its cohort while it plays, and the calendar that it plays by."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from cli.demo.cast import Player
from kit.clock import LONDON

COURSE = "npq-headship"
COHORT = "2026b"
SCHEDULE = "npq-leadership-autumn"
APPLICATIONS = 60
HUBS = 6
PLACES = 58
MONTHS = 21

REGISTERED_FROM = date(2026, 6, 15)
ADMISSIONS = date(2026, 9, 7)
TRAINING_STARTS = date(2026, 10, 1)
MERGED_ON = date(2026, 11, 9)
PAUSES_ON = date(2027, 1, 11)
GOES_ON_ON = date(2027, 3, 8)
WITHDRAWS_ON = date(2027, 2, 22)
DEFERS_ON = date(2027, 5, 17)
CLAWED_BACK_ON = date(2027, 7, 5)
RETURNS_ON = date(2028, 9, 1)
"""Expected of who defers in May, and after the end of the demo."""

MILESTONES = {
    "started": (date(2026, 10, 1), date(2026, 11, 25)),
    "retained-1": (date(2027, 3, 1), date(2027, 5, 26)),
    "retained-2": (date(2027, 10, 1), date(2028, 1, 24)),
    "completed": (date(2028, 4, 1), date(2028, 7, 25)),
}
"""Opening and deadline of each type of declaration. DfE has published none for this cohort yet:
these are the demo's own."""


@dataclass
class Hub:
    """A delivery partner, its coaches by the slot in which each leads a group, and its people."""

    delivery_partner_id: UUID
    name: str
    coaches: Mapping[str, UUID]
    players: Sequence[Player] = ()


@dataclass
class Story:
    """The cohort, as far as it has come."""

    seed: int
    players: list[Player] = field(default_factory=list)
    hubs: list[Hub] = field(default_factory=list)
    markers: list[UUID] = field(default_factory=list)
    seniors: list[UUID] = field(default_factory=list)
    """Those of the markers who adjudicate, and decide appeals."""
    paper_id: UUID | None = None
    group_sizes: list[int] = field(default_factory=list)
    """As the groups were formed."""
    gone: set[UUID] = field(default_factory=set)
    """Applications that are withdrawn or deferred."""

    @property
    def in_training(self) -> list[Player]:
        return [p for p in self.players if p.part.accepted and p.application_id not in self.gone]

    def named(self, part: str) -> Player:
        """The one player of that part."""
        (found,) = [player for player in self.players if player.part.name == part]
        return found

    def all_named(self, part: str) -> list[Player]:
        """The players of that part."""
        return [player for player in self.players if player.part.name == part]

    def by_application(self) -> dict[UUID, Player]:
        return {player.application_id: player for player in self.players}

    def chance(self, *about: object) -> random.Random:
        """Randomness that depends on the seed and on what it is about, and on nothing else."""
        return random.Random("/".join(str(part) for part in (self.seed, *about)))  # nosec B311 # repeatable on purpose; nothing secret


def in_london(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant by London's wall clock."""
    return datetime.combine(day, time(hour, minute), LONDON)


def days_from(first: date, last: date) -> Iterable[date]:
    """Each day, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
