"""What one hub may ask: over all replicas, and without the others' noticing."""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hub_ground import WITHOUT_LIMIT, Ground, wait_until
from stranger import Stranger

from headship_contracts.enrolment.hub import ListHubParticipants
from headship_contracts.errors import Unavailable
from headship_hub import Hub
from kit.db import ServiceDatabase
from kit.hubs.allowances import Limits, Share, lease
from kit.hubs.turns import Turns

LIST = "enrolment.list_hub_participants"
LIMITS = Limits(calls_per_second=20, at_once=4)


@pytest.fixture
def database(a_database: Callable[[str], ServiceDatabase]) -> ServiceDatabase:
    return a_database("enrolment")


def at_the_beginning_of_a_second() -> None:
    time.sleep(1 - time.time() % 1)


def test_replicas_together_are_given_no_more_calls_than_one_hub_has(
    database: ServiceDatabase,
) -> None:
    hub, wanted = uuid4(), Share(9, 1)
    at_the_beginning_of_a_second()

    given = [lease(database, hub, f"replica {n}", wanted, LIMITS).calls for n in range(4)]

    assert given == [9, 9, 2, 0]
    assert lease(database, uuid4(), "replica 0", wanted, LIMITS).calls == 9


def test_replicas_together_run_no_more_calls_at_once_and_a_dead_ones_come_back(
    database: ServiceDatabase,
) -> None:
    hub = uuid4()

    given = [lease(database, hub, f"replica {n}", Share(0, 3), LIMITS).slots for n in range(3)]

    assert given == [3, 1, 0]
    assert lease(database, hub, "replica 0", Share(0, 1), LIMITS).slots == 1
    assert lease(database, hub, "replica 2", Share(0, 3), LIMITS).slots == 2
    wait_until(lambda: lease(database, hub, "replica 3", Share(0, 4), LIMITS).slots == 4, seconds=8)


def test_many_who_lease_at_the_same_moment_are_given_what_there_is(
    database: ServiceDatabase,
) -> None:
    hub, given = uuid4(), []
    at_the_beginning_of_a_second()

    def take(replica: str) -> None:
        for _ in range(3):
            given.append(lease(database, hub, replica, Share(3, 1), LIMITS).calls)

    threads = [threading.Thread(target=take, args=[f"replica {n}"]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(given) <= LIMITS.calls_per_second * 2  # at most two seconds were touched


def test_two_replicas_turns_are_one_hubs_together(database: ServiceDatabase) -> None:
    hub = uuid4()
    one, other = (a_replica(database, f"replica {n}") for n in range(2))
    at_the_beginning_of_a_second()

    taken = 0
    for turns in (one, other) * 20:
        try:
            turns.take(hub)
        except Unavailable:
            continue
        taken += 1
        turns.give_back(hub)

    assert taken == LIMITS.calls_per_second


def test_turns_at_hand_and_turns_asked_for_are_one_allowance(database: ServiceDatabase) -> None:
    hub, turns = uuid4(), a_replica(database, "replica")
    at_the_beginning_of_a_second()

    at_hand = asked_for = 0
    for _ in range(LIMITS.calls_per_second * 2):
        if turns.take_at_hand(hub):
            at_hand += 1
            assert not turns.take_at_hand(hub), "more at once than were leased"
        else:
            try:
                turns.take(hub)
            except Unavailable:
                continue
            asked_for += 1
        turns.give_back(hub)

    assert at_hand + asked_for == LIMITS.calls_per_second
    assert asked_for == 5, "each time that a fifth of the calls was leased"


def test_one_more_call_at_once_than_allowed_is_refused_until_one_ends(
    database: ServiceDatabase,
) -> None:
    hub, turns = uuid4(), a_replica(database, "replica")
    for _ in range(LIMITS.at_once):
        turns.take(hub)

    with pytest.raises(Unavailable, match="too_many_at_once"):
        turns.take(hub)
    turns.give_back(hub)
    turns.take(hub)


def a_replica(database: ServiceDatabase, name: str) -> Turns:
    def leasing(hub: UUID, wanted: Share) -> Share:
        return lease(database, hub, name, wanted, LIMITS)

    return Turns(LIMITS, leasing)


@pytest.fixture
def limited(hubs_ground: Ground) -> Iterator[Ground]:
    """The same ground, enrolment answered by two processes that limit as they do by themselves."""
    hubs_ground.restart_enrolment(2)
    yield hubs_ground
    hubs_ground.restart_enrolment(1, **WITHOUT_LIMIT)


@pytest.mark.alone
def test_a_client_with_sixteen_threads_waits_for_its_turns_and_is_answered(
    limited: Ground,
) -> None:
    end, answered = time.monotonic() + 5, []

    def ask(hub: Hub) -> None:
        while time.monotonic() < end:
            answered.append(hub.call(ListHubParticipants(limit=1), seconds=8))

    with (
        Hub(limited.hubs[limited.hub("Ours")]) as hub,
        ThreadPoolExecutor(max_workers=16) as threads,
    ):
        for asked in [threads.submit(ask, hub) for _ in range(16)]:
            asked.result()

    assert 50 < len(answered) <= 50 * (5 + 8)


@pytest.mark.alone
def test_a_flood_of_one_hubs_is_bounded_and_the_others_hardly_notice(
    limited: Ground, as_hub: Callable[[str], Stranger], capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = as_hub("Theirs")
    for _ in range(20):
        theirs.ask(LIST, {"limit": 1})
    at_the_beginning_of_a_second()  # which has all its calls yet
    idle = paced(theirs)
    address = limited.hubs[limited.hub("Ours")]
    seconds = 2 + len(idle) * PACE
    command = [sys.executable, str(Path(__file__).with_name("flood.py")), address, LIST]
    with subprocess.Popen([*command, str(seconds)], stdout=subprocess.PIPE) as flood:
        time.sleep(1)  # it is to be under way
        flooded = paced(theirs)
        told = json.loads(flood.communicate(timeout=60)[0])

    codes, done = set(told["codes"]), told["codes"]["answered"]
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{told['sent']} requests of one hub in {seconds:.0f} s, {done} answered; another's "
            f"p99 is {p99(flooded) * 1000:.1f} ms, {p99(idle) * 1000:.1f} ms without it "
            f"({p99(flooded) / p99(idle):.2f}x)"
        )
    assert codes <= {"answered", "too_many_calls", "too_many_at_once"}
    assert done <= 50 * (seconds + 2)
    assert len(flooded) == len(idle)


PACE, CALLS = 0.03, 250


def paced(hub: Stranger) -> list[float]:
    """Seconds of each of its calls, at an ordinary pace. Fails where one is refused.
    Of a hundred the p99 would be whatever the machine did in the worst moment."""
    found = []
    for _ in range(CALLS):
        began = time.monotonic()
        assert hub.ask(LIST, {"limit": 1})["error"] is None
        found.append(time.monotonic() - began)
        time.sleep(max(0.0, PACE - found[-1]))
    return found


def p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[98]
