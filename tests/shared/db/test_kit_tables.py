"""The kit's own tables: their migrations give what the code uses, on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kit.db.engine import open_engine
from kit.db.migrate import differences, migrate
from kit.db.tables import KIT


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
