"""`python -m kit.db SERVICE`, which the Jobs of a release run."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from cli.backing.databases import administrator, create_role, drop_role, with_login
from kit.db.engine import open_engine
from kit.db.version import check_version


def migrating(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    names = ("DATABASE_URL", "DATABASE_URL_FILE", "HEADSHIP_ENV")
    inherited = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-m", "kit.db", *words],
        env=inherited | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def last_line(done: "subprocess.CompletedProcess[str]") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    return found


def test_a_database_is_brought_to_the_code_and_a_second_time_nothing_is_done(
    an_empty_database: Callable[[], str], tmp_path: Path
) -> None:
    url = an_empty_database()
    file = tmp_path / "database-url"
    file.write_text(url)

    first = migrating("sessions", DATABASE_URL_FILE=str(file))
    again = migrating("sessions", DATABASE_URL_FILE=str(file))

    assert (first.returncode, again.returncode) == (0, 0)
    assert last_line(first)["applied"][0].startswith("kit 0001")
    assert last_line(again)["applied"] == []
    engine = open_engine(url)
    check_version(engine, "sessions")
    engine.dispose()


def test_what_is_not_right_is_named(an_empty_database: Callable[[], str], tmp_path: Path) -> None:
    url = an_empty_database()

    missing = migrating("sessions")
    in_the_open = migrating("sessions", DATABASE_URL=url)
    nobody = migrating("catering", DATABASE_URL=url, HEADSHIP_ENV="development")
    away = migrating(
        "sessions", DATABASE_URL="postgresql://a:b@127.0.0.1:1/none", HEADSHIP_ENV="development"
    )

    assert [each.returncode for each in (missing, in_the_open, nobody, away)] == [2, 2, 2, 1]
    assert last_line(missing)["problem"].startswith("DATABASE_URL is missing")
    assert last_line(in_the_open)["problem"].startswith("DATABASE_URL holds a secret")
    assert last_line(nobody)["service"] == "catering"
    assert "refused" in last_line(away)["reason"]


def test_who_runs_the_service_may_change_rows_and_make_no_tables(
    an_empty_database: Callable[[], str], admin_database_url: str
) -> None:
    url = an_empty_database()
    role = f"runs_{secrets.token_hex(4)}"
    create_role(admin_database_url, role, "for the test")

    done = migrating("sessions", DATABASE_URL=url, RUNTIME_ROLE=role, HEADSHIP_ENV="development")

    engine = open_engine(with_login(url, role, "for the test"))
    try:
        assert done.returncode == 0
        with engine.begin() as connection:
            assert connection.execute(text("DELETE FROM outbox")).rowcount == 0
        with pytest.raises(ProgrammingError, match="permission denied"), engine.begin() as other:
            other.execute(text("CREATE TABLE mine (id int)"))
    finally:
        engine.dispose()
        with administrator(url) as cursor:
            cursor.execute(f"DROP OWNED BY {role}")
        drop_role(admin_database_url, role)
