"""Whose records a message names is told by its fields: every field with an id says which it is."""

import dataclasses
import typing
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import headship_contracts.catalogue  # noqa: F401 - importing it registers every request
from headship_contracts.enrolment.people import PeopleFound, Person
from headship_contracts.enrolment.waitlist import SwapDeliveryPartners
from headship_contracts.messages import REQUESTS, Request
from headship_contracts.records import BESIDE, GATHERINGS, NOBODYS, RECORDS, records_in
from headship_contracts.shape import Shape


def shapes_of(shape: type[Shape]) -> Iterator[type[Shape]]:
    yield shape
    for hint in typing.get_type_hints(shape).values():
        for inner in _shapes_in(hint):
            yield from shapes_of(inner)


def _shapes_in(hint: Any) -> Iterator[type[Shape]]:
    if isinstance(hint, type) and issubclass(hint, Shape):
        yield hint
    for argument in typing.get_args(hint):
        yield from _shapes_in(argument)


def _ids(shape: type[Shape]) -> Iterator[str]:
    hints = typing.get_type_hints(shape)
    for member in dataclasses.fields(shape):
        hint = hints[member.name]
        if hint is UUID or UUID in typing.get_args(hint) or hint == list[UUID] | None:
            yield member.name


def test_every_field_with_an_id_is_known_as_a_persons_or_as_nobodys() -> None:
    known = {*RECORDS, *GATHERINGS, *NOBODYS, *BESIDE}

    unknown = {
        f"{shape.__name__}.{name}"
        for request in REQUESTS.values()
        if request.__module__.startswith("headship_contracts.")
        for top in (request, request.wire.reply)
        for shape in shapes_of(top)
        for name in _ids(shape)
        if name not in known
    }

    assert unknown == set(), "say in headship_contracts.records whose they are"


def test_what_names_a_persons_record_is_an_id() -> None:
    others = {
        f"{shape.__name__}.{member.name}"
        for request in REQUESTS.values()
        if request.__module__.startswith("headship_contracts.")
        for top in (request, request.wire.reply)
        for shape in shapes_of(top)
        for member in dataclasses.fields(shape)
        if member.name in {*RECORDS, *GATHERINGS} and member.name not in set(_ids(shape))
    }

    assert others == set()


TEXTS = frozenset(
    {
        *("full_name", "email", "address", "recipient", "to_address", "to_name", "csv", "content"),
        *("body", "statement", "reflection", "report", "comment", "cells", "value", "answer"),
        *("teacher_reference_number", "filename", "payer_reference", "given_by"),
    }
)
"""Fields whose text may be a person's."""

NOTED_BY_THE_STORY = {
    ("enrolment", "export_applications"),
    ("enrolment", "export_ledger"),
    ("sessions", "import_study"),
}
"""Files that tell of many people: their stories call `tx.audit`."""

NOBODYS_TEXTS = {
    *(("enrolment", name) for name in ("get_course", "list_courses", "set_course_terms")),
    *(("enrolment", name) for name in ("import_eligibility_list", "import_schools")),
    *(("notifications", name) for name in ("archive_wording", "list_templates", "save_wording")),
    *(("sessions", name) for name in ("get_template", "import_terms")),
}


def test_what_tells_texts_names_whose_they_are_or_has_its_story_do_so() -> None:
    silent = set()
    for method, request in REQUESTS.items():
        shapes = [*shapes_of(request), *shapes_of(request.wire.reply)]
        told = {
            m.name for shape in shapes_of(request.wire.reply) for m in dataclasses.fields(shape)
        }
        names = {member.name for shape in shapes for member in dataclasses.fields(shape)}
        if request.__module__.startswith("headship_contracts.") and told & TEXTS:
            silent |= set() if names & RECORDS.keys() else {method}

    assert silent == NOTED_BY_THE_STORY | NOBODYS_TEXTS


def test_no_field_is_in_two_of_the_tables() -> None:
    tables = [set(RECORDS), set(GATHERINGS), set(NOBODYS), set(BESIDE)]

    assert sum(map(len, tables)) == len(set().union(*tables))


def test_each_shape_of_an_answer_names_the_record_that_it_is_about() -> None:
    ada, bea = uuid4(), uuid4()
    reply = PeopleFound(
        people=[
            Person(person_id=one, kind="participant", full_name="Ada Test") for one in (ada, bea)
        ]
    )

    assert list(records_in(reply)) == [("person", ada), ("person", bea)]


def test_lists_of_ids_name_each() -> None:
    ids = [uuid4(), uuid4()]
    request: Request[Any] = SwapDeliveryPartners(application_ids=ids, reason="they asked for it")

    assert [record for _, record in records_in(request)] == ids
