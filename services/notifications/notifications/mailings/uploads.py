"""A file on its way up: begun, put piece by piece, discarded, and forgotten after some days."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from headship_contracts.errors import Conflict, NotFound, Refused
from headship_contracts.files import unpacked
from headship_contracts.messages import Done
from headship_contracts.notifications.mailings import (
    BeginMailing,
    DiscardMailing,
    ListMailings,
    MailingPage,
    MailingRecord,
    PutMailingPiece,
)
from kit import Transaction
from kit.paging import page
from notifications.models import Mailing, MailingPiece
from notifications.orders import orderable

MOST_BYTES = 20 * 1_048_576
"""Of a file: 10,000 rows of 2,000 characters."""

KEPT = timedelta(days=7)
"""As long as GOV.UK Notify keeps such files: they hold people's data."""

COUNTS = ("rows", "good", "bad", "unchanged", "applied")


def begin(tx: Transaction, request: BeginMailing) -> MailingRecord:
    """A place for a file. Raises NotFound `template_not_found`, Invalid, Refused `too_large`."""
    if request.size > MOST_BYTES:
        raise Refused("too_large", f"{request.size} bytes; {MOST_BYTES} are the most")
    mailing = Mailing(
        template=orderable(tx, request.template).name,
        key=request.key,
        due_at=request.due_at,
        state="uploading",
        size=request.size,
        delimiter=request.delimiter,
        encoding=request.encoding,
        created_by=tx.caller.name,
        created_at=tx.at,
        revision=tx.next_revision(None),
        **dict.fromkeys(COUNTS, 0),
    )
    tx.add(mailing)
    tx.flush()
    return record(tx, mailing)


def put(tx: Transaction, request: PutMailingPiece) -> MailingRecord:
    """Keep a piece; the same one again is the same. Raises Conflict `piece_differs`, Invalid,
    Refused `too_large` or `already_applied`.
    """
    mailing = lock(tx, request.mailing_id)
    check_open(mailing)
    body = unpacked(request.content, request.sha256)
    known = tx.get(MailingPiece, (mailing.mailing_id, request.number))
    if known is not None:
        if known.sha256 != request.sha256:
            raise Conflict("piece_differs", f"piece {request.number} was another one before")
        return record(tx, mailing)
    held = select(func.sum(func.length(MailingPiece.body)))
    here = tx.scalar(held.where(MailingPiece.mailing_id == mailing.mailing_id)) or 0
    if here + len(body) > mailing.size:
        raise Refused("too_large", f"the file was said to have {mailing.size} bytes")
    tx.add(
        MailingPiece(
            mailing_id=mailing.mailing_id, number=request.number, sha256=request.sha256, body=body
        )
    )
    mailing.state, mailing.revision = "uploading", tx.next_revision(mailing.revision)
    tx.flush()
    return record(tx, mailing)


def content(tx: Transaction, mailing: Mailing) -> bytes:
    """The whole file. Raises Refused `incomplete` while some of it is missing."""
    wanted = select(MailingPiece.number, MailingPiece.body)
    its = wanted.where(MailingPiece.mailing_id == mailing.mailing_id)
    pieces = tx.execute(its.order_by(MailingPiece.number)).all()
    whole = b"".join(piece.body for piece in pieces)
    gaps = [piece.number for number, piece in enumerate(pieces) if piece.number != number]
    if gaps or len(whole) != mailing.size:
        told = f"{len(whole)} of {mailing.size} bytes are here, without gaps"
        raise Refused("incomplete", told)
    return whole


def forget(tx: Transaction, mailing: Mailing) -> None:
    """The file itself is no longer needed."""
    tx.execute(delete(MailingPiece).where(MailingPiece.mailing_id == mailing.mailing_id))


def discard(tx: Transaction, request: DiscardMailing) -> Done:
    """Remove a mailing with all that is kept of its file."""
    tx.delete(lock(tx, request.mailing_id))
    return Done()


def discard_old(tx: Transaction) -> None:
    """Files hold people's data: none is kept for long."""
    tx.execute(delete(Mailing).where(Mailing.created_at < tx.at - KEPT))


def list_mailings(tx: Transaction, request: ListMailings) -> MailingPage:
    """Oldest first."""
    wanted = select(Mailing)
    for name in ("key", "state"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Mailing, name) == value)
    keys = (Mailing.created_at, Mailing.mailing_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return MailingPage(items=[record(tx, one) for one in found], next_cursor=cursor)


def lock(tx: Transaction, mailing_id: UUID) -> Mailing:
    """One mailing. Raises NotFound `mailing_not_found`."""
    mailing = tx.get(Mailing, mailing_id, with_for_update=True, populate_existing=True)
    if mailing is None:
        raise NotFound("mailing_not_found", f"{mailing_id}: begin one")
    return mailing


def check_open(mailing: Mailing) -> None:
    """Raises Refused once the file is applied."""
    if mailing.state == "applied":
        raise Refused("already_applied", "begin another mailing")


def record(tx: Transaction, mailing: Mailing) -> MailingRecord:
    """A mailing for those who watch it."""
    pieces = select(func.count()).where(MailingPiece.mailing_id == mailing.mailing_id)
    return MailingRecord(
        mailing_id=mailing.mailing_id,
        template=mailing.template,
        key=mailing.key,
        due_at=mailing.due_at,
        state=mailing.state,
        size=mailing.size,
        pieces=tx.scalar(pieces) or 0,
        encoding=mailing.encoding,
        delimiter=mailing.delimiter,
        ignored_columns=(mailing.ignored_columns or [])[:200],
        created_by=mailing.created_by,
        created_at=mailing.created_at,
        finished_at=mailing.finished_at,
        revision=mailing.revision,
        **{name: getattr(mailing, name) for name in COUNTS},
    )
