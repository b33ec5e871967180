"""Files in the service's own database: addressed by content, in pieces of 1 MiB."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import IO

from assessment import queries
from assessment.models import File, FilePiece
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.db import ServiceDatabase

PIECE = 1024 * 1024
KEPT_UNUSED = timedelta(days=7)
AT_ONCE = 20
"""Files that are cleared away in one transaction; each has up to 20 pieces of 1 MiB."""


@dataclass(frozen=True)
class Spooled:
    """A file on this machine's disk for as long as it is being taken."""

    path: Path
    size: int
    sha256: str


@contextmanager
def spooled(stream: IO[bytes]) -> Iterator[Spooled]:
    """Write a stream to a file of its own, piece by piece."""
    digest, size = sha256(), 0
    with tempfile.NamedTemporaryFile(prefix="upload-") as held:
        while piece := stream.read(PIECE):
            held.write(piece)
            digest.update(piece)
            size += len(piece)
            time.sleep(0)  # 20 MiB in one go would keep everyone else waiting
        held.flush()
        yield Spooled(Path(held.name), size, digest.hexdigest())


def put(tx: Transaction, content: bytes) -> str:
    """Keep `content`, once however often it comes; gives its SHA-256 in hexadecimal."""
    digest = sha256(content).hexdigest()
    _keep(tx, BytesIO(content), digest, len(content))
    return digest


def put_spooled(tx: Transaction, spool: Spooled) -> str:
    """Keep a file's content, as `put` does, without ever having the whole in memory."""
    with spool.path.open("rb") as stream:
        _keep(tx, stream, spool.sha256, spool.size)
    return spool.sha256


def get(tx: Transaction, digest: str) -> bytes:
    """The content kept under this SHA-256."""
    if tx.get(File, digest) is None:
        raise NotFound("file_not_found", digest)
    return b"".join(queries.files.pieces_of(tx, digest))


def drop_unused(db: ServiceDatabase, at: datetime) -> None:
    """Clear away what nothing has referred to for a week: uploads that another replaced, texts that
    names have been taken out of since.
    """
    while True:
        with db.transaction(at=at) as tx:
            if queries.files.drop_unused(tx, at - KEPT_UNUSED, AT_ONCE) < AT_ONCE:
                return


def _keep(tx: Transaction, stream: IO[bytes], digest: str, size: int) -> None:
    if not queries.files.claim(tx, digest, size=size):
        return
    position = 0
    while piece := stream.read(PIECE):
        tx.add(FilePiece(sha256=digest, position=position, content=piece))
        tx.flush()  # each alone: all in one statement would hold up the whole service
        position += 1
