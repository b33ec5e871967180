"""What a hub's client does while the broker says nothing, and while nothing happens."""

import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from silent_broker import CHANNEL_OPEN, CONSUME, silent_broker

from headship_contracts.enrolment.hub import GetHubParticipant
from headship_contracts.errors import Unavailable
from headship_contracts.hub_changes import HubChange, HubChanges
from headship_hub import Hub, calling
from headship_hub.watching import FEEDS, watch

PUBLISH = (60, 40)


@pytest.mark.parametrize("after", [CHANNEL_OPEN, CONSUME, PUBLISH])
def test_a_broker_that_stops_talking_holds_no_call_beyond_its_deadline_and_no_goodbye(
    after: tuple[int, int],
) -> None:
    began = time.monotonic()
    with silent_broker(after=after) as address, Hub(address) as hub, pytest.raises(Unavailable):
        hub.call(GetHubParticipant(application_id=uuid4()), seconds=1)

    assert time.monotonic() - began < 10


def test_a_line_that_has_rested_too_long_costs_the_next_call_no_more_than_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("headship_hub.line.REST_SECONDS", 0.0)
    with silent_broker(after=PUBLISH) as address, Hub(address) as hub:
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(Unavailable):
                hub.call(GetHubParticipant(application_id=uuid4()), seconds=1)
            assert time.monotonic() - began < 10


class Platform(calling.Calls):
    """Four feeds at position `at`; what `happened` since a position is told by enrolment."""

    def __init__(self, at: int) -> None:
        super().__init__("amqp://hub:secret@127.0.0.1/hubs")
        self.at = at
        self.happened: dict[int, HubChange] = {}

    def call(self, request: Any, **_options: Any) -> Any:
        since = self.at if request.since is None else int(request.since)
        ours = request.wire.service == "enrolment"
        items = [one for at, one in self.happened.items() if ours and at > since]
        return HubChanges(items=items, since=str(self.at))

    def happen(self) -> None:
        self.at += 1
        self.happened[self.at] = HubChange(
            name="participant_deferred",
            record_id=uuid4(),
            application_id=uuid4(),
            occurred_at=datetime(2026, 9, 1, tzinfo=UTC),
            since=str(self.at),
        )


def test_what_happens_while_no_watch_runs_is_told_by_the_next_one() -> None:
    platform, kept, stop = Platform(at=7), list[Mapping[str, str]](), threading.Event()

    def keep(positions: Mapping[str, str]) -> None:
        kept.append(positions)
        stop.set()

    assert list(watch(platform, until=stop, keep=keep, every=0)) == []
    platform.happen()
    change = next(watch(platform, kept[-1], every=0))

    assert kept == [dict.fromkeys(FEEDS, "7")]
    assert change.change == platform.happened[8]


def test_positions_of_quiet_services_are_kept_as_they_grow() -> None:
    platform, kept, stop = Platform(at=7), list[Mapping[str, str]](), threading.Event()

    def keep(positions: Mapping[str, str]) -> None:
        kept.append(positions)
        platform.at = 9
        if len(kept) == 2:
            stop.set()

    list(watch(platform, until=stop, keep=keep, every=0))

    assert kept == [dict.fromkeys(FEEDS, "7"), dict.fromkeys(FEEDS, "9")]


def test_a_watch_of_a_client_that_was_closed_ends() -> None:
    with Hub("amqp://hub:secret@127.0.0.1:1/hubs") as hub:
        pass

    with pytest.raises(Unavailable, match="closed"):
        next(hub.watch(dict.fromkeys(FEEDS, "1.1"), every=0))
