"""Two people in every table of a service, made from the tables themselves."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.services import service_class
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.migrate import migrate
from kit.testing import a_service

sys.path.insert(0, str(Path(__file__).parent))  # the builders beside the tests


@pytest.fixture(scope="module", params=["enrolment", "sessions", "assessment", "notifications"])
def service(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def sqlite_file(service: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database, to be copied: to migrate takes longer than these tests do."""
    path = tmp_path_factory.mktemp(service) / "service.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine, service)
    engine.dispose()
    return path


@pytest.fixture(params=["postgresql", "sqlite"])
def db(
    request: pytest.FixtureRequest,
    service: str,
    sqlite_file: Path,
    a_database: Callable[[str], ServiceDatabase],
    tmp_path: Path,
) -> Iterator[ServiceDatabase]:
    if request.param == "postgresql":
        yield _with_settings(a_database(service))
        return
    copy = tmp_path / "service.db"
    shutil.copy(sqlite_file, copy)
    engine = open_engine(f"sqlite:///{copy}")
    yield _with_settings(ServiceDatabase(engine, service))
    engine.dispose()


def _with_settings(db: ServiceDatabase) -> ServiceDatabase:
    """Assessment signs what it keeps of an erased script: with a secret that its start takes."""
    if db.service == "assessment":
        a_service(service_class(db.service), db=db)
    return db
