"""The catalogue of messages: names, registration, and rules that every event keeps."""

import dataclasses
import typing

import pytest

import headship_contracts.catalogue  # noqa: F401  registers all
from headship_contracts.enrolment.people import People, PeopleFound
from headship_contracts.errors import CROSSING, Invalid, NotFound, ServiceError
from headship_contracts.messages import EVENTS, REQUESTS, Event, wire_name

PERSONAL = {"email", "full_name", "first_name", "last_name", "trn", "date_of_birth", "address"}

EVERY_EVENT = sorted(
    (event for event in EVENTS.values() if event.__module__.startswith("headship_contracts.")),
    key=lambda event: event.__name__,  # other tests have events of their own
)


def test_a_class_name_becomes_its_wire_name() -> None:
    assert wire_name("ApplicationAccepted") == "application_accepted"
    assert wire_name("SyncFromDfe") == "sync_from_dfe"


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: event.__name__)
def test_an_event_is_named_in_the_past_by_who_owns_it(event: type[Event]) -> None:
    assert EVENTS[event.wire.source, event.wire.name] is event
    assert event.__module__ == f"headship_contracts.{event.wire.source}.events"
    assert event.wire.source not in event.wire.heard_by


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: event.__name__)
def test_an_event_carries_a_revision_and_nothing_personal(event: type[Event]) -> None:
    fields = {member.name for member in dataclasses.fields(event)}

    assert "revision" in fields
    assert not fields & PERSONAL


@pytest.mark.parametrize("event", EVERY_EVENT, ids=lambda event: event.__name__)
def test_an_event_says_what_it_is(event: type[Event]) -> None:
    assert event.__doc__
    assert not event.__doc__.startswith(event.__name__)


def test_every_request_has_a_shape_for_its_answer() -> None:
    for request in REQUESTS.values():
        assert dataclasses.is_dataclass(request.wire.reply), request
        typing.get_type_hints(request)


def test_a_request_knows_where_it_goes_and_what_comes_back() -> None:
    assert (People.wire.service, People.wire.method) == ("enrolment", "people")
    assert People.wire.reply is PeopleFound
    assert not People.wire.writes


@pytest.mark.parametrize("kind", CROSSING)
def test_an_error_can_be_made_again_from_what_travels(kind: type[ServiceError]) -> None:
    error = kind("a_code", "some detail", {"field": ["a problem"]})

    again = kind(*error.args)

    assert (again.code, again.detail, again.fields) == ("a_code", "some detail", error.fields)
    assert str(again).startswith("a_code: ")


def test_an_error_tells_each_field_in_its_text() -> None:
    assert str(NotFound("gone")) == "gone"
    assert "limit: must be 1 to 500" in str(
        Invalid("invalid_fields", "", {"limit": ["must be 1 to 500"]})
    )
