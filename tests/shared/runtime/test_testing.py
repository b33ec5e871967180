"""kit.testing: a service is run in a test as the bus would run it."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import pytest
from almanac.service import AlmanacService
from lamp.service import LampService
from toy_contracts import AskAlmanac, Count, CountLit, LampLit, LightLamp

from headship_contracts.errors import Conflict, Invalid, Unavailable
from kit import Database, Transaction, handles
from kit.db import ServiceDatabase
from kit.testing import FakeAsk, a_service, call, deliver, deliver_together, emitted


@pytest.fixture
def a_lamp(a_database: Callable[[str], ServiceDatabase]) -> LampService:
    return a_service(LampService, db=a_database("lamp"))


@pytest.fixture
def an_almanac(a_database: Callable[[str], ServiceDatabase]) -> AlmanacService:
    return a_service(AlmanacService, db=a_database("almanac"))


def test_a_call_answers_and_its_event_is_in_the_outbox(a_lamp: LampService) -> None:
    record = call(a_lamp, LightLamp(lamp="one"))

    assert (record.lamp, record.greeting) == ("one", "light")
    assert [event.lamp for event in emitted(a_lamp.db, LampLit)] == ["one"]


def test_a_call_repeated_under_its_key_changes_nothing_more(a_lamp: LampService) -> None:
    call(a_lamp, LightLamp(lamp="one"), idempotency_key="k")
    call(a_lamp, LightLamp(lamp="one"), idempotency_key="k")

    assert len(emitted(a_lamp.db)) == 1
    with pytest.raises(Conflict, match="idempotency_key_reused"):
        call(a_lamp, LightLamp(lamp="two"), idempotency_key="k")


def test_a_key_for_a_question_is_invalid(an_almanac: AlmanacService) -> None:
    with pytest.raises(Invalid, match="idempotency_key"):
        call(an_almanac, CountLit(), idempotency_key="k")


def test_an_event_delivered_twice_has_one_effect(an_almanac: AlmanacService) -> None:
    outcomes = deliver(an_almanac, LampLit(lamp="one", revision=1), times=2)

    assert [outcome.result for outcome in outcomes] == ["handled", "duplicate"]
    assert call(an_almanac, CountLit()).number == 1


def look(tx: Transaction, events: Sequence[LampLit]) -> None:
    Watchman.saw.append([event.lamp for event in events])


class Watchman:
    name = "almanac"
    db = Database()
    saw: ClassVar[list[object]] = []

    @handles(LampLit, queue="watch", ahead=look)
    def watch(self, tx: Transaction, event: LampLit) -> None:
        self.saw.append(event.lamp)


def test_what_comes_ahead_of_a_group_sees_all_its_events(
    a_database: Callable[[str], ServiceDatabase],
) -> None:
    watchman = a_service(Watchman, db=a_database("almanac"))

    deliver_together(watchman, LampLit(lamp="one", revision=1), LampLit(lamp="two", revision=1))

    assert Watchman.saw == [["one", "two"], "one", "two"]


def test_what_a_handler_raises_reaches_the_test(an_almanac: AlmanacService) -> None:
    with pytest.raises(RuntimeError, match="cannot be kept"):
        deliver(an_almanac, LampLit(lamp="broken", revision=1))


def test_an_event_that_nobody_here_handles_is_an_error_of_the_test(a_lamp: LampService) -> None:
    with pytest.raises(LookupError, match="LampService does not handle LampLit"):
        deliver(a_lamp, LampLit(lamp="one", revision=1))


def test_another_service_is_answered_for_by_a_table(
    a_database: Callable[[str], ServiceDatabase],
) -> None:
    ask = FakeAsk({CountLit: Count(number=7)})
    lamp = a_service(LampService, db=a_database("lamp"), ask=ask)

    assert call(lamp, AskAlmanac()) == Count(number=7)
    assert ask.asked == [CountLit()]

    ask.answers[CountLit] = Unavailable("deadline_missed")
    with pytest.raises(Unavailable):
        call(lamp, AskAlmanac())
