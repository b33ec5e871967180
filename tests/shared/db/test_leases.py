"""Names that one holder at a time can have."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from kit.db import leases as module
from kit.db.engine import open_engine
from kit.db.leases import Leases


@pytest.fixture
def engine(an_empty_database: Callable[[], str]) -> Iterator[Engine]:
    engine = open_engine(an_empty_database())
    yield engine
    engine.dispose()


@pytest.fixture
def leases(engine: Engine) -> Iterator[Leases]:
    leases = Leases(engine)
    yield leases
    leases.close()


def test_a_name_is_one_holders_until_it_is_given_back(engine: Engine, leases: Leases) -> None:
    other = Leases(engine)

    taken = [leases.take("sync"), other.take("sync")]
    leases.give_back("sync")

    assert (taken, other.take("sync")) == ([True, False], True)
    other.close()


def test_after_a_connection_was_lost_and_the_next_one_too_names_can_be_taken_again(
    leases: Leases, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert leases.take("before")
    lock, lost = module.try_lock, iter([True, True])

    def unsteady(connection: Connection, name: str) -> bool:
        if next(lost, False):
            connection.invalidate()
            raise OperationalError("SELECT", {}, Exception("the server has gone"))
        return lock(connection, name)

    monkeypatch.setattr(module, "try_lock", unsteady)
    with pytest.raises(OperationalError):
        leases.take("sync")

    assert leases.take("sync")
    leases.give_back("sync")
    assert leases.take("sync")
