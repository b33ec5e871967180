"""Whose calls run in a replica, and whose give way: without a bus and a database."""

import time
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import eventlet
import pytest
from eventlet.greenpool import GreenPool
from eventlet.semaphore import Semaphore
from hub_ground import wait_until

from headship_contracts.errors import Unavailable
from kit.hubs import turns as rules
from kit.hubs.allowances import Limits, Share
from kit.hubs.turns import Turns
from kit.transport.hub_server import HubServer

LIMITS = Limits(calls_per_second=1_000, at_once=4)
FLOODER, OTHER = uuid4(), uuid4()


@pytest.fixture
def turns() -> Turns:
    """Of a replica that is given whatever it wants."""

    def lease(_hub: UUID, wanted: Share) -> Share:
        return Share(wanted.calls, LIMITS.at_once if wanted.slots > 1 else wanted.slots)

    return Turns(LIMITS, lease)


def flood(turns: Turns, hub: UUID) -> list[bool]:
    """Which refusals are told, of five too many. Within one second."""
    time.sleep(1 - time.time() % 1)
    return [turns.is_told(hub) for _ in range(2 * LIMITS.calls_per_second + 5)]


def begins(turns: Turns, hub: UUID) -> bool:
    try:
        turns.take(hub)
    except Unavailable:
        return False
    return True


def test_who_is_refused_twice_as_often_as_they_may_call_is_told_no_more(turns: Turns) -> None:
    told = flood(turns, FLOODER)

    assert told == [True] * 2 * LIMITS.calls_per_second + [False] * 5
    assert turns.is_told(OTHER)


def test_of_a_flood_that_goes_on_few_refusals_are_told(turns: Turns) -> None:
    flood(turns, FLOODER)

    told = flood(turns, FLOODER)

    assert told == [True] * 200 + [False] * (len(told) - 200)


def test_calls_of_a_flood_run_one_by_one(turns: Turns) -> None:
    flood(turns, FLOODER)

    assert begins(turns, FLOODER)
    assert not begins(turns, FLOODER)
    assert turns.hopeless(FLOODER) is not None
    turns.give_back(FLOODER)
    assert begins(turns, FLOODER)


def test_calls_of_a_flood_wait_while_another_hub_is_served_and_now_and_then_one_runs(
    turns: Turns,
) -> None:
    flood(turns, FLOODER)
    assert begins(turns, FLOODER)
    turns.give_back(FLOODER)

    assert all(begins(turns, OTHER) for _ in range(LIMITS.at_once))
    assert not begins(turns, FLOODER)
    wait_until(lambda: begins(turns, FLOODER), seconds=5)


def test_a_flood_is_over_when_it_has_been_quiet_for_a_while(
    turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "FLOOD_SECONDS", 0.05)
    flood(turns, FLOODER)
    assert begins(turns, FLOODER)
    assert not begins(turns, FLOODER)

    wait_until(lambda: begins(turns, FLOODER), seconds=5)

    assert begins(turns, FLOODER)


def test_no_call_begins_at_hand_while_those_under_way_are_counted() -> None:
    begun = []

    def lease(hub: UUID, wanted: Share) -> Share:
        if wanted.calls:
            return Share(wanted.calls, LIMITS.at_once)
        begun.append(turns.take_at_hand(hub))
        return wanted

    turns = Turns(LIMITS, lease)
    time.sleep(1 - time.time() % 1)
    turns.take(OTHER)
    assert turns.take_at_hand(OTHER)
    turns.give_back(OTHER)

    turns.renew()

    assert begun == [False]


@pytest.fixture
def server(turns: Turns) -> Any:
    """With room for one call, one worker, and a turn of the other hub's at hand."""
    server: Any = HubServer()
    server.container = SimpleNamespace(_worker_pool=GreenPool(1))
    server._room, server._turns = Semaphore(1), turns
    time.sleep(1 - time.time() % 1)
    turns.take(OTHER)
    turns.give_back(OTHER)
    return server


@pytest.mark.parametrize("what", ["room", "a worker"])
def test_a_call_at_hand_overtakes_nobody_who_waits(server: Any, what: str) -> None:
    semaphore = server._room if what == "room" else server.container._worker_pool.sem
    semaphore.acquire()
    waiting = eventlet.spawn(semaphore.acquire)
    eventlet.sleep(0)

    semaphore.release()
    assert not server._all_at_hand(OTHER)
    waiting.wait()
    semaphore.release()
    assert server._all_at_hand(OTHER)
