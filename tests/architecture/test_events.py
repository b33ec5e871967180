"""What the contracts say about who hears what is what the code does, and what the docs say."""

from pathlib import Path

from cli.events import catalogue, ours, readers_of
from cli.services import service_classes


def test_each_event_is_heard_by_the_services_that_it_names() -> None:
    readers = readers_of(service_classes())

    told = {event.wire: set(event.wire.heard_by) for event in ours()}
    done = {event.wire: {reader.service for reader in readers.get(event, [])} for event in ours()}

    assert done == told


def test_the_catalogue_of_events_is_up_to_date(repository: Path) -> None:
    written = (repository / "docs" / "events.md").read_text()

    assert written == catalogue(service_classes()), "run `make events`"
