"""Telling a statement that is wrong from a database that is away, and from two that collided."""

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, DisconnectionError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from kit.db.engine import begin

_AWAY = ("08", "57P", "53", "25006")
"""SQLSTATE beginnings: connection lost, server stopping or starting, out of connections or room,
and read-only, which a primary becomes when another takes over."""

_NO_ROOM = ("53100", "53300")
"""SQLSTATEs: the disk is full, or there are too many connections: nobody's own fault."""

_COLLIDED = ("23505", "40001", "40P01")
"""SQLSTATEs: a key that another has added meanwhile, no serial order, a deadlock."""

_SQLITE_AWAY = ("database is locked", "unable to open database", "disk I/O error")


def is_outage(error: BaseException) -> bool:
    """Whether the database could not be reached or used: the same work may succeed unchanged."""
    if isinstance(error, PoolTimeout | DisconnectionError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "pgcode", None)
    if state is not None:
        return str(state).startswith(_AWAY)
    if not isinstance(error, OperationalError):
        return False
    from_sqlite = type(error.orig).__module__ == "sqlite3"
    return not from_sqlite or any(told in str(error.orig) for told in _SQLITE_AWAY)


def is_everybodys(error: BaseException) -> bool:
    """Whether an outage is none that one piece of work can bring about by itself, although others
    that write less may still get through."""
    state = getattr(getattr(error, "orig", None), "pgcode", None)
    return state in _NO_ROOM or isinstance(error, PoolTimeout)


def is_collision(error: BaseException) -> bool:
    """Whether it may be for another transaction at the same time: run again, this one sees it."""
    if not isinstance(error, DBAPIError):
        return False
    return getattr(error.orig, "pgcode", None) in _COLLIDED


def is_there(engine: Engine) -> bool:
    """Whether the database answers now."""
    try:
        with begin(engine) as connection:
            connection.execute(text("SELECT 1"))
    except Exception as error:
        if not is_outage(error):
            raise
        return False
    return True
