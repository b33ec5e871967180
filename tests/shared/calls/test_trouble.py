"""Messages that nobody can read, processes that stop, and a broker that goes away."""

import json
import os
import pickle
import socket
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import eventlet
import pytest
from desk import models
from desk.asking import answer_to
from desk.requests import Lend, ListLoans, Say
from desk.running import QUEUE, Desk, wait_until
from kombu import Connection, Producer

from cli.backing import RabbitMQ
from cli.backing.management import Management
from headship_contracts.errors import InternalError, Invalid, Unavailable
from kit.config import MESSAGE_MOST_BYTES
from kit.transport.rpc_client import RpcClient

BIG = 1_100_000


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"\x00\xff not json", "not_json", id="not JSON"),
        pytest.param(b"", "not_json", id="nothing"),
        pytest.param(b"[" * 100_000, "not_json", id="too deep"),
        pytest.param(
            b'{"args": [], "kwargs": {"words": ' + b"[" * 40 + b"]" * 40 + b"}}",
            "not_json",
            id="deeper than any contract",
        ),
        pytest.param(b'{"args": [NaN], "kwargs": {}}', "not_json", id="NaN"),
        pytest.param(b"1" * 10_000, "not_json", id="a number too long"),
        pytest.param(b'"words"', "malformed_request", id="not an object"),
        pytest.param(b'{"args": [], "kw": {}}', "malformed_request", id="no kwargs"),
        pytest.param(b'{"args": {}, "kwargs": []}', "malformed_request", id="the wrong way round"),
        pytest.param(b'{"args": [], "kwargs": {"words": 5}}', "invalid_fields", id="wrong type"),
        pytest.param(b"x" * BIG, "too_large", id="too large"),
    ],
)
def test_what_cannot_be_read_is_answered(open_desk: Desk, body: bytes, code: str) -> None:
    answer = answer_to(open_desk, body)

    assert answer["result"] is None
    assert answer["error"]["exc_type"] == "Invalid"
    assert answer["error"]["exc_args"][0] == code
    assert open_desk.client.call(Say(words="still here")).words == "still here"


def test_a_call_too_long_for_the_bus_is_refused_before_it_ends_the_line(open_desk: Desk) -> None:
    with pytest.raises(Invalid) as invalid:
        open_desk.client.call_raw("desk", "lend", {"book": "x" * MESSAGE_MOST_BYTES})

    assert invalid.value.code == "too_large"
    assert invalid.value.detail.endswith("1048576 are the most")


def test_an_answer_too_long_for_the_bus_is_told_as_that(a_desk: Desk) -> None:
    a_desk.start_and_wait()
    with a_desk.database.transaction() as tx:
        tx.add_all(models.Loan(book="x" * 10_000, lent_by="nobody") for _ in range(500))

    with pytest.raises(InternalError) as failure:
        a_desk.client.call(ListLoans(limit=500))

    assert failure.value.code == "reply_too_large"
    assert len(a_desk.client.call_raw("desk", "list_loans", {"limit": 100})["items"]) == 100


def test_strange_properties_harm_nobody(open_desk: Desk) -> None:
    good = json.dumps({"args": ["hello"], "kwargs": {}}).encode()
    headers = {
        "nameko.call_id_stack": 5,
        "nameko.correlation_id": "x" * 5_000,
        "nameko.deadline": "tomorrow",
    }

    answered = answer_to(open_desk, good, headers=headers, content_encoding="klingon")

    assert answered["result"]["words"] == "hello"
    assert len(answered["result"]["correlation_id"]) == 32


def test_a_caller_whose_clock_is_behind_is_answered(open_desk: Desk) -> None:
    """As one of the last version tells of its deadline."""
    good = json.dumps({"args": ["hello"], "kwargs": {}}).encode()
    headers = {"nameko.deadline": int((time.time() - 60) * 1000)}

    answered = answer_to(open_desk, good, headers=headers, expiration=10)

    assert answered["result"]["words"] == "hello"


@pytest.mark.parametrize("named", [True, False])
def test_who_comes_with_a_w3c_trace_goes_on_with_it(open_desk: Desk, named: bool) -> None:
    trace, ours = "4bf92f3577b34da6a3ce929d0e0e4736", "a" * 32
    headers = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    if named:
        headers["nameko.correlation_id"] = ours  # who knows ours means ours
    good = json.dumps({"args": ["hello"], "kwargs": {}}).encode()

    answered = answer_to(open_desk, good, headers=headers)

    assert answered["result"]["correlation_id"] == (ours if named else trace)


@pytest.mark.parametrize(
    "content_type",
    ["application/x-python-serialize", "application/x-yaml", "application/x-msgpack", "text/plain"],
)
def test_only_json_is_read_whatever_the_body_is(open_desk: Desk, content_type: str) -> None:
    good = json.dumps({"args": ["hello"], "kwargs": {}}).encode()

    answered = answer_to(open_desk, good, content_type=content_type)

    assert answered["error"]["exc_args"][:2] == [
        "not_json",
        "its content type is not application/json",
    ]


