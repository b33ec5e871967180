"""Statements that a connection keeps prepared, and transactions that end with their last one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from kit.db.engine import begin, open_engine
from kit.db.postgres import KEPT, LAST

READ = text("SELECT name, '100 %' FROM things WHERE id = :id OR id = :id").execution_options(**KEPT)
WRITE = text("INSERT INTO things (id, name) VALUES (:id, :name)").execution_options(**KEPT, **LAST)


@pytest.fixture
def an_engine(an_empty_database: Callable[[], str]) -> Iterator[Engine]:
    engine = open_engine(an_empty_database(), pool_size=1)
    with begin(engine) as connection:
        connection.execute(text("CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL)"))
        connection.execute(text("INSERT INTO things VALUES (1, 'one'), (2, 'it''s two')"))
    yield engine
    engine.dispose()


def read(engine: Engine, number: int) -> Any:
    with begin(engine) as connection:
        return connection.execute(READ, {"id": number}).one_or_none()


def write(engine: Engine, number: int, name: str | None) -> None:
    with engine.connect() as connection:
        connection.execute(WRITE, {"id": number, "name": name})
        connection.commit()


def test_a_kept_statement_is_prepared_once_on_a_connection(an_engine: Engine) -> None:
    found = [read(an_engine, number) for number in (1, 2, 3, 1)]

    assert found == [("one", "100 %"), ("it's two", "100 %"), None, ("one", "100 %")]
    with begin(an_engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 1


def test_a_kept_statement_is_prepared_anew_after_its_columns_have_changed(
    an_engine: Engine,
) -> None:
    read(an_engine, 1)
    with begin(an_engine) as connection:
        connection.execute(text("ALTER TABLE things ALTER COLUMN name TYPE varchar(20)"))

    with pytest.raises(DBAPIError, match="cached plan"):
        read(an_engine, 1)
    assert read(an_engine, 1) == ("one", "100 %")


def test_a_kept_statement_that_fails_again_and_again_fills_no_memory(an_engine: Engine) -> None:
    read(an_engine, 1)
    for _ in range(3):
        with pytest.raises(IntegrityError):
            write(an_engine, 1, "one again")
    write(an_engine, 3, "three")

    assert read(an_engine, 3) == ("three", "100 %")
    with begin(an_engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_prepared_statements")) == 2


def test_a_transaction_ends_with_its_last_statement(an_engine: Engine) -> None:
    other = open_engine(an_engine.url)
    with an_engine.connect() as connection:
        connection.execute(WRITE, {"id": 3, "name": "three"})
        seen_before_the_commit_is_asked_for = read(other, 3)
        connection.rollback()
    other.dispose()

    assert seen_before_the_commit_is_asked_for == ("three", "100 %")
    assert read(an_engine, 3) == ("three", "100 %")


def test_nothing_follows_a_transactions_last_statement(an_engine: Engine) -> None:
    with an_engine.connect() as connection:
        connection.execute(WRITE, {"id": 3, "name": "three"})
        with pytest.raises(ProgrammingError, match="after the last"):
            connection.execute(WRITE, {"id": 4, "name": "four"})
        connection.rollback()
    write(an_engine, 5, "five")

    assert [read(an_engine, number) for number in (3, 4, 5)] == [
        ("three", "100 %"),
        None,
        ("five", "100 %"),
    ]


def test_a_last_statement_that_fails_leaves_nothing_behind(an_engine: Engine) -> None:
    def write_two() -> None:
        with begin(an_engine) as connection:
            connection.execute(text("INSERT INTO things VALUES (4, 'four')"))
            connection.execute(WRITE, {"id": 1, "name": "one again"})

    with pytest.raises(IntegrityError):
        write_two()
    write(an_engine, 5, "five")

    assert [read(an_engine, number) for number in (1, 4)] == [("one", "100 %"), None]
    assert read(an_engine, 5) == ("five", "100 %")
