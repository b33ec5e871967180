"""Databases and roles on a PostgreSQL server, made and dropped by its administrator."""

import contextlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql


@contextlib.contextmanager
def administrator(url: str) -> Iterator[Any]:
    """A cursor outside any transaction, where databases can be made."""
    connection = psycopg2.connect(libpq(url))
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def create_database(url: str, name: str, *, owner: str | None = None) -> str:
    """Make an empty database, and return its URL with the administrator's login."""
    with administrator(url) as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        if owner is not None:
            names = (sql.Identifier(name), sql.Identifier(owner))
            cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(*names))
            cursor.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(names[0]))
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


def create_role(url: str, name: str, password: str) -> None:
    """Make a role that may log in, or give one that exists a new password."""
    with administrator(url) as cursor:
        verb = sql.SQL("ALTER" if role_exists(url, name) else "CREATE")
        statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
        cursor.execute(statement.format(verb, sql.Identifier(name), sql.Literal(password)))


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
