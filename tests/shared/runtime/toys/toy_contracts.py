"""What the toy services say to each other."""

from headship_contracts.messages import Event, Request
from headship_contracts.shape import Shape, shape


@shape
class LampLit(Event, source="lamp", heard_by=("almanac",)):
    """A lamp was lit."""

    lamp: str


@shape
class LampRecord(Shape):
    """A lamp, and the greeting of the service that lit it."""

    lamp: str
    greeting: str


@shape
class Count(Shape):
    """A number of things."""

    number: int


@shape
class LightLamp(Request[LampRecord], to="lamp", writes=True):
    """Light a lamp; `seconds` is how long that takes."""

    lamp: str
    seconds: int = 0


@shape
class Dwell(Request[Count], to="lamp"):
    """Answer after so many seconds."""

    seconds: int


@shape
class Spin(Request[Count], to="lamp"):
    """Compute in the service's own process, without letting others run, for so many seconds."""

    seconds: int


@shape
class CountLit(Request[Count], to="almanac"):
    """How many lamps are in the almanac."""


@shape
class AskAlmanac(Request[Count], to="lamp"):
    """The almanac's count, asked by the lamps on the caller's behalf."""
