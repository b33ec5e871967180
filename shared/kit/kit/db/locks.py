"""Locks across replicas, held by a database connection until it lets go or dies."""

import hashlib

from sqlalchemy import Connection, text

_held_here: dict[tuple[str, str], int] = {}
"""SQLite serves one process: there the locks are this dictionary, (database, name) → holder."""


def try_lock(connection: Connection, name: str) -> bool:
    """Take the lock if nobody has it. It stays with this connection, across its transactions.

    With PostgreSQL it is a session's advisory lock: it goes when the connection goes.
    """
    if connection.dialect.name == "sqlite":
        key, holder = (str(connection.engine.url), name), id(connection)
        return _held_here.setdefault(key, holder) == holder
    taken = connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _number(name)})
    return bool(taken)


def unlock(connection: Connection, name: str) -> None:
    """Let go of a lock that this connection holds."""
    if connection.dialect.name == "sqlite":
        key = (str(connection.engine.url), name)
        if _held_here.get(key) == id(connection):
            del _held_here[key]
        return
    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _number(name)})


def _number(name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
