"""Who is behind an id: the one question that services ask each other.

Names and addresses are asked for at the moment of use and kept nowhere else.
"""

from uuid import UUID

from headship_contracts.messages import Request
from headship_contracts.shape import Shape, items, shape


@shape
class Person(Shape):
    """A participant or a member of staff. `email` is None where none is known."""

    person_id: UUID  # participant_id or staff_id
    kind: str  # participant | staff
    full_name: str
    email: str | None = None


@shape
class PeopleFound(Shape):
    """Those found; an id that nobody has is left out."""

    people: list[Person]


@shape
class People(Request[PeopleFound], to="enrolment"):
    """Names and addresses of up to 500 participants and staff at once; audited."""

    ids: list[UUID] = items(most=500)
