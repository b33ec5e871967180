"""Each service works with the rows of its own tables, and another role migrates them."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg2
import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, ProgrammingError

from cli.backing import databases
from cli.backing.databases import administrator, with_login
from cli.errors import CommandError
from cli.services import SERVICES
from cli.stack.prepare import migrate_here, migrate_stack
from cli.stack.provision import DatabaseLogin, database_logins, database_name, owner_name
from cli.stack.record import Member, Record
from headship_contracts.protection import VerifyAudit
from kit.audit.checking import verify
from kit.audit.pruning import prune
from kit.audit.sealing import seal
from kit.audit.trail import READ
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.db.tables import audit, audit_seals

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

REFUSED = "permission denied|must be owner|must be superuser"


@pytest.fixture(scope="module")
def stack(admin_database_url: str) -> Iterator[Record]:
    """Databases and roles of a stack, migrated, as `headship up` makes them."""
    name = f"test_{secrets.token_hex(4)}"
    try:
        logins = database_logins(admin_database_url, name)
        record = Record(name, "", None, admin_database_url, False, False)
        for service, login in logins.items():
            own = {"DATABASE_URL": login.service}
            record.members[service] = Member(service, 0, 0, own, owner_url=login.owner)
        migrate_stack(record)
        yield record
    finally:
        clear(admin_database_url, name)


def clear(url: str, stack: str) -> None:
    for service in SERVICES:
        databases.drop_database(url, database_name(stack, service))
    for service in SERVICES:
        databases.drop_role(url, database_name(stack, service))
        databases.drop_role(url, owner_name(stack, service))


def url_of(stack: Record, service: str) -> str:
    return stack.members[service].logins["DATABASE_URL"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_works_with_the_rows_of_its_own_tables(stack: Record, service: str) -> None:
    database = ServiceDatabase(open_engine(url_of(stack, service)), service)
    try:
        with database.transaction() as tx:
            tables = tx.connection().exec_driver_sql(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            for (table,) in tables.all():
                tx.connection().exec_driver_sql(f'SELECT * FROM "{table}" LIMIT 1')
            deleted = tx.connection().exec_driver_sql("DELETE FROM outbox WHERE id = 0")
            assert deleted.rowcount == 0
    finally:
        database.engine.dispose()


def test_the_role_that_is_named_may_work_with_what_an_operator_migrated(
    stack: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `OutOfDate` has them do it, where no stack runs."""
    member = stack.members["sessions"]
    role = str(urlsplit(member.logins["DATABASE_URL"]).username)
    with administrator(member.owner_url) as cursor:
        cursor.execute(f'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "{role}"')
    monkeypatch.setenv("DATABASE_URL", member.owner_url)
    monkeypatch.setenv("RUNTIME_ROLE", role)

    migrate_here(None, ["sessions"])

    with administrator(url_of(stack, "sessions")) as cursor:
        cursor.execute("SELECT count(*) FROM seats")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_does_not_get_into_anothers_database(stack: Record, service: str) -> None:
    for other in SERVICES:
        if other != service:
            place = databases.in_database(url_of(stack, service), database_name(stack.name, other))
            with pytest.raises(psycopg2.OperationalError, match="permission denied"):
                psycopg2.connect(databases.libpq(place)).close()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id integer)",
        "CREATE TEMPORARY TABLE mine (id integer)",
        "CREATE SCHEMA mine",
        "DROP TABLE outbox",
        "ALTER TABLE outbox ADD COLUMN mine integer",
        "TRUNCATE outbox",
        "CREATE INDEX mine ON outbox (id)",
        "UPDATE kit_version SET version_num = '9999'",
        "DELETE FROM service_version",
        "UPDATE audit SET caller = 'nobody'",
        "UPDATE audit_seals SET sha256 = 'mine'",
        "UPDATE audit_seals SET pruned_at = now()",
        "DELETE FROM audit_seals",
        "DELETE FROM audit WHERE at < now() - interval '6 years'",
        "CREATE ROLE mine",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY outbox TO PROGRAM 'cat'",
    ],
)
def test_a_service_changes_no_table_and_nothing_outside_of_its_tables(
    stack: Record, statement: str
) -> None:
    engine = open_engine(url_of(stack, "sessions"))
    try:
        with pytest.raises(DBAPIError, match=REFUSED), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def test_who_has_a_services_password_can_have_no_row_of_the_audit_trail_deleted_too_early(
    stack: Record,
) -> None:
    """Not even with a seal of their own making over it."""
    database = ServiceDatabase(open_engine(url_of(stack, "sessions")), "sessions")
    try:
        with database.transaction() as tx:
            tx.audit([(READ, "person", uuid4())])
        seal(database.engine)
        with database.transaction() as tx:
            tx.execute(insert(audit_seals).values(_as_if_long_ago(0)))
            tx.execute(insert(audit_seals).values(_as_if_long_ago(99)))

            assert prune(tx) == 0
            assert tx.scalar(select(func.count()).select_from(audit)) == 1
            assert verify(tx, VerifyAudit()).flaws
    finally:
        database.engine.dispose()


