"""A file on its way up: begun, put piece by piece, discarded, and forgotten after some days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, delete, func, select

from enrolment.models import Import, ImportPiece
from headship_contracts.enrolment.imports import (
    BeginImport,
    DiscardImport,
    ImportPage,
    ImportRecord,
    ListImports,
    PutImportPiece,
)
from headship_contracts.errors import Conflict, NotFound, Refused
from headship_contracts.files import unpacked
from headship_contracts.messages import Done
from kit import Transaction
from kit.paging import page

MEGABYTE = 1_048_576


def begin(tx: Transaction, request: BeginImport, most_megabytes: int) -> ImportRecord:
    """A place for a file, if it is not too large."""
    if request.size > most_megabytes * MEGABYTE:
        told = f"{request.size} bytes; {most_megabytes * MEGABYTE} are the most"
        raise Refused("too_large", told)
    begun = Import(
        kind=request.kind,
        state="uploading",
        size=request.size,
        delimiter=request.delimiter,
        encoding=request.encoding,
        rows=0,
        good=0,
        bad=0,
        unchanged=0,
        applied=0,
        created_by=tx.caller.name,
        created_at=tx.at,
        revision=tx.next_revision(None),
    )
    tx.add(begun)
    tx.flush()
    return record(tx, begun)


def put(tx: Transaction, request: PutImportPiece) -> ImportRecord:
    """Keep a piece; the same one again is the same."""
    found = lock(tx, request.import_id)
    check_open(found)
    body = unpacked(request.content, request.sha256)
    known = tx.get(ImportPiece, (found.id, request.number))
    if known is not None:
        if known.sha256 != request.sha256:
            raise Conflict("piece_differs", f"piece {request.number} was another one before")
        return record(tx, found)
    held = tx.scalar(_sizes(found.id)) or 0
    if held + len(body) > found.size:
        raise Refused("too_large", f"the file was said to have {found.size} bytes")
    tx.add(ImportPiece(import_id=found.id, number=request.number, sha256=request.sha256, body=body))
    found.state, found.revision = "uploading", tx.next_revision(found.revision)
    tx.flush()
    return record(tx, found)


def content(tx: Transaction, found: Import) -> bytes:
    """The whole file. Raises Refused while some of it is missing."""
    wanted = select(ImportPiece).where(ImportPiece.import_id == found.id)
    pieces: Sequence[ImportPiece] = tx.scalars(wanted.order_by(ImportPiece.number)).all()
    whole = b"".join(piece.body for piece in pieces)
    gaps = [p.number for number, p in enumerate(pieces) if p.number != number]
    for piece in pieces:
        tx.expunge(piece)
    if gaps or len(whole) != found.size:
        raise Refused("incomplete", f"{len(whole)} of {found.size} bytes are here, without gaps")
    return whole


def forget(tx: Transaction, found: Import) -> None:
    """The file itself is no longer needed."""
    tx.execute(delete(ImportPiece).where(ImportPiece.import_id == found.id))


def discard(tx: Transaction, request: DiscardImport) -> Done:
    """Remove an import with all that is kept of its file."""
    tx.delete(lock(tx, request.import_id))
    return Done()


def discard_old(tx: Transaction, at: datetime, days: int) -> None:
    """Files hold personal data: none is kept for long."""
    tx.execute(delete(Import).where(Import.created_at < at - timedelta(days=days)))


def list_imports(tx: Transaction, request: ListImports) -> ImportPage:
    """Oldest first."""
    wanted = select(Import)
    for name in ("kind", "state"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Import, name) == value)
    keys = (Import.created_at, Import.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return ImportPage(items=[record(tx, one) for one in found], next_cursor=cursor)


def lock(tx: Transaction, import_id: UUID) -> Import:
    """One import. Raises NotFound."""
    found = tx.get(Import, import_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("import_not_found", f"{import_id}: begin one")
    return found


def check_open(found: Import) -> None:
    """Raises Refused once the file is applied."""
    if found.state == "applied":
        raise Refused("already_applied", "begin another import")


def record(tx: Transaction, of: Import) -> ImportRecord:
    """An import for those who watch it."""
    pieces = select(func.count()).where(ImportPiece.import_id == of.id)
    return ImportRecord(
        import_id=of.id,
        kind=of.kind,
        state=of.state,
        size=of.size,
        pieces=tx.scalar(pieces) or 0,
        encoding=of.encoding,
        delimiter=of.delimiter,
        ignored_columns=(of.ignored_columns or [])[:200],
        rows=of.rows,
        good=of.good,
        bad=of.bad,
        unchanged=of.unchanged,
        applied=of.applied,
        created_by=of.created_by,
        created_at=of.created_at,
        finished_at=of.finished_at,
        revision=of.revision,
    )


def _sizes(import_id: UUID) -> Select[tuple[int]]:
    lengths = select(func.sum(func.length(ImportPiece.body)))
    return lengths.where(ImportPiece.import_id == import_id)
