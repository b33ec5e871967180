"""Files, by their content."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from assessment.models import (
    CaseEvidence,
    File,
    FilePiece,
    ReferenceScript,
    SimilarityCase,
    Submission,
    Upload,
)
from kit import Transaction


def claim(tx: Transaction, digest: str, *, size: int) -> bool:
    """Whether this content is new, or was erased: then its pieces are to be added.

    Who comes second waits for the first one's commit. What is there already is from now on as
    young as what is new, so that nobody clears it away before it is referred to.
    """
    dialect = postgresql if tx.get_bind().dialect.name == "postgresql" else sqlite
    claimed = tx.execute(
        dialect.insert(File)
        .values(sha256=digest, size=size, stored_at=tx.at)
        .on_conflict_do_nothing()
        .returning(File.sha256)
    )
    if claimed.one_or_none() is not None:
        return True
    tx.execute(update(File).where(File.sha256 == digest).values(stored_at=tx.at))
    has_pieces = select(FilePiece.sha256).where(FilePiece.sha256 == digest).limit(1)
    return size > 0 and tx.scalar(has_pieces) is None


def drop_unused(tx: Transaction, before: datetime, limit: int) -> int:
    """Delete files, stored before then, that nothing refers to; gives back how many."""
    unused = (
        select(File.sha256)
        .where(File.stored_at < before, *(~exists().where(c == File.sha256) for c in REFERENCES))
        .order_by(File.stored_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = list(tx.scalars(unused))
    tx.execute(delete(FilePiece).where(FilePiece.sha256.in_(found)))
    tx.execute(delete(File).where(File.sha256.in_(found)))
    return len(found)


REFERENCES = (
    Submission.sha256,
    Submission.text_sha256,
    Upload.sha256,
    Upload.text_sha256,
    CaseEvidence.sha256,
    ReferenceScript.text_sha256,
    SimilarityCase.text_a_sha256,
    SimilarityCase.text_b_sha256,
)
"""Every column that names a file; a test holds this against the models."""


def pieces_of(tx: Transaction, digest: str) -> list[bytes]:
    """The pieces of a file, in order."""
    pieces = select(FilePiece.content).where(FilePiece.sha256 == digest)
    return list(tx.scalars(pieces.order_by(FilePiece.position)))
