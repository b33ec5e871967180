"""Handlers that fail, and messages that are none: retried, parked with a reason, replayed."""

import json
import time
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from kombu import Producer
from ledger.events import Posted
from ledger.running import DEAD, QUEUE, Ledger, wait_until

from kit.bus.reading import MAX_BYTES
from kit.bus.republish import republish
from kit.bus.retry import ATTEMPTS
from kit.db.tables import parked
from kit.transport import dead_letters
from kit.transport.dead_letters import DeadLetter, everything
from kit.transport.handles import GROUPS_AT_ONCE

EVENT = "0192f0c4-0000-7000-8000-00000000000f"


def a_message(**changes: Any) -> bytes:
    """A `Posted` on the wire, with changes."""
    wire = {
        "event_id": str(uuid4()),
        "source": "ledger",
        "name": "posted",
        "version": 1,
        "occurred_at": "2026-09-01T09:00:00+00:00",
        "sent_at": "2026-09-01T09:00:00+00:00",
        "correlation_id": "0" * 32,
        "body": {"number": 1, "revision": 1},
    }
    return json.dumps(wire | changes).encode()


def test_a_handler_that_fails_for_a_while_succeeds_once(a_ledger: Ledger) -> None:
    unlocked = a_ledger.scratch / "unlocked"
    a_ledger.start()
    a_ledger.post(1, trouble=f"until:{unlocked}")
    wait_until(lambda: "the ledger is locked" in a_ledger.log())

    unlocked.touch()

    a_ledger.wait_for(1)
    assert a_ledger.entries() == {1: 1}


def test_a_handler_that_always_fails_is_parked_with_its_reason_while_others_flow(
    a_ledger: Ledger,
) -> None:
    a_ledger.start()

    a_ledger.post(1, trouble="always")
    a_ledger.post(*range(2, 50))

    a_ledger.wait_for(*range(2, 50))
    (letter,) = a_ledger.wait_for_letters(1)
    assert (letter.queue, letter.error_type, letter.attempts) == (QUEUE, "RuntimeError", 4)
    assert letter.error == "RuntimeError: the ledger is jammed"
    assert "_get_into_trouble" in letter.stack
    assert letter.first_seen is not None
    assert 1 not in a_ledger.entries()


def test_what_is_refused_is_parked_at_once(a_ledger: Ledger) -> None:
    a_ledger.start()

    a_ledger.post(1, trouble="refused")

    (letter,) = a_ledger.wait_for_letters(1)
    assert (letter.error, letter.attempts) == ("Refused: not_in_this_ledger", 1)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"number": value}
    return value


UNREADABLE = {
    b"\xff\xfe": "not JSON",
    b"{'number': 1}": "not JSON: Expecting property name enclosed in double quotes at character 1",
    b"[1]": "not an object but a list",
    b"[" * 100_000: "not JSON: RecursionError",
    b"{}": "wrong envelope: correlation_id: Missing data for required field.; event_id: Missing",
    a_message(name="eaten"): "unknown event ledger.eaten",
    a_message(name="entered"): "ledger.entered is not for this queue",
    a_message(version=2): "unknown version 2 of ledger.posted: this code reads version 1",
    a_message(body={"number": "one"}): "wrong shape of posted: number: Not a valid integer.; rev",
    a_message(body={"number": [[1]] * 40}): "wrong shape of posted: number: Not a valid integer.",
    a_message(body=nested(40)): "not JSON: more than 32 lists and objects lie within each other",
    a_message(body=None): "wrong shape of posted: expected the fields of Posted",
    b" " * (MAX_BYTES + 1024): "oversized: 1281 KiB, at most 1280 are read",
    b"[2]": "not an object but a list",
    b"[3]": "not an object but a list",
}
HEADERS = {b"[2]": {"note": "x" * 130_000}, b"[3]": {ATTEMPTS: 2**63 - 1}}
"""As long as one frame holds, so that nothing of ours fits; as many attempts as can be counted."""


