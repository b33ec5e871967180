"""Names that one holder at a time can have, across all replicas of a service.

One connection, outside the pool, holds them all as PostgreSQL's advisory locks; when the process
or that connection dies, they are free at once. On SQLite, which serves one process, they are
names in a set.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from kit.db.locks import try_lock, unlock
from kit.db.postgres import WATCHED, WATCHING

LOOK_AGAIN_SECONDS = 0.1


class Leases:
    """The names that this process holds in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._mine: set[str] = set()
        self._talking = threading.Lock()
        self._connection: Connection | None = None

    def take(self, name: str) -> bool:
        """Take the name if nobody has it, neither here nor in another process."""
        if name in self._mine:
            return False
        self._mine.add(name)  # before anything that lets another greenlet run
        try:
            taken = self._lock(name)
        except BaseException:
            self._mine.discard(name)
            raise
        if not taken:
            self._mine.discard(name)
        return taken

    def give_back(self, name: str) -> None:
        """Let go of a name taken here. If the connection is lost, so is the name already."""
        try:
            with self._talking:
                if self._connection is not None:
                    unlock(self._connection, name)
        except SQLAlchemyError:
            self._drop()
        finally:
            self._mine.discard(name)

    @contextmanager
    def holding(self, name: str, *, wait_seconds: float) -> Iterator[bool]:
        """Have the name during the block; False if it was not to be had for `wait_seconds`."""
        end = time.monotonic() + wait_seconds
        while not (taken := self.take(name)) and time.monotonic() < end:
            time.sleep(LOOK_AGAIN_SECONDS)
        try:
            yield taken
        finally:
            if taken:
                self.give_back(name)

    def close(self) -> None:
        """Let go of all names."""
        with self._talking:
            self._drop()
        self._mine.clear()

    def _lock(self, name: str) -> bool:
        if self._engine.dialect.name == "sqlite":
            return True
        with self._talking:
            try:
                return try_lock(self._connected(), name)
            except DBAPIError:
                self._drop()
            try:
                return try_lock(self._connected(), name)
            except BaseException:
                self._drop()  # one that is spoilt would spoil every look from now on
                raise

    def _connected(self) -> Connection:
        if self._connection is None:
            alone = create_engine(
                self._engine.url,
                poolclass=NullPool,
                isolation_level="AUTOCOMMIT",
                connect_args={**WATCHED, "options": WATCHING},
            )
            self._connection = alone.connect()
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