def _as_if_long_ago(number: int) -> dict[str, object]:
    long_ago, digest = datetime(2001, 1, 1, tzinfo=UTC), "0" * 64
    told = {"number": number, "first_id": 1, "last_id": 10**9, "rows": 1, "sealed_at": long_ago}
    return told | {"rows_sha256": digest, "sha256": digest}


def test_the_owner_of_the_tables_migrates_and_is_no_administrator(stack: Record) -> None:
    engine = open_engine(stack.members["sessions"].owner_url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE for_a_moment (id integer)")
            connection.exec_driver_sql("DROP TABLE for_a_moment")
        with pytest.raises(ProgrammingError, match=REFUSED), engine.begin() as connection:
            connection.exec_driver_sql("CREATE ROLE mine")
    finally:
        engine.dispose()


def test_a_service_is_not_told_its_owners_password(stack: Record) -> None:
    for member in stack.members.values():
        owner = urlsplit(member.owner_url)
        assert owner.password
        assert all(owner.password not in login for login in member.logins.values())


def test_a_stack_of_an_earlier_version_is_taken_over_by_the_owner(
    stack: Record, admin_database_url: str
) -> None:
    """There, the role as which a service works owned its tables."""
    name = database_name(stack.name, "sessions")
    with administrator(databases.in_database(admin_database_url, name)) as cursor:
        cursor.execute(f'REASSIGN OWNED BY "{owner_name(stack.name, "sessions")}" TO "{name}"')
    assert databases.owner_of(admin_database_url, name) == name

    logins = database_logins(admin_database_url, stack.name)
    migrate_stack(stack)

    assert databases.owner_of(admin_database_url, name) == owner_name(stack.name, "sessions")
    assert logins["sessions"] == DatabaseLogin(
        url_of(stack, "sessions"), stack.members["sessions"].owner_url
    )
    test_a_service_works_with_the_rows_of_its_own_tables(stack, "sessions")


def test_a_role_of_somebody_else_is_left_alone(admin_database_url: str) -> None:
    name = f"test_{secrets.token_hex(4)}"
    role = database_name(name, "enrolment")
    databases.create_role(admin_database_url, role, "theirs", mark="for their reports")
    try:
        with pytest.raises(CommandError, match=f"a role {role} that headship did not make"):
            database_logins(admin_database_url, name)
        assert databases.takes(with_login(admin_database_url, role, "theirs"))
    finally:
        clear(admin_database_url, name)


def test_a_database_of_somebody_else_is_left_alone(admin_database_url: str) -> None:
    name, owner = f"test_{secrets.token_hex(4)}", f"theirs_{secrets.token_hex(4)}"
    database = database_name(name, "enrolment")
    databases.create_role(admin_database_url, owner, "theirs")
    databases.create_database(admin_database_url, database)
    with administrator(admin_database_url) as cursor:
        cursor.execute(f'ALTER DATABASE "{database}" OWNER TO "{owner}"')
    try:
        with pytest.raises(CommandError, match=f"a database {database} already"):
            database_logins(admin_database_url, name)
        assert databases.owner_of(admin_database_url, database) == owner
    finally:
        clear(admin_database_url, name)
        databases.drop_role(admin_database_url, owner)
