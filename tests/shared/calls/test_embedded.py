"""Calls on the embedded bus and SQLite, in this process."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import eventlet
import pytest
import requests
from desk.models import Loan, Run
from desk.requests import Lend, Reopen, Say
from desk.running import wait_until
from desk.service import DeskService
from nameko.containers import ServiceContainer
from nameko.standalone.rpc import ClusterRpcProxy
from sqlalchemy import select

import kit.transport.memory  # noqa: F401  registers the transport
from headship_contracts.errors import Invalid, Refused, Unavailable
from kit import http
from kit.bus.retry import RetryPolicy
from kit.db.engine import begin, open_engine
from kit.db.migrate import migrate
from kit.pages import Request, Response
from kit.topology import topology_of
from kit.transport.declare import declare
from kit.transport.resources import SOURCES
from kit.transport.rpc_client import RpcClient


@pytest.fixture
def place() -> str:
    """Where an embedded broker is that nobody else knows."""
    return uuid4().hex


@pytest.fixture
def settings(place: str, port: int, tmp_path: Path) -> dict[str, str]:
    return {
        "HEADSHIP_ENV": "development",
        "AMQP_URI": f"embedded://desk@{place}/",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}",
        "HEALTH_PORT": "0",
        "HTTP_PORT": str(port),
        "RETRY_DELAYS": "1",
        "MAX_WORKERS": "5",
    }


@pytest.fixture
def an_embedded_desk(settings: dict[str, str]) -> Iterator[Any]:
    """The engine of the desk's database, while the desk runs in this process."""
    engine = open_engine(settings["DATABASE_URL"])
    migrate(engine, "desk")
    declare(topology_of([DeskService], RetryPolicy((1000,))), settings["AMQP_URI"])
    container = ServiceContainer(DeskService, {SOURCES: settings})
    container.start()
    yield engine
    container.stop()
    engine.dispose()


@pytest.fixture
def a_client(place: str) -> Iterator[RpcClient]:
    client = RpcClient(f"embedded://staff.anna@{place}/")
    yield client
    client.close()


def test_calls_work_as_on_the_real_bus(an_embedded_desk: Any, a_client: RpcClient) -> None:
    said = a_client.call(Say(words="good morning"))
    first = a_client.call(Lend(book="Emma"), idempotency_key="key")
    again = a_client.call(Lend(book="Emma"), idempotency_key="key")

    assert said.caller == "staff:anna"
    assert first == again
    with begin(an_embedded_desk) as connection:
        assert list(connection.scalars(select(Loan.book))) == ["Emma"]


def test_errors_arrive_as_on_the_real_bus(an_embedded_desk: Any, a_client: RpcClient) -> None:
    with pytest.raises(Refused, match="book_is_out"):
        a_client.call(Lend(book="Emma", trouble="refused"))
    with pytest.raises(Invalid):
        a_client.call_raw("desk", "lend", {})
    with pytest.raises(Unavailable, match="no_such_method"):
        a_client.call_raw("desk", "burn", {})
    with pytest.raises(Unavailable, match="no_such_service"):
        a_client.call_raw("nobody", "ask", {})


def test_a_deadline_is_kept_without_a_broker(an_embedded_desk: Any, a_client: RpcClient) -> None:
    started = time.monotonic()

    with pytest.raises(Unavailable, match="deadline_missed"):
        a_client.call(Say(words="slowly", pause=2000), seconds=0.2)

    assert time.monotonic() - started < 1.8  # before the answer comes


def test_many_writes_at_once_wait_for_each_other(
    an_embedded_desk: Any, a_client: RpcClient
) -> None:
    pool = eventlet.GreenPool(12)

    answers = list(pool.imap(lambda n: a_client.call(Lend(book=str(n))), range(12)))

    assert [answer.book for answer in answers] == [str(n) for n in range(12)]


def test_a_commit_wakes_a_timer(an_embedded_desk: Any, a_client: RpcClient) -> None:
    a_client.call(Reopen())

    def tidied() -> bool:
        with begin(an_embedded_desk) as connection:
            return "tidy" in connection.scalars(select(Run.timer)).all()

    wait_until(tidied)


def test_a_plain_proxy_is_served_as_well(an_embedded_desk: Any, place: str) -> None:
    with ClusterRpcProxy({"AMQP_URI": f"embedded://guest@{place}/"}, timeout=5) as proxy:
        assert proxy.desk.say("hello")["caller"] == "operator:unnamed"


class Annex:
    """Another service of the same process, with pages only."""

    name = "annex"

    @http("GET", "/annex")
    def show(self, request: Request) -> Response:
        return Response(200, "the annex", content_type="text/plain")


class Squatter:
    """A third one, that wants the desk's page."""

    name = "squatter"

    @http("GET", "/loans/<book>")
    def show(self, request: Request, book: str) -> Response:
        return Response(200, book)


def test_services_of_a_process_share_a_port_but_no_page(
    an_embedded_desk: Any, settings: dict[str, str], port: int
) -> None:
    annex = ServiceContainer(Annex, {SOURCES: settings})
    squatter = ServiceContainer(Squatter, {SOURCES: settings})
    annex.start()

    def shown(path: str) -> str:
        return requests.get(f"http://127.0.0.1:{port}{path}", timeout=5).text

    assert (shown("/annex"), shown("/loans/emma")) == ("the annex", "<p>emma</p>")
    with pytest.raises(ValueError, match=r"GET /loans/<book> is a page of desk already"):
        squatter.start()

    annex.stop()
    assert shown("/annex").startswith("Not Found")
    assert shown("/loans/emma") == "<p>emma</p>"