def test_what_is_no_event_is_parked_at_once_and_says_why(a_ledger: Ledger) -> None:
    a_ledger.start()
    for body in UNREADABLE:
        a_ledger.publish(body, headers=HEADERS.get(body, {}))
    a_ledger.post(7)

    found = {letter.body: letter.error for letter in a_ledger.wait_for_letters(len(UNREADABLE))}

    a_ledger.wait_for(7)
    told = {body: why for body, why in UNREADABLE.items() if why not in found.get(body, "")}
    assert told == {}


def test_an_event_that_is_not_json_or_asks_to_be_unpacked_is_parked_and_not_lost(
    a_ledger: Ledger,
) -> None:
    a_ledger.start()
    good = a_message()
    a_ledger.publish_as(good, content_type="application/x-python-serialize")
    a_ledger.publish_as(zlib.compress(good), headers={"compression": "zlib"})

    found = [letter.error for letter in a_ledger.wait_for_letters(2)]
    assert "Unreadable: not JSON: its content type is not application/json" in found
    assert "Unreadable: not JSON: UnicodeDecodeError" in found


def test_the_bad_events_of_a_group_do_not_take_the_good_ones_with_them(a_ledger: Ledger) -> None:
    a_ledger.tell(
        *(
            Posted(number=n, revision=n, trouble="refused" if n in (7, 31) else "")
            for n in range(100)
        )
    )

    a_ledger.start()

    good = set(range(100)) - {7, 31}
    a_ledger.wait_for(*good)
    a_ledger.wait_for_letters(2)
    assert a_ledger.entries() == dict.fromkeys(good, 1)


def test_a_bad_event_in_front_of_more_than_is_taken_at_once_holds_nothing_up(
    a_ledger: Ledger,
) -> None:
    a_ledger.tell(
        *(Posted(number=n, revision=n, trouble="" if n else "refused") for n in range(500))
    )

    process = a_ledger.start()

    a_ledger.wait_for(*range(1, 500))
    a_ledger.wait_for_letters(1)
    a_ledger.stop(process)
    assert a_ledger.depth(QUEUE) == 0, "what is done was acknowledged, and does not come again"


def test_a_repeat_of_what_is_parked_is_not_parked_again(a_ledger: Ledger) -> None:
    a_ledger.start()
    message = a_message(event_id=EVENT, body={"number": 1, "revision": 1, "trouble": "refused"})
    for _ in range(5):
        a_ledger.publish(message)
    a_ledger.wait_for_letters(1)

    a_ledger.publish(message)

    wait_until(lambda: a_ledger.log().count('"outcome": "duplicate"') == 5)
    assert a_ledger.depth(DEAD) == 1
    assert [(row.event_id, row.state) for row in a_ledger.rows(parked)] == [(EVENT, "parked")]


def test_who_looks_at_the_letters_again_and_again_sees_all_of_them(a_ledger: Ledger) -> None:
    a_ledger.start()
    a_ledger.post(*range(60), trouble="refused")
    a_ledger.wait_for_letters(60)

    seen = [{letter.event_id for letter in a_ledger.letters()} for _ in range(10)]

    assert [len(events) for events in seen] == [60] * 10


def test_a_replay_brings_the_letter_back_to_its_handler(a_ledger: Ledger) -> None:
    unlocked = a_ledger.scratch / "unlocked"
    a_ledger.start()
    a_ledger.post(1, 2, trouble=f"until:{unlocked}")
    a_ledger.wait_for_letters(2)
    unlocked.touch()

    replayed = dead_letters.replay("ledger", a_ledger.amqp_uri, everything, a_ledger.engine)

    assert replayed == 2
    a_ledger.wait_for(1, 2)
    assert a_ledger.letters() == []
    assert {row.state for row in a_ledger.rows(parked)} == {"replayed"}


