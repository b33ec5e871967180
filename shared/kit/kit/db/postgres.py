"""How PostgreSQL is reached: what both sides of a connection watch, and transactions that begin
with their first statement, in one round trip.

psycopg2 itself sends BEGIN alone and waits for the answer. In a service each wait is a turn of the
loop, so that a small transaction of four round trips spends a quarter of its time on it.
"""

from typing import Any, Final

from psycopg2 import extensions

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


class OneTripConnection(extensions.connection):
    """What psycopg2 calls autocommit is on: this class alone begins and ends transactions."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.autocommit = True
        self.in_transaction = False

    def cursor(self, *arguments: Any, **options: Any) -> Any:
        options.setdefault("cursor_factory", OneTripCursor)
        return super().cursor(*arguments, **options)

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, how: str) -> None:
        if not self.in_transaction:
            return
        self.in_transaction = False
        with super().cursor() as cursor:
            cursor.execute(how)


class OneTripCursor(extensions.cursor):
    """Puts BEGIN before the first statement of a transaction."""

    connection: OneTripConnection

    def execute(self, query: Any, values: Any = None) -> None:
        if self.connection.in_transaction:
            super().execute(query, values)
            return
        self.connection.in_transaction = True
        begin = b"BEGIN;" if isinstance(query, bytes) else "BEGIN;"
        super().execute(begin + query, values)

    def executemany(self, query: Any, many: Any) -> None:
        if not self.connection.in_transaction:
            self.execute("SELECT 1")
        super().executemany(query, many)
