"""What the toy services say to each other."""

from dataclasses import dataclass

from headship_contracts.messages import Event, Request
from headship_contracts.shape import Shape


@dataclass(frozen=True, kw_only=True)
class LampLit(Event, source="lamp", heard_by=("almanac",)):
    """A lamp was lit."""

    lamp: str


@dataclass(frozen=True, kw_only=True)
class LampRecord(Shape):
    """A lamp, and the greeting of the service that lit it."""

    lamp: str
    greeting: str


@dataclass(frozen=True, kw_only=True)
class Count(Shape):
    """A number of things."""

    number: int


@dataclass(frozen=True, kw_only=True)
class LightLamp(Request[LampRecord], to="lamp", writes=True):
    """Light a lamp; `seconds` is how long that takes."""

    lamp: str
    seconds: int = 0


@dataclass(frozen=True, kw_only=True)
class Dwell(Request[Count], to="lamp"):
    """Answer after so many seconds."""

    seconds: int


@dataclass(frozen=True, kw_only=True)
class Spin(Request[Count], to="lamp"):
    """Compute in the service's own process, without letting others run, for so many seconds."""

    seconds: int


@dataclass(frozen=True, kw_only=True)
class CountLit(Request[Count], to="almanac"):
    """How many lamps are in the almanac."""


@dataclass(frozen=True, kw_only=True)
class AskAlmanac(Request[Count], to="lamp"):
    """The almanac's count, asked by the lamps on the caller's behalf."""
