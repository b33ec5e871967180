"""What the gauge says and can be asked."""

from uuid import UUID

from headship_contracts.messages import Event, Request
from headship_contracts.shape import Shape, shape


@shape
class Measured(Event, source="gauge", heard_by=("gauge",)):
    """About as large on the wire as an application's event."""

    application_id: UUID
    state: str
    filler: str


@shape
class Words(Shape):
    """What comes back."""

    words: str


@shape
class Echo(Request[Words], to="gauge"):
    """Give the words back."""

    words: str


@shape
class Write(Request[Words], to="gauge", writes=True):
    """Keep the words, then give them back."""

    words: str


def measured(number: int) -> Measured:
    """One event; on the wire about 480 bytes, as long as those of the peers."""
    return Measured(
        revision=number, application_id=UUID(int=number), state="accepted", filler="x" * 60
    )
