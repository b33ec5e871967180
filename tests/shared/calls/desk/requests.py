"""What the desk can be asked."""

from datetime import date

from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, shape, text


@shape
class Said(Shape):
    """What was said, and who the desk took the caller for."""

    words: str
    caller: str
    correlation_id: str


@shape
class Loan(Shape):
    """A book that has been lent."""

    number: int
    book: str


@shape
class Loans(Page):
    """A page of loans."""

    items: list[Loan] = items(most=500)


@shape
class Say(Request[Said], to="desk"):
    """Say it back, after `pause` milliseconds."""

    words: str = text(longest=100)
    pause: int = 0


@shape
class Lend(Request[Loan], to="desk", writes=True):
    """Lend a book. `trouble` says what shall go wrong."""

    book: str
    due_on: date | None = None
    trouble: str = ""


@shape
class LendSlowly(Request[Loan], to="desk", writes=True):
    """Lend a book, outside of a transaction, after `pause` milliseconds."""

    book: str
    pause: int = 0


@shape
class Close(Request[Done], to="desk", writes=True):
    """Close the desk: for staff."""


@shape
class ListLoans(ListRequest[Loans], to="desk"):
    """All loans."""


@shape
class Reopen(Request[Done], to="desk", writes=True):
    """Wake the desk's timer."""


@shape
class PassOn(Request[Said], to="desk"):
    """Have it said by a colleague, who has `seconds` to answer."""

    words: str
    pause: int = 0
    seconds: int = 5


@shape
class Reserve(Request[Done], to="desk", writes=True):
    """Wait for a book, if nobody does already."""

    book: str
