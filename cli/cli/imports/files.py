"""Files on their way up and down: a piece at a time, so that memory does not grow with them."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from cli.errors import CommandError
from cli.imports.asking import Ask
from headship_contracts.enrolment.imports import BeginImport, ImportRecord, PutImportPiece
from headship_contracts.files import PIECE_BYTES, packed

MOST_SPOOLED = 500 * 1024 * 1024
"""Bytes taken from a pipe, whose size is not known; enrolment has its own, lower limit."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO | IO[bytes], int]]:
    """A file and its size. What has no size, such as a pipe, is read into a temporary file first.

    Raises CommandError for what cannot be read.
    """
    try:
        stream = open("/dev/stdin" if str(path) == "-" else path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from error
    with stream:
        status = os.fstat(stream.fileno())
        if stat.S_ISREG(status.st_mode):
            yield stream, status.st_size
            return
        with tempfile.TemporaryFile() as spooled:
            yield spooled, _spool(stream, spooled)


def upload(
    ask: Ask, path: Path, *, kind: str, delimiter: str | None, encoding: str | None
) -> ImportRecord:
    """Send a file. One that is too large is refused before it is read."""
    with opened(path) as (stream, size):
        begun: ImportRecord = ask(
            BeginImport(kind=kind, size=size, delimiter=delimiter, encoding=encoding)
        )
        for number, piece in enumerate(pieces_of(stream)):
            ask(PutImportPiece(import_id=begun.import_id, number=number, **packed(piece)))
    return begun


def pieces_of(stream: IO[bytes] | BinaryIO) -> Iterator[bytes]:
    """What is left of a file, as it may travel."""
    while piece := stream.read(PIECE_BYTES):
        yield piece


def _spool(stream: BinaryIO, into: IO[bytes]) -> int:
    size = 0
    for piece in pieces_of(stream):
        size += len(piece)
        if size > MOST_SPOOLED:
            raise CommandError(f"more than {MOST_SPOOLED} bytes: give the file by its name")
        into.write(piece)
    into.seek(0)
    return size
