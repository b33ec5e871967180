"""What stops a start and somebody has to put right outside of the code: told without a stack."""

import logging
import sys
from types import TracebackType
from typing import Final

from kit.config import SettingsError
from kit.db.version import OutOfDate
from kit.transport import loop
from kit.transport.broker import LoginRefused
from kit.transport.declare import TopologyMissing
from kit.transport.ports import PortTaken

EXPECTED: Final = (LoginRefused, OutOfDate, PortTaken, SettingsError, TopologyMissing)


def tell_without_stack() -> None:
    """For a process that is not ours: `nameko run` lets them rise to its end. It exits with 1."""
    loop.log_errors(EXPECTED)
    logging.getLogger("nameko.containers").addFilter(_is_unexpected)
    sys.excepthook = _tell


def _is_unexpected(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], EXPECTED))


def _tell(kind: type[BaseException], error: BaseException, stack: TracebackType | None) -> None:
    if isinstance(error, EXPECTED):
        sys.stderr.write(f"Error: {error}\n")
    else:
        sys.__excepthook__(kind, error, stack)
