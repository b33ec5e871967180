"""A service's database, of either kind, with an audit trail that nothing stands in yet."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate


@pytest.fixture(params=["postgresql", "sqlite"])
def db(
    request: pytest.FixtureRequest,
    a_database: Callable[[str], ServiceDatabase],
    tmp_path: Path,
) -> Iterator[ServiceDatabase]:
    if request.param == "postgresql":
        yield a_database("sessions")
        return
    engine = open_engine(f"sqlite:///{tmp_path / 'sessions.db'}")
    migrate(engine, "sessions")
    yield ServiceDatabase(engine, "sessions")
    engine.dispose()