def test_a_pickle_is_not_unpacked(open_desk: Desk, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[Any, tuple[str]]:
            return os.mkdir, (str(tmp_path / "went off"),)

    for content_type in ("application/x-python-serialize", "application/json"):
        answered = answer_to(open_desk, pickle.dumps(Bomb()), content_type=content_type)
        assert answered["error"]["exc_args"][0] == "not_json"

    assert not (tmp_path / "went off").exists()


@pytest.mark.parametrize("compression", ["gzip", "application/x-gzip", "zlib", "bzip2", "nonsense"])
def test_a_message_that_asks_to_be_unpacked_is_not(open_desk: Desk, compression: str) -> None:
    """A small one may unpack to as much as a process can hold, and more."""
    good = json.dumps({"args": ["hello"], "kwargs": {}}).encode()

    answered = answer_to(open_desk, zlib.compress(good), headers={"compression": compression})

    assert answered["error"]["exc_args"][0] == "not_json"


def test_who_wants_no_answer_gets_none(open_desk: Desk) -> None:
    with Connection(open_desk.amqp_uri) as connection:
        for body in (b"nonsense", b'{"args": ["unanswered"], "kwargs": {}}'):
            Producer(connection.channel()).publish(
                body,
                exchange="nameko-rpc",
                routing_key="desk.lend",
                content_type="application/json",
                content_encoding="utf-8",
            )

    wait_until(lambda: open_desk.loans()["unanswered"] == 1)
    wait_until(lambda: depth(open_desk) == 0)


def test_a_write_under_way_when_the_service_stops_is_done_once_and_answered(a_desk: Desk) -> None:
    process = a_desk.start_and_wait()
    call = eventlet.spawn(a_desk.client.call, Lend(book="Emma", trouble="slow:1.5"), seconds=20)
    a_desk.wait_for_trouble()
    a_desk.start_and_wait()  # another replica, to which it could be delivered again

    status = a_desk.stop(process)

    assert call.wait().book == "Emma"
    assert status == 0
    assert a_desk.loans() == {"Emma": 1}


def test_a_reply_cannot_be_sent_to_a_service(open_desk: Desk) -> None:
    body = json.dumps({"args": ["hello"], "kwargs": {}}).encode()

    with Connection(open_desk.amqp_uri) as connection:
        Producer(connection.channel()).publish(
            body,
            exchange="nameko-rpc",
            routing_key="desk.say",
            reply_to="desk.lend",
            correlation_id="to a service",
            content_type="application/json",
        )

    wait_until(lambda: '"call_id": "to a service"' in open_desk.log())
    assert open_desk.client.call(Say(words="done")).words == "done"
    assert open_desk.log().count('"to a service"') == 1


def test_a_queue_that_the_broker_has_named_gets_the_answer(open_desk: Desk) -> None:
    body = json.dumps({"args": ["hello"], "kwargs": {}}).encode()

    with Connection(open_desk.amqp_uri) as connection:
        channel = connection.channel()
        named = channel.queue_declare("", exclusive=True).queue
        channel.queue_bind(named, "nameko-rpc", named)
        Producer(channel).publish(
            body,
            exchange="nameko-rpc",
            routing_key="desk.say",
            reply_to=named,
            content_type="application/json",
        )
        answer = wait_until(lambda: channel.basic_get(named, no_ack=True))

    assert named.startswith("amq.gen-")
    assert json.loads(answer.body)["result"]["words"] == "hello"


def test_a_line_that_is_cut_is_opened_again(a_desk: Desk, management_url: str) -> None:
    a_desk.start_and_wait()
    management, vhost = Management(management_url), a_desk.amqp_uri.rpartition("/")[2]
    assert a_desk.client.call(Say(words="before")).words == "before"

    open_now = wait_until(lambda: management.connections(vhost))
    for connection in open_now:
        management.close_connection(connection["name"])
    a_desk.wait_for_consumers(1)

    assert a_desk.client.call(Say(words="after"), seconds=15).words == "after"


def test_a_deadline_holds_while_the_broker_does_not_even_greet() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        client = RpcClient(f"amqp://guest:guest@127.0.0.1:{mute.getsockname()[1]}//")
        began = time.monotonic()

        calls = [eventlet.spawn(_outcome_of_a_call, client) for _ in range(3)]
        outcomes = [call.wait() for call in calls]

        took = time.monotonic() - began
        client.close()
    assert [(type(one), one.code) for one in outcomes] == [(Unavailable, "broker_away")] * 3
    assert took < 4, "a second each, and not one after the other"


def _outcome_of_a_call(client: RpcClient) -> Any:
    try:
        return client.call(Say(words="anybody?"), seconds=1)
    except Unavailable as error:
        return error


@pytest.fixture
def a_desk_on_an_expendable_broker(
    expendable_rabbitmq: RabbitMQ, an_empty_database: Any, tmp_path: Path
) -> Iterator[Desk]:
    desk = Desk(expendable_rabbitmq.amqp_uri(), an_empty_database(), tmp_path)
    desk.prepare()
    yield desk
    desk.close()


def test_a_broker_that_dies_in_a_call_takes_nobody_along(
    a_desk_on_an_expendable_broker: Desk, expendable_rabbitmq: RabbitMQ
) -> None:
    desk = a_desk_on_an_expendable_broker
    process = desk.start_and_wait()
    call = eventlet.spawn(_outcome_of, desk, Lend(book="Emma", trouble="slow:1"), "key")
    desk.wait_for_trouble()

    expendable_rabbitmq.node_kill()
    lost = call.wait()
    with pytest.raises(Unavailable) as away:
        desk.client.call(Say(words="anybody?"), seconds=5)
    expendable_rabbitmq.node_start()
    desk.wait_for_consumers(1, seconds=30)

    assert isinstance(lost, Unavailable)
    assert away.value.code == "broker_away"
    assert process.poll() is None
    answer = desk.client.call(Lend(book="Emma", trouble="slow:1"), idempotency_key="key")
    assert answer.book == "Emma"
    assert desk.loans() == {"Emma": 1}


def depth(desk: Desk) -> int:
    """Calls that wait in the queue."""
    with Connection(desk.amqp_uri) as connection:
        return int(connection.channel().queue_declare(QUEUE, passive=True).message_count)


def _outcome_of(desk: Desk, lend: Lend, key: str) -> Any:
    try:
        return desk.client.call(lend, idempotency_key=key, seconds=20)
    except Unavailable as error:
        return error
