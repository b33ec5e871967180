"""Transactions on PostgreSQL begin with their first statement, and are whole all the same."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from kit.db.engine import open_engine

STATE = "SELECT state FROM pg_stat_activity WHERE pid = :pid"


@pytest.fixture
def engine(an_empty_database: Callable[[], str]) -> Iterator[Engine]:
    engine = open_engine(an_empty_database())
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (words text PRIMARY KEY)"))
    yield engine
    engine.dispose()


def words(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT words FROM notes ORDER BY words")))


def put(engine: Engine, *notes: str) -> None:
    with engine.begin() as connection:
        for note in notes:
            connection.execute(text("INSERT INTO notes VALUES (:words)"), {"words": note})


def test_nothing_is_seen_before_the_commit_and_all_of_it_after(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('100 % one')"))
        before = words(engine)

    assert (before, words(engine)) == ([], ["100 % one"])


def test_an_error_in_any_statement_undoes_the_others(engine: Engine) -> None:
    put(engine, "there")

    with pytest.raises(IntegrityError):
        put(engine, "new", "there")
    with pytest.raises(IntegrityError):
        put(engine, "there", "new")

    assert words(engine) == ["there"]
    put(engine, "and on it goes")
    assert words(engine) == ["and on it goes", "there"]


def test_an_error_undone_to_a_savepoint_leaves_what_was_before_it(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO notes VALUES ('first')"))
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text("INSERT INTO notes VALUES ('first')"))
        connection.execute(text("INSERT INTO notes VALUES ('second')"))

    assert words(engine) == ["first", "second"]


def test_a_connection_is_left_outside_any_transaction(engine: Engine) -> None:
    with engine.connect() as connection:
        pid = connection.scalar(text("SELECT pg_backend_pid()"))

    with open_engine(engine.url).connect() as other:
        assert other.scalar(text(STATE), {"pid": pid}) == "idle"


def test_many_rows_at_once_are_one_transaction_too(engine: Engine) -> None:
    raw = engine.raw_connection()
    with raw.cursor() as cursor:
        cursor.executemany("INSERT INTO notes VALUES (%s)", [("a",), ("b",)])
    raw.rollback()
    raw.close()

    assert words(engine) == []


def test_the_server_itself_notices_within_half_a_minute_that_a_machine_of_ours_is_gone(
    engine: Engine,
) -> None:
    with engine.connect() as connection:
        idle, interval, count = (
            int(connection.scalar(text(f"SHOW tcp_keepalives_{name}")) or 0)
            for name in ("idle", "interval", "count")
        )

    assert 0 < idle + interval * count <= 30
