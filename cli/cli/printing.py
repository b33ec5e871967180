"""What commands print for people: as wide as the window; in a pipe or file, each line whole."""

import os
import sys

from rich.console import Console

WHOLE = 10_000
"""Columns, where no window cuts a line: for `grep`, `less -S` and logs."""


def console(*, stderr: bool = False) -> Console:
    """Where a command prints."""
    stream = sys.stderr if stderr else sys.stdout
    windowed = stream.isatty() or "COLUMNS" in os.environ
    return Console(stderr=stderr, width=None if windowed else WHOLE)
