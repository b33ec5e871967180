"""Self-study: how far people are with the units of their plans."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, items, number, text


@dataclass(frozen=True, kw_only=True)
class StudyEntry(Shape):
    """How far someone is with a unit, all told: `minutes` so far, or that it is finished."""

    application_id: UUID
    unit_code: str = text(longest=64)
    minutes: int | None = number(least=0, most=1_440, default=None)
    finished: bool = False
    worked_on: date | None = None  # in London; None: today


@dataclass(frozen=True, kw_only=True)
class StudyReport(Shape):
    """What recording did. `unchanged` entries said no more than was recorded already."""

    recorded: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class RecordStudy(Request[StudyReport], to="sessions", writes=True):
    """Record self-study of one or many people; all entries or none. Progress never goes back."""

    entries: list[StudyEntry] = items(most=2_000)
