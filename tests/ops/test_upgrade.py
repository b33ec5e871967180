"""A database with the tables of the oldest kept release is brought to this code.

That a former release and this one run side by side is shown in release/check_upgrade.py.
"""

from collections.abc import Callable
from importlib import import_module

import pytest
from former_release import fill_with_oldest_tables

from cli.services import SERVICES
from kit.db.engine import open_engine
from kit.db.migrate import differences, migrate
from kit.db.version import OutOfDate, check_version


@pytest.mark.parametrize("service", SERVICES)
def test_the_oldest_kept_tables_become_those_of_the_models(
    service: str, an_empty_database: Callable[[], str]
) -> None:
    url = an_empty_database()
    fill_with_oldest_tables(url, service)
    engine = open_engine(url)
    try:
        with pytest.raises(OutOfDate):
            check_version(engine, service)

        applied = migrate(engine, service)

        assert applied
        check_version(engine, service)
        assert differences(engine, import_module(f"{service}.models").Base.metadata) == []
    finally:
        engine.dispose()
