"""The kit's own tables: their migrations give what the code uses, on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from kit.db.engine import open_engine
from kit.db.migrate import differences, migrate
from kit.db.tables import KIT
from kit.db.version import check_version


@pytest.fixture(params=["postgresql", "sqlite"])
def engine(
    request: pytest.FixtureRequest, an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[Engine]:
    on_sqlite = request.param == "sqlite"
    opened = open_engine(f"sqlite:///{tmp_path / 'kit.db'}" if on_sqlite else an_empty_database())
    yield opened
    opened.dispose()


def test_migrations_and_tables_agree(engine: Engine) -> None:
    migrate(engine, "enrolment")

    assert differences(engine, KIT) == []


def test_a_database_that_newer_code_has_migrated_serves_this_code_and_stays_as_it_is(
    engine: Engine,
) -> None:
    migrate(engine, "enrolment")
    with engine.begin() as connection:
        connection.execute(text("UPDATE service_version SET version_num = '9999'"))

    check_version(engine, "enrolment")

    assert migrate(engine, "enrolment") == []
