"""Engines for the two databases, and the one way to begin a transaction on either."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError

from kit import tls
from kit.db.postgres import WATCHED, WATCHING, OneTripConnection, heed_options

STATEMENT_SECONDS = 30
"""A killed greenlet leaves its query running in PostgreSQL: this ends it."""

REST_SECONDS = 1.0
"""After so long in the pool a connection is asked whether it is still good."""

_writers: "WeakKeyDictionary[Engine, threading.Lock]" = WeakKeyDictionary()


def open_engine(database_url: str | URL, *, pool_size: int = 5, wait_seconds: float = 10) -> Engine:
    """An engine for `postgresql://…` or `sqlite:///…`. Nothing is connected yet.

    `pool_size` connections at most; who finds none waits `wait_seconds`, then gets an error. The
    one used last is taken first: PostgreSQL's process for it has what it needs at hand, which saves
    a short call a twentieth of its time.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, pool_size, wait_seconds)
    if url.get_backend_name() != "postgresql":
        raise ValueError(f"DATABASE_URL is for {url.get_backend_name()}; use postgresql or sqlite")
    # SQLAlchemy 2.1 takes a bare postgresql:// for psycopg 3, which eventlet cannot make green.
    engine = create_engine(
        tls.for_database(url.set(drivername="postgresql+psycopg2")),
        pool_size=pool_size,
        max_overflow=0,
        pool_use_lifo=True,
        pool_timeout=wait_seconds,
        connect_args={
            **WATCHED,
            "connection_factory": OneTripConnection,
            "options": f"{WATCHING} -c timezone=UTC "
            f"-c statement_timeout={STATEMENT_SECONDS * 1000}",
        },
    )
    heed_options(engine)
    _ask_after_a_rest(engine)
    return engine


def _ask_after_a_rest(engine: Engine) -> None:
    """Ask a connection that has rested whether it is still good, before somebody relies on it.

    SQLAlchemy's pool_pre_ping asks each time, which costs a small transaction a third of its time.
    """

    @event.listens_for(engine, "checkin")
    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error  # the pool opens another one


def _sqlite(url: URL, pool_size: int, wait_seconds: float) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=wait_seconds,
        connect_args={"check_same_thread": False, "timeout": 5},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # no BEGIN behind our back: `begin` below writes it
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    _writers[engine] = threading.Lock()
    return engine


def alone(engine: Engine) -> AbstractContextManager[Any]:
    """The right to be in a transaction: on SQLite one at a time, elsewhere free.

    SQLite waits for its lock in C and would stop every greenlet of the process meanwhile.
    """
    return _writers[engine] if engine in _writers else nullcontext()


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is committed at the end of the block."""
    with alone(engine), engine.begin() as connection:
        yield connection
