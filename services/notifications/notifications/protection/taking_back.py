"""On an erasure nothing that waits for the person goes out any more, however it is addressed.

What was queued is cancelled, however long a provider's rules keep it. A mailing's file lies here
for days before and after it is applied, and its rows by address name nobody whom we know: of each
mailing that is here it is kept, as a hash, to which addresses it must not go.
"""

import hashlib
from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import Table, func, select

from kit import Transaction
from kit.db.bulk import insert_rows
from kit.personal.holdings import Subject
from notifications.domain.addresses import folded
from notifications.domain.statuses import WAITING, Status
from notifications.models import Mailing, MailingErased, Message
from notifications.protection.custody import messages_of
from notifications.settling import become

PERSON_ERASED: Final = "person_erased"
_ERASED: Final[Table] = MailingErased.__table__  # type: ignore[assignment]


def take_back(tx: Transaction, subject: Subject) -> None:
    """Before the records go by which it is known what is theirs."""
    waiting = (
        select(Message)
        .where(messages_of(subject), Message.status.in_(WAITING), Message.handed_at.is_(None))
        .order_by(Message.message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for message in tx.scalars(waiting).all():
        become(tx, message, Status.CANCELLED, PERSON_ERASED)
    _remember(tx, _addresses(tx, subject))


def _addresses(tx: Transaction, subject: Subject) -> set[str]:
    """Where messages have reached them."""
    reached = select(func.lower(Message.recipient)).where(
        Message.person_id.in_(subject.person_ids), Message.recipient.is_not(None)
    )
    return {folded(address) for address in tx.scalars(reached.distinct())}


def _remember(tx: Transaction, addresses: Collection[str]) -> None:
    if not addresses:
        return
    known = {tuple(row) for row in tx.execute(select(_ERASED.c.mailing_id, _ERASED.c.address_hash))}
    rows = [
        {"mailing_id": mailing_id, "address_hash": _hash(mailing_id, address)}
        for mailing_id in tx.scalars(select(Mailing.mailing_id).order_by(Mailing.mailing_id)).all()
        for address in sorted(addresses)
    ]
    insert_rows(tx, _ERASED, [row for row in rows if tuple(row.values()) not in known])


class ErasedRecipients:
    """To whom a mailing, and those of its name before it, must not go."""

    def __init__(self, tx: Transaction, mailing: Mailing) -> None:
        wanted = select(MailingErased.mailing_id, MailingErased.address_hash).join(
            Mailing, Mailing.mailing_id == MailingErased.mailing_id
        )
        same = (Mailing.template == mailing.template, Mailing.key == mailing.key)
        self._known = {tuple(row) for row in tx.execute(wanted.where(*same))}
        self._mailings = {mailing_id for mailing_id, _hash in self._known}

    def __contains__(self, address: str | None) -> bool:
        if address is None:
            return False
        return any((one, _hash(one, folded(address))) in self._known for one in self._mailings)


def _hash(mailing_id: UUID, address: str) -> str:
    return hashlib.sha256(f"{mailing_id}:{address}".encode()).hexdigest()
