"""Calls by our own client, on a real broker and a real database."""

import time

import eventlet
import pytest
from desk.requests import Close, Lend, ListLoans, Say
from desk.running import Desk

from headship_contracts.errors import (
    InternalError,
    Invalid,
    Refused,
    ServiceError,
    Unavailable,
)
from kit import correlation


def test_a_call_is_answered_in_its_agreed_shape(a_desk: Desk) -> None:
    a_desk.start_and_wait()

    said = a_desk.client.call(Say(words="good morning"))

    assert said.words == "good morning"


def test_a_call_belongs_to_the_story_of_its_caller(a_desk: Desk) -> None:
    a_desk.start_and_wait()

    with correlation.bind(None, None) as story:
        said = a_desk.client.call(Say(words="good morning"))

    assert said.correlation_id == story


def test_many_calls_run_at_once_over_one_client(a_desk: Desk) -> None:
    a_desk.start_and_wait(MAX_WORKERS="20")
    pool, started = eventlet.GreenPool(20), time.monotonic()

    said = pool.imap(lambda n: a_desk.client.call(Say(words=str(n), pause=300)), range(20))

    assert [reply.words for reply in said] == [str(n) for n in range(20)]
    assert time.monotonic() - started < 3


def test_more_calls_than_workers_wait_their_turn(a_desk: Desk) -> None:
    a_desk.start_and_wait(MAX_WORKERS="2")
    pool = eventlet.GreenPool(10)

    said = list(pool.imap(lambda n: a_desk.client.call(Say(words=str(n), pause=20)), range(10)))

    assert len(said) == 10


def test_errors_arrive_as_what_they_are(a_desk: Desk) -> None:
    a_desk.start_and_wait()

    with pytest.raises(Refused) as refused:
        a_desk.client.call(Lend(book="Emma", trouble="refused"))
    with pytest.raises(Invalid) as invalid:
        a_desk.client.call_raw("desk", "lend", {"due_on": "soon"})

    assert (refused.value.code, refused.value.detail) == ("book_is_out", "come back on Monday")
    assert set(invalid.value.fields) == {"book", "due_on"}
    assert not a_desk.loans()


def test_a_bug_tells_the_caller_nothing_but_a_number_to_quote(a_desk: Desk) -> None:
    a_desk.start_and_wait()

    with pytest.raises(InternalError) as bug:
        a_desk.client.call(Lend(book="Emma", trouble="bug"))

    assert "secret" not in str(bug.value)
    assert "a secret of the desk" in a_desk.log()
    assert bug.value.detail in a_desk.log()
    assert not a_desk.loans()


def test_a_method_may_be_for_some_callers_only(a_desk: Desk) -> None:
    a_desk.start_and_wait()

    with pytest.raises(Refused) as refused:
        a_desk.client.call(Close())

    assert refused.value.code == "not_permitted"


def test_pages_follow_each_other(a_desk: Desk) -> None:
    a_desk.start_and_wait()
    for number in range(5):
        a_desk.client.call(Lend(book=str(number)))

    first = a_desk.client.call(ListLoans(limit=3))
    second = a_desk.client.call(ListLoans(limit=3, cursor=first.next_cursor))

    assert [loan.book for loan in [*first.items, *second.items]] == ["0", "1", "2", "3", "4"]
    assert second.next_cursor is None


def test_a_service_that_nobody_knows_is_unavailable_at_once(a_desk: Desk) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable) as unavailable:
        a_desk.client.call_raw("nobody", "ask", {})

    assert unavailable.value.code == "no_such_service"
    assert time.monotonic() - started < 2


def test_a_method_that_is_not_there_is_unavailable_at_once(a_desk: Desk) -> None:
    a_desk.start_and_wait()

    with pytest.raises(Unavailable) as unavailable:
        a_desk.client.call_raw("desk", "burn", {})

    assert (unavailable.value.code, unavailable.value.detail) == ("no_such_method", "desk.burn")


def test_a_dead_service_is_unavailable_when_the_deadline_comes(a_desk: Desk) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable) as unavailable:
        a_desk.client.call(Say(words="anybody there?"), seconds=0.5)

    assert unavailable.value.code == "deadline_missed"
    assert "desk.say" in unavailable.value.detail
    assert 0.4 < time.monotonic() - started < 1.5


def test_a_call_that_nobody_waits_for_any_more_is_not_begun(a_desk: Desk) -> None:
    a_desk.start_and_wait(MAX_WORKERS="1")
    busy = eventlet.spawn(a_desk.client.call, Say(words="long", pause=1000))
    eventlet.sleep(0.2)

    with pytest.raises(ServiceError):
        a_desk.client.call(Lend(book="Emma"), seconds=0.3)
    busy.wait()

    assert a_desk.client.call(Say(words="done")).words == "done"
    assert not a_desk.loans()
