"""A pool that outlives the server's connections, and names that one holder at a time can have."""

import time
from collections.abc import Callable, Iterator

import eventlet
import pytest
from desk.requests import Say
from prometheus_client import Counter
from sqlalchemy import Engine, text

from kit.db import ServiceDatabase
from kit.db.engine import REST_SECONDS, begin, open_engine
from kit.db.leases import Leases
from kit.transport.rpc_client import RpcClient


@pytest.fixture
def an_engine(an_empty_database: Callable[[], str]) -> Iterator[Engine]:
    engine = open_engine(an_empty_database())
    yield engine
    engine.dispose()


def backend(engine: Engine) -> int:
    """The server process behind the pool's connection."""
    with begin(engine) as connection:
        return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)


def end_backend(engine: Engine, process: int) -> None:
    with open_engine(engine.url).connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})


def test_a_connection_that_died_at_rest_is_replaced(an_engine: Engine) -> None:
    process = backend(an_engine)
    end_backend(an_engine, process)
    eventlet.sleep(REST_SECONDS)

    assert backend(an_engine) != process


def test_a_transaction_inside_a_transaction_is_refused_and_another_databases_is_not(
    an_engine: Engine,
) -> None:
    one, other = ServiceDatabase(an_engine, "one"), ServiceDatabase(an_engine, "other")

    with (
        one.transaction(),
        other.transaction(),
        pytest.raises(RuntimeError, match="inside a transaction"),
        one.transaction(),
    ):
        pytest.fail("there were two")

    with one.transaction() as tx:
        assert tx.scalar(text("SELECT 1")) == 1


def test_what_is_rolled_back_counts_nothing(an_engine: Engine) -> None:
    database, counter = ServiceDatabase(an_engine, "one"), Counter("done", "Done.", registry=None)

    def counted() -> float:
        (metric,) = counter.collect()
        return metric.samples[0].value

    def fail() -> None:
        with database.transaction() as tx:
            tx.count(counter)
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with database.transaction() as tx:
        tx.count(counter, 2)
        before_commit = counted()

    assert (before_commit, counted()) == (0, 2)


def test_a_call_inside_a_transaction_is_refused(an_engine: Engine) -> None:
    client = RpcClient("amqp://nobody@127.0.0.1:1/")

    with (
        ServiceDatabase(an_engine, "desk").transaction(),
        pytest.raises(RuntimeError, match=r"a call of desk\.say inside a transaction"),
    ):
        client.call(Say(words="hello"))


def test_a_name_has_one_holder(an_engine: Engine) -> None:
    here, there = Leases(an_engine), Leases(an_engine)

    assert here.take("desk")
    assert not here.take("desk")
    assert not there.take("desk")
    assert there.take("another")

    here.give_back("desk")
    assert there.take("desk")
    here.close()
    there.close()


def test_a_name_is_free_when_its_holders_connection_dies(an_engine: Engine) -> None:
    here, there = Leases(an_engine), Leases(an_engine)
    assert here.take("desk")
    process = int(here._connected().scalar(text("SELECT pg_backend_pid()")) or 0)

    end_backend(an_engine, process)

    with there.holding("desk", wait_seconds=5) as held:
        assert held
    here.give_back("desk")
    assert here.take("desk")
    here.close()
    there.close()


def test_who_waits_for_a_name_gets_it_or_hears_that_it_did_not(an_engine: Engine) -> None:
    here, there = Leases(an_engine), Leases(an_engine)
    assert here.take("desk")
    started = time.monotonic()

    with there.holding("desk", wait_seconds=0.3) as held:
        assert not held
    assert time.monotonic() - started >= 0.3

    eventlet.spawn_after(0.2, here.give_back, "desk")
    with there.holding("desk", wait_seconds=5) as held:
        assert held
    here.close()
    there.close()
