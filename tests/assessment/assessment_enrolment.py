"""Enrolment, as far as assessment asks it."""

from typing import Any

from headship_contracts.enrolment.people import People, PeopleFound, Person


def a_person(person_id: Any, full_name: str) -> Person:
    return Person(person_id=person_id, kind="participant", full_name=full_name)


def everybodys_name(request: People, **_: Any) -> PeopleFound:
    """The answer when everybody is known, by a name that stands in no script."""
    return PeopleFound(people=[a_person(one, "Zoe Zuleika") for one in request.ids])
