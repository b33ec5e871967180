"""A stack for the time of a block, as the demo has it.

`python -m cli.stack.temporary STATE PID STARTED` is its watchdog.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cli.backing.watchdog import run, watched
from cli.stack.record import Record
from cli.stack.start import start
from cli.stack.stop import stop


@contextmanager
def running(
    state: Path,
    environment: Mapping[str, str],
    say: Callable[[str], None] = lambda _step: None,
) -> Iterator[Record]:
    """The stack in `state`: stopped, and its data removed, with the block or with this process."""
    state.mkdir(parents=True, exist_ok=True)
    with watched(state, __name__):
        try:
            name = f"temporary_{secrets.token_hex(4)}"
            yield start(state, name=name, environment=environment, say=say)
        finally:
            clear(state)


def clear(state: Path) -> None:
    """Stop whatever runs of the stack, and remove its data."""
    record = Record.load(state)
    if record is not None:
        stop(state, record, wipe=True)


if __name__ == "__main__":
    run(clear)
