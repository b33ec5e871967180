"""Files in the service's own database: addressed by content, in pieces of 1 MiB."""

from hashlib import sha256

from assessment import queries
from assessment.models import File, FilePiece
from headship_contracts.errors import NotFound
from kit import Transaction

PIECE = 1024 * 1024


def put(tx: Transaction, content: bytes) -> str:
    """Keep `content`, once however often it comes; gives its SHA-256 in hexadecimal."""
    digest = sha256(content).hexdigest()
    if not queries.submissions.claim_file(tx, digest, size=len(content)):
        return digest
    for position, start in enumerate(range(0, len(content), PIECE)):
        piece = content[start : start + PIECE]
        tx.add(FilePiece(sha256=digest, position=position, content=piece))
    return digest


def get(tx: Transaction, digest: str) -> bytes:
    """The content kept under this SHA-256."""
    if tx.get(File, digest) is None:
        raise NotFound("file_not_found", digest)
    return b"".join(queries.submissions.file_pieces(tx, digest))