def test_what_fails_again_after_a_replay_is_parked_again(a_ledger: Ledger) -> None:
    a_ledger.start()
    a_ledger.post(1, trouble="refused")
    a_ledger.wait_for_letters(1)

    dead_letters.replay("ledger", a_ledger.amqp_uri, everything)

    wait_until(lambda: a_ledger.log().count('"outcome": "parked"') == 2)
    (letter,) = a_ledger.wait_for_letters(1)
    assert (letter.attempts, letter.copies) == (1, 1)


def test_a_letter_that_the_broker_lost_is_written_again_when_its_event_is_sent_again(
    a_ledger: Ledger,
) -> None:
    a_ledger.start()
    a_ledger.post(1, trouble="refused")
    a_ledger.wait_for_letters(1)
    wait_until(lambda: a_ledger.waiting() == 0)
    with a_ledger.channel() as channel:
        channel.queue_purge(DEAD)

    republish(a_ledger.engine, datetime.now(UTC) - timedelta(hours=1))

    (letter,) = a_ledger.wait_for_letters(1)
    assert letter.error == "Refused: not_in_this_ledger"


def test_only_the_chosen_letters_are_discarded(a_ledger: Ledger) -> None:
    a_ledger.start()
    a_ledger.post(1, trouble="refused")
    a_ledger.post(2, trouble="always")
    a_ledger.wait_for_letters(2)

    discarded = dead_letters.discard(
        "ledger", a_ledger.amqp_uri, lambda letter: "jammed" in letter.error, a_ledger.engine
    )

    assert discarded == 1
    assert [letter.error_type for letter in a_ledger.wait_for_letters(1)] == ["Refused"]


def test_a_tool_that_dies_in_the_middle_of_a_replay_loses_nothing(a_ledger: Ledger) -> None:
    process = a_ledger.start()
    a_ledger.post(1, 2, 3, trouble="refused")
    a_ledger.wait_for_letters(3)
    a_ledger.stop(process)

    def dies_at_the_second(letter: DeadLetter) -> bool:
        if b'"number":2' in letter.body:
            raise KeyboardInterrupt
        return True

    with pytest.raises(KeyboardInterrupt):
        dead_letters.replay("ledger", a_ledger.amqp_uri, dies_at_the_second)

    wait_until(lambda: a_ledger.depth(DEAD) == 2)
    assert a_ledger.depth(QUEUE) == 1


def test_a_letter_whose_queue_is_gone_stays_and_keeps_no_other_from_its_handler(
    a_ledger: Ledger,
) -> None:
    a_ledger.publish(a_message(), exchange="ledger.retry", key=DEAD)
    process = a_ledger.start()
    a_ledger.post(1, trouble="refused")
    a_ledger.wait_for_letters(2)
    a_ledger.stop(process)

    with pytest.raises(dead_letters.NotReplayed, match="no queue unknown") as told:
        dead_letters.replay("ledger", a_ledger.amqp_uri, everything, a_ledger.engine)

    assert str(told.value).startswith("1 replayed, 1 not:")
    assert a_ledger.depth(QUEUE) == 1
    (letter,) = a_ledger.wait_for_letters(1)
    assert letter.queue == "unknown"


def test_the_broker_hears_of_a_consumer_that_is_told_much_and_done_with_nothing(
    a_ledger: Ledger,
) -> None:
    a_ledger.start("ledger.watched")
    a_ledger.wait_until_consuming()
    for number in range(GROUPS_AT_ONCE):
        a_ledger.post(number, trouble="slow:8")
        wait_until(lambda: a_ledger.waiting() == 0)

    again = a_message(body={"number": GROUPS_AT_ONCE, "revision": 1})
    with a_ledger.channel() as channel:
        for _ in range(140):  # without a pause in which the consumer would look after itself
            Producer(channel).publish(
                again, "posted", exchange="ledger.events", content_type="application/json"
            )
            time.sleep(0.05)

    wait_until(lambda: len(a_ledger.entries()) == GROUPS_AT_ONCE + 1)
    assert "Connection to broker lost" not in a_ledger.log()
    assert set(a_ledger.entries().values()) == {1}
