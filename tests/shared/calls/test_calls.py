"""Calls by our own client, on a real broker and a real database."""

import time

import eventlet
import pytest
from desk.requests import Close, Lend, ListLoans, PassOn, Reserve, Say
from desk.running import Desk

from headship_contracts.errors import (
    InternalError,
    Invalid,
    Refused,
    ServiceError,
    Unavailable,
)
from kit import correlation


def test_a_call_is_answered_in_its_agreed_shape(open_desk: Desk) -> None:
    said = open_desk.client.call(Say(words="good morning"))

    assert said.words == "good morning"


def test_a_call_belongs_to_the_story_of_its_caller(open_desk: Desk) -> None:
    with correlation.bind(None, None) as story:
        said = open_desk.client.call(Say(words="good morning"))

    assert said.correlation_id == story


def test_a_service_that_asks_another_does_so_in_the_story_of_its_caller(open_desk: Desk) -> None:
    with correlation.bind(None, None) as story:
        said = open_desk.client.call(PassOn(words="good morning"))

    assert (said.words, said.correlation_id) == ("good morning", story)


def test_a_deadline_missed_further_on_is_told_as_what_it_is(open_desk: Desk) -> None:
    with pytest.raises(Unavailable) as unavailable:
        open_desk.client.call(PassOn(words="slowly", pause=1500, seconds=1))

    assert unavailable.value.code == "deadline_missed"
    assert "desk.say gave no answer in 1 s" in unavailable.value.detail


def test_many_calls_run_at_once_over_one_client(open_desk: Desk) -> None:
    pool, started = eventlet.GreenPool(20), time.monotonic()

    said = pool.imap(lambda n: open_desk.client.call(Say(words=str(n), pause=500)), range(20))

    assert [reply.words for reply in said] == [str(n) for n in range(20)]
    assert time.monotonic() - started < 8  # one after the other they would take 10 s


def test_more_calls_than_workers_wait_their_turn(a_desk: Desk) -> None:
    a_desk.start_and_wait(MAX_WORKERS="2")
    pool = eventlet.GreenPool(10)

    said = list(pool.imap(lambda n: a_desk.client.call(Say(words=str(n), pause=20)), range(10)))

    assert len(said) == 10


def test_errors_arrive_as_what_they_are(open_desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        open_desk.client.call(Lend(book="a refused book", trouble="refused"))
    with pytest.raises(Invalid) as invalid:
        open_desk.client.call_raw("desk", "lend", {"due_on": "soon"})

    assert (refused.value.code, refused.value.detail) == ("book_is_out", "come back on Monday")
    assert set(invalid.value.fields) == {"book", "due_on"}
    assert "a refused book" not in open_desk.loans()


def test_a_bug_tells_the_caller_nothing_but_a_number_to_quote(open_desk: Desk) -> None:
    with pytest.raises(InternalError) as bug:
        open_desk.client.call(Lend(book="a bug", trouble="bug"))

    assert "secret" not in str(bug.value)
    assert "a secret of the desk" in open_desk.log()
    assert bug.value.detail in open_desk.log()
    assert "a bug" not in open_desk.loans()


def test_who_loses_a_race_hears_the_rule_and_not_of_a_constraint(open_desk: Desk) -> None:
    def outcome(_: int) -> str:
        try:
            open_desk.client.call(Reserve(book="Emma"))
        except ServiceError as error:
            return error.code
        return "reserved"

    outcomes = sorted(eventlet.GreenPool(4).imap(outcome, range(4)))

    assert outcomes == ["is_reserved", "is_reserved", "is_reserved", "reserved"]


def test_a_method_may_be_for_some_callers_only(open_desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        open_desk.client.call(Close())

    assert refused.value.code == "not_permitted"


def test_pages_follow_each_other(open_desk: Desk) -> None:
    books = [f"volume {number}" for number in range(5)]
    for book in books:
        open_desk.client.call(Lend(book=book))

    found, cursor, pages = [], None, 0
    while cursor is not None or pages == 0:
        page = open_desk.client.call(ListLoans(limit=3, cursor=cursor))
        found += [loan.book for loan in page.items if loan.book in books]
        cursor, pages = page.next_cursor, pages + 1

    assert found == books
    assert pages >= 2


def test_a_service_that_nobody_knows_is_unavailable_at_once(open_desk: Desk) -> None:
    with pytest.raises(Unavailable) as unavailable:
        open_desk.client.call_raw("nobody", "ask", {}, seconds=600)

    assert unavailable.value.code == "no_such_service"  # and not deadline_missed


def test_a_method_that_is_not_there_is_unavailable_at_once(open_desk: Desk) -> None:
    with pytest.raises(Unavailable) as unavailable:
        open_desk.client.call_raw("desk", "burn", {})

    assert (unavailable.value.code, unavailable.value.detail) == ("no_such_method", "desk.burn")


def test_a_dead_service_is_unavailable_when_the_deadline_comes(a_desk: Desk) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable) as unavailable:
        a_desk.client.call(Say(words="anybody there?"), seconds=0.5)

    assert unavailable.value.code == "deadline_missed"
    assert "desk.say" in unavailable.value.detail
    assert 0.4 < time.monotonic() - started < 8  # a call that names no deadline has 10 s


def test_a_call_that_nobody_waits_for_any_more_is_not_begun(a_desk: Desk) -> None:
    a_desk.start_and_wait(MAX_WORKERS="1")
    busy = eventlet.spawn(a_desk.client.call, Lend(book="Ulysses", trouble="slow:1.5"))
    a_desk.wait_for_trouble()

    with pytest.raises(ServiceError):
        a_desk.client.call(Lend(book="Emma"), seconds=0.3)
    busy.wait()

    assert a_desk.client.call(Say(words="done")).words == "done"
    assert a_desk.loans() == {"Ulysses": 1}
