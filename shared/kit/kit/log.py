"""What the kit and the services say to whoever runs them: JSON, one object to a line, on stderr.

Each run of an entrypoint gets one line, by `ran`; each line that is written in a story has its
`correlation_id`, which is also the W3C trace id. The text of a message is constant and its
values are fields. Bodies, arguments, names and addresses are never logged, and of a database
error only its class and the constraint, because its text quotes the row.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from headship_contracts.errors import ServiceError
from kit.correlation import known_correlation

LONGEST_REASON: Final = 300
"""Characters of an error's own text in a log line."""

DEEPEST_STACK: Final = 30
"""Frames of a stack in a log line, the innermost."""

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_runs = logging.getLogger("kit.run")


def configure(services: Sequence[str], level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logging of this process through the JSON formatter; twice does no harm.

    The kit and these services speak at `level`; all others (nameko, kombu…) only warn.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("kit", *services):
        logging.getLogger(name).setLevel(level)
    hush()
    logging.captureWarnings(capture=True)


def hush() -> None:
    """At each stop nameko warns of every thread that it ends, which is how threads end here."""
    logging.getLogger("nameko.containers").setLevel(logging.ERROR)


def tells_of_runs(error: BaseException | None) -> bool:
    """Whether `ran` would say anything, for who has much to put together for it."""
    return _runs.isEnabledFor(_level(error))


def ran(
    service: str,
    entrypoint: str,
    *,
    outcome: str,
    seconds: float,
    call_id: str | None = None,
    correlation_id: str | None = None,
    caller: str | None = None,
    error: BaseException | None = None,
    **fields: Any,
) -> None:
    """One run of an entrypoint. With `error` it is a bug or an outage, and carries the stack.

    `outcome` is a word of a fixed set, as in the metrics; a refusal is an outcome, not an error.
    """
    told: dict[str, Any] = {
        "service": service,
        "entrypoint": entrypoint,
        "outcome": outcome,
        "seconds": round(seconds, 4),
        "call_id": call_id,
        "correlation_id": correlation_id,
        "caller": caller,
        **fields,
    }
    _runs.log(
        _level(error),
        "entrypoint ran",
        exc_info=error,
        extra={name: value for name, value in told.items() if value is not None},
    )


def _level(error: BaseException | None) -> int:
    return logging.INFO if error is None else logging.ERROR


class JsonFormatter(logging.Formatter):
    """A log record as one line of JSON; what was given as `extra` becomes fields of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its line end."""
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        story = known_correlation()
        if story is not None:
            line["correlation_id"] = story
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = reason(record.exc_info[1])
            line["stack"] = stack(record.exc_info[1])
        return json.dumps(line, default=str, ensure_ascii=False)


def reason(error: BaseException) -> str:
    """An error in one short line that quotes no record."""
    name = type(error).__name__
    if isinstance(error, ServiceError):
        return f"{name}: {error.code}"
    cause = getattr(error, "orig", None)
    if isinstance(cause, BaseException):
        constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
        told = f"{type(cause).__name__} on {constraint}" if constraint else type(cause).__name__
        if getattr(cause, "pgcode", "") is None:  # no statement was run: it tells of the server
            told = _first_line(cause)
        return f"{name}: {told}"
    first_line = _first_line(error)
    return f"{name}: {first_line}" if first_line else name


_ADDRESS_OR_NUMBER = re.compile(r"[^\s'\"<>@]+@[^\s'\"<>@]+|(?<!\d)\d{7}(?!\d)")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME_OF_A_THING = re.compile(r"[a-z0-9_./:-]*")


def without_people(text: str) -> str:
    """What an error says, without what could be somebody's: addresses, numbers of seven digits as
    TRNs have, and quotations but for names of things in the code."""
    bare = _QUOTED.sub(
        lambda told: told[0] if _NAME_OF_A_THING.fullmatch(told[0][1:-1]) else "'…'", text
    )
    return _ADDRESS_OR_NUMBER.sub("…", bare)


def _first_line(error: BaseException) -> str:
    line = without_people((str(error).splitlines() or [""])[0])
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 1] + "…"


def stack(error: BaseException) -> list[str]:
    """The frames of an error and of what caused it, innermost last, with no values in them."""
    return [frame for link in _causes(error) for frame in _frames(link)][-DEEPEST_STACK:]


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _causes(cause)
    yield error


def _frames(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"
    yield reason(error)
