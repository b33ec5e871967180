"""Databases and roles on a PostgreSQL server, made and dropped by its administrator."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from kit import tls


@contextlib.contextmanager
def administrator(url: str) -> Iterator[Any]:
    """A cursor outside any transaction, where databases can be made."""
    connection = psycopg2.connect(libpq(url), **tls.to_libpq())
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def create_database(url: str, name: str) -> str:
    """Make an empty database, and return its URL with the administrator's login."""
    with administrator(url) as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return in_database(url, name)


def drop_database(url: str, name: str) -> None:
    """Drop a database, cutting off whoever uses it."""
    with administrator(url) as cursor:
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        cursor.execute(statement.format(sql.Identifier(name)))


def rename_database(url: str, name: str, new_name: str) -> None:
    """Give a database that nobody uses another name."""
    with administrator(url) as cursor:
        names = (sql.Identifier(name), sql.Identifier(new_name))
        cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))


def database_exists(url: str, name: str) -> bool:
    """Whether the server has a database of this name."""
    with administrator(url) as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None


def owner_of(url: str, name: str) -> str | None:
    """The role that owns a database; None if the server has none of this name."""
    with administrator(url) as cursor:
        cursor.execute("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name])
        found = cursor.fetchone()
        return str(found[0]) if found else None


def hand_over(url: str, name: str, *, owner: str, user: str) -> None:
    """Let `owner` own a database with all that `user` had in it, `user` come in, and nobody else.

    Doing it again changes nothing.
    """
    names = {"name": sql.Identifier(name), "owner": sql.Identifier(owner)}
    names["user"] = sql.Identifier(user)
    with administrator(in_database(url, name)) as cursor:
        for statement in (
            "ALTER DATABASE {name} OWNER TO {owner}",
            "REASSIGN OWNED BY {user} TO {owner}",
            "REVOKE ALL ON DATABASE {name} FROM PUBLIC",
            "GRANT CONNECT ON DATABASE {name} TO {user}",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        ):
            cursor.execute(sql.SQL(statement).format(**names))


def create_role(url: str, name: str, password: str, *, mark: str = "") -> None:
    """Make a role that may log in, or give one that exists a new password. `mark` is left on it as
    its comment."""
    with administrator(url) as cursor:
        verb = sql.SQL("ALTER" if role_exists(url, name) else "CREATE")
        statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
        cursor.execute(statement.format(verb, sql.Identifier(name), sql.Literal(password)))
        statement = sql.SQL("COMMENT ON ROLE {} IS {}")
        cursor.execute(statement.format(sql.Identifier(name), sql.Literal(mark)))


def mark_of(url: str, name: str) -> str | None:
    """The comment on a role."""
    with administrator(url) as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", [name]
        )
        found = cursor.fetchone()
        return str(found[0]) if found and found[0] else None


def takes(url: str) -> bool:
    """Whether the server takes this login."""
    try:
        psycopg2.connect(libpq(url), connect_timeout=10, **tls.to_libpq()).close()
    except psycopg2.OperationalError:
        return False
    return True


def drop_role(url: str, name: str) -> None:
    """Drop a role that owns nothing any more."""
    with administrator(url) as cursor:
        cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))


def role_exists(url: str, name: str) -> bool:
    """Whether the server has a role of this name."""
    with administrator(url) as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        return cursor.fetchone() is not None


def in_database(url: str, name: str) -> str:
    """The same server and login, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{quote(name, safe='')}"))


def with_login(url: str, user: str, password: str) -> str:
    """The same place, as somebody else."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{place}"))


def libpq(url: str) -> str:
    """The URL as PostgreSQL's own library reads it: without SQLAlchemy's name of a driver."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(scheme=parts.scheme.partition("+")[0]))
