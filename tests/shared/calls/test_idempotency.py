"""The same call twice under one key has one effect and one answer, whatever happens in between."""

import os
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import eventlet
import pytest
from desk.requests import Lend, LendSlowly, Say
from desk.running import Desk, wait_until
from desk.service import DeskService

from headship_contracts.errors import Conflict, Invalid, Refused, ServiceError
from kit.calls import run_call
from kit.calls.idempotency import scoped
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.identity import Caller

ANNA = Caller("staff", "anna")


@pytest.fixture(params=["postgresql", "sqlite"])
def a_desk_without_a_bus(
    request: pytest.FixtureRequest, an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[DeskService]:
    """The service itself, on either database."""
    sqlite = f"sqlite:///{tmp_path / 'desk.db'}"
    engine = open_engine(sqlite if request.param == "sqlite" else an_empty_database())
    migrate(engine, "desk")
    service = DeskService()
    service.db = ServiceDatabase(engine, "desk")
    yield service
    service.db.leases.close()
    engine.dispose()


def lent(service: DeskService) -> int:
    """How many loans there are, by asking."""
    return len(run_call(service, "list_loans", {}, ANNA).reply["items"])


def test_a_repeat_gets_the_first_answer(a_desk_without_a_bus: DeskService) -> None:
    desk = a_desk_without_a_bus

    first = run_call(desk, "lend", {"book": "Emma"}, ANNA, "key")
    run_call(desk, "lend", {"book": "Persuasion"}, ANNA, "another key")
    again = run_call(desk, "lend", {"book": "Emma"}, ANNA, "key")

    assert (first.repeated, again.repeated) == (False, True)
    assert again.reply == first.reply
    assert lent(desk) == 2


def test_a_repeat_that_the_rules_would_now_refuse_gets_the_first_answer(
    a_desk_without_a_bus: DeskService,
) -> None:
    desk = a_desk_without_a_bus
    first = run_call(desk, "reserve", {"book": "Emma"}, ANNA, "key")

    again = run_call(desk, "reserve", {"book": "Emma"}, ANNA, "key")

    assert (again.reply, again.repeated) == (first.reply, True)
    with pytest.raises(Refused, match="is_reserved"):
        run_call(desk, "reserve", {"book": "Emma"}, ANNA, "another key")


def test_without_a_transaction_as_well(a_desk_without_a_bus: DeskService) -> None:
    desk = a_desk_without_a_bus

    first = run_call(desk, "lend_slowly", {"book": "Emma"}, ANNA, "key")
    again = run_call(desk, "lend_slowly", {"book": "Emma"}, ANNA, "key")

    assert again.reply == first.reply
    assert lent(desk) == 1


@pytest.mark.parametrize("method", ["lend", "lend_slowly"])
def test_another_body_under_the_same_key_is_a_conflict(
    a_desk_without_a_bus: DeskService, method: str
) -> None:
    run_call(a_desk_without_a_bus, method, {"book": "Emma"}, ANNA, "key")

    with pytest.raises(Conflict) as conflict:
        run_call(a_desk_without_a_bus, method, {"book": "Persuasion"}, ANNA, "key")

    assert conflict.value.code == "idempotency_key_reused"
    assert lent(a_desk_without_a_bus) == 1


def test_the_same_body_may_be_written_differently(a_desk_without_a_bus: DeskService) -> None:
    desk, on = a_desk_without_a_bus, date(2027, 3, 1)

    run_call(desk, "lend", {"book": "Emma", "due_on": on.isoformat()}, ANNA, "key")
    run_call(
        desk,
        "lend",
        {"trouble": "", "due_on": "2027-03-01", "book": "Emma", "a_new_field": 1},
        ANNA,
        "key",
    )

    assert lent(desk) == 1


def test_what_was_refused_leaves_the_key_free(a_desk_without_a_bus: DeskService) -> None:
    desk = a_desk_without_a_bus
    with pytest.raises(Refused):
        run_call(desk, "lend", {"book": "Emma", "trouble": "refused"}, ANNA, "key")

    run_call(desk, "lend", {"book": "Emma"}, ANNA, "key")

    assert lent(desk) == 1


def test_the_house_shares_a_key(a_desk_without_a_bus: DeskService) -> None:
    desk, body = a_desk_without_a_bus, {"book": "Emma"}

    run_call(desk, "lend", body, ANNA, "key")
    run_call(desk, "lend", body, Caller("operator", "root"), "key")
    assert lent(desk) == 1


def test_whom_the_story_refuses_gets_no_answer_that_was_given_to_another(
    a_desk_without_a_bus: DeskService,
) -> None:
    desk, fields = a_desk_without_a_bus, {"book": "Emma", "trouble": "anna only"}
    run_call(desk, "lend", fields, ANNA, "key")

    with pytest.raises(Refused, match="not_permitted"):
        run_call(desk, "lend", fields, Caller("staff", "bert"), "key")


def test_who_may_not_gets_no_former_answer_of_a_story_without_a_transaction(
    a_desk_without_a_bus: DeskService,
) -> None:
    desk, fields = a_desk_without_a_bus, {"book": "Emma"}
    first = run_call(desk, "lend_slowly", fields, ANNA, "key")

    with pytest.raises(Refused, match="not_permitted"):
        run_call(desk, "lend_slowly", fields, Caller("staff", "bert"), "key")

    assert run_call(desk, "lend_slowly", fields, ANNA, "key").reply == first.reply


def test_hubs_that_choose_the_same_key_never_meet() -> None:
    callers = [Caller("hub", "north"), Caller("hub", "south"), ANNA]

    assert len({scoped("key", caller) for caller in callers}) == 3


@pytest.mark.parametrize("key", ["", "x" * 129, 7, "a\x00b", "\ud800", ["key"]])
def test_a_key_that_is_none_is_invalid(a_desk_without_a_bus: DeskService, key: object) -> None:
    with pytest.raises(Invalid) as invalid:
        run_call(a_desk_without_a_bus, "lend", {"book": "Emma"}, ANNA, key)

    assert set(invalid.value.fields) == {"idempotency_key"}


def test_a_question_takes_no_key(a_desk: Desk) -> None:
    a_desk.start_and_wait()

    with pytest.raises(Invalid) as invalid:
        a_desk.client.call(Say(words="?"), idempotency_key="key")

    assert set(invalid.value.fields) == {"idempotency_key"}


@pytest.mark.parametrize(
    "request_", [Lend(book="Emma", trouble="slow:0.3"), LendSlowly(book="Emma", pause=300)]
)
def test_two_at_once_in_two_processes_have_one_effect(
    a_desk: Desk, request_: Lend | LendSlowly
) -> None:
    a_desk.start_and_wait()
    a_desk.start_and_wait()
    pool = eventlet.GreenPool(6)

    answers = list(
        pool.imap(lambda _: a_desk.client.call(request_, idempotency_key="key"), range(6))
    )

    assert all(answer == answers[0] for answer in answers)
    assert a_desk.loans() == {"Emma": 1}


def test_a_call_whose_process_dies_is_delivered_again_and_harmless(a_desk: Desk) -> None:
    first = a_desk.start_and_wait(MAX_WORKERS="1")
    call = eventlet.spawn(
        a_desk.client.call,
        Lend(book="Emma", trouble="slow:1"),
        idempotency_key="key",
        seconds=20,
    )
    a_desk.wait_for_trouble()

    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    a_desk.start_and_wait()

    answer = call.wait()
    repeated = a_desk.client.call(Lend(book="Emma", trouble="slow:1"), idempotency_key="key")
    assert answer == repeated
    assert a_desk.loans() == {"Emma": 1}


def test_a_process_that_dies_before_the_reply_has_done_it_once(a_desk: Desk) -> None:
    a_desk.start_and_wait(HEADSHIP_FAILPOINT="call.after_commit")
    lend = Lend(book="Emma")
    call = eventlet.spawn(a_desk.client.call, lend, idempotency_key="key", seconds=20)
    wait_until(lambda: a_desk.processes[0].poll() is not None)
    assert a_desk.loans() == {"Emma": 1}

    a_desk.start()

    assert call.wait().book == "Emma"
    assert a_desk.loans() == {"Emma": 1}


def test_a_caller_that_gave_up_asks_again_under_its_key(a_desk: Desk) -> None:
    a_desk.start_and_wait()
    lend = Lend(book="Emma", trouble="slow:0.6")

    with pytest.raises(ServiceError, match="deadline_missed"):
        a_desk.client.call(lend, idempotency_key="key", seconds=0.2)
    answer = a_desk.client.call(lend, idempotency_key="key")

    assert answer.book == "Emma"
    assert a_desk.loans() == {"Emma": 1}
