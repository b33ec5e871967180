"""How PostgreSQL is reached: what both sides of a connection watch, and how little goes to and fro.

psycopg2 itself sends BEGIN alone and waits for the answer. In a service each wait is a turn of the
loop, so that a small transaction of four round trips spends a quarter of its time on it. Here it
begins with its first statement, and ends with the last one where that is known. And PostgreSQL
takes most of the time of a small statement to read and plan it: 340 µs for one participant by id,
against 85 where it keeps the plan (both measured), which psycopg2 does not ask for.
"""

import re
from collections.abc import Mapping
from itertools import count
from typing import Any, Final

from psycopg2 import ProgrammingError, extensions
from sqlalchemy import Engine, event

_KEPT_ALIVE: Final = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
_UNANSWERED: Final = 25_000

WATCHED: Final = {"connect_timeout": 5, **_KEPT_ALIVE, "tcp_user_timeout": _UNANSWERED}
"""For libpq, in seconds, the last in milliseconds: a server that goes without a word is noticed
within half a minute, also while something is on its way to it."""

WATCHING: Final = " ".join(
    [f"-c tcp_{name}={value}" for name, value in _KEPT_ALIVE.items()]
    + [f"-c tcp_user_timeout={_UNANSWERED}"]
)
"""For the server: so is a machine of ours, whose locks would else be held for two hours."""

KEPT: Final = {"kept": True}
"""Execution options of a statement that each connection keeps prepared: one that many calls run,
that finds or writes a few rows by a key, and whose text is always the same (no list after IN). Its
values are text and other plain ones; an array goes as text."""

LAST: Final = {"last": True}
"""Of a transaction's last statement: its commit travels with it, and nothing may follow."""

OPTIONS: Final = ("first", "kept", "last")
"""All of them; `first` is SQL that runs before the statement, in the same trip."""

_VALUE: Final = re.compile(r"%\((\w+)\)s")


class OneTripConnection(extensions.connection):
    """What psycopg2 calls autocommit is on: this class alone begins and ends transactions."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.autocommit = True
        self.in_transaction = False
        self.ended = False
        """By a last statement; the call that says so is yet to come."""
        self.kept: dict[str, str] = {}
        """What runs each statement that is kept prepared."""
        self.in_doubt = False
        """Whether more may be prepared than is known: one of them has failed."""
        self.numbers = count()

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        options.setdefault("cursor_factory", OneTripCursor)
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, how: str) -> None:
        self.ended = False
        if not self.in_transaction:
            return
        self.in_transaction = False
        with super().cursor() as cursor:
            cursor.execute(how)


class OneTripCursor(extensions.cursor):
    """Sends with a statement what belongs before and after it."""

    connection: OneTripConnection
    options: Mapping[str, Any] = {}
    """The statement's own, of OPTIONS."""

    def execute(self, query: Any, values: Any = None) -> None:
        line, options = self.connection, self.options
        if line.ended:
            raise ProgrammingError("a statement after the last one of a transaction")
        if line.in_transaction and not options:
            super().execute(query, values)
            return
        told = query.decode() if isinstance(query, bytes) else query
        trip = [] if line.in_transaction else ["BEGIN"]
        trip += [options["first"]] if "first" in options else []
        trip += self._prepared(told, values) if "kept" in options else [told]
        trip += ["COMMIT"] if "last" in options else []
        line.in_transaction = True
        try:
            super().execute(";".join(trip), values)
        except BaseException:
            if "kept" in options:  # prepared anew next time: it may be the plan that is wrong
                line.kept.clear()
                line.in_doubt = True
            raise
        if "kept" in options:
            line.in_doubt = False
        line.ended = "last" in options
        line.in_transaction = not line.ended

    def executemany(self, query: Any, many: Any) -> None:
        if not self.connection.in_transaction:
            self.execute("SELECT 1")
        super().executemany(query, many)

    def _prepared(self, query: str, values: Mapping[str, Any]) -> list[str]:
        """What runs it, after what prepares it where that has not been done."""
        kept = self.connection.kept
        if query in kept:
            return [kept[query]]
        name = f"kept_{next(self.connection.numbers)}"
        places = {value: f"${place}" for place, value in enumerate(values, start=1)}
        prepares = _VALUE.sub(lambda found: places[found[1]], query)
        given = ", ".join(f"%({value})s" for value in places)
        kept[query] = f"EXECUTE {name}({given})"
        afresh = ["DEALLOCATE ALL"] if self.connection.in_doubt else []
        return [*afresh, f"PREPARE {name} AS {prepares}", kept[query]]


def heed_options(engine: Engine) -> None:
    """Tell the cursor the options of the statement that it is about to run."""

    @event.listens_for(engine, "before_cursor_execute")
    def tell(_line: Any, cursor: Any, _sql: Any, _values: Any, context: Any, many: bool) -> None:
        if not many:
            told = context.execution_options
            cursor.options = {name: told[name] for name in OPTIONS if name in told}
