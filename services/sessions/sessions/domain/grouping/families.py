"""Who must not meet in a coaching group: people of one school or one trust, so that heads speak
freely. Each such set of people is called a family here."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Someone in a group or to be put into one; a coach is one too. Unknowns are None.

    `access` is what somebody needs to take part, or what a coach's sessions provide: captions, ...
    """

    id: str
    school: str | None = None
    trust: str | None = None
    phase: str | None = None
    access: frozenset[str] = frozenset()


def families(people: Iterable[Person]) -> dict[str, str]:
    """Each person's id → the name of their family; who is alone in theirs has their own id.

    Schools and trusts are joined where anyone belongs to both, so that a person whose trust is
    not known is still kept from the others of their school's trust.
    """
    people = list(people)
    leads_to: dict[str, str] = {}

    def root(key: str) -> str:
        while leads_to.setdefault(key, key) != key:
            leads_to[key] = leads_to[leads_to[key]]
            key = leads_to[key]
        return key

    for person in people:
        if person.school and person.trust:
            leads_to[root(f"school {person.school}")] = root(f"trust {person.trust}")
    return {
        person.id: root(f"trust {person.trust}")
        if person.trust
        else root(f"school {person.school}")
        if person.school
        else person.id
        for person in people
    }
