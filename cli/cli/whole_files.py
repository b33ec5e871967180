"""Files that commands write: whole or not at all, and for their owner's eyes alone."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cli.errors import CommandError


@contextmanager
def written(to: Path) -> Iterator[BinaryIO]:
    """What is written in the block is at `to` once that has ended well. Raises OSError."""
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)  # one that was left, or laid there for us: others might read it
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield file
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def write_pages(pages: Iterator[str], to: Path | None, *, mark: bytes = b"") -> None:
    """A list that comes page by page, into a file that begins with `mark`, or to the screen: half
    of one would be taken for all. Raises CommandError."""
    if to is None:
        for page in pages:
            sys.stdout.write(page)
        return
    try:
        with written(to) as file:
            file.write(mark)
            for page in pages:
                file.write(page.encode())
    except OSError as error:
        raise CommandError(f"cannot write {to}: {error.strerror}") from error
