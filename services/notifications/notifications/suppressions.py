"""Addresses to which nothing is sent any more: where mail was refused or came back for good."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from headship_contracts.errors import Invalid, NotFound
from headship_contracts.notifications.preferences import (
    AddSuppression,
    ListSuppressions,
    RemoveSuppression,
    SuppressionPage,
    SuppressionRecord,
)
from kit import Transaction
from kit.paging import page
from notifications import metrics
from notifications.domain.addresses import BadAddress, folded, read_address
from notifications.models import Message, Suppression


def suppress(tx: Transaction, message: Message, reason: str) -> None:
    """Nothing more to where this message went. Enrolment hears of its failure, and has whoever
    looks after the person see to it.
    """
    if message.recipient is None:
        return
    address = folded(message.recipient)
    if tx.get(Suppression, address) is None:
        tx.add(
            Suppression(
                address=address,
                person_id=message.person_id,
                message_id=message.message_id,
                reason=reason,
                since=tx.at,
                added_by=str(tx.caller),
            )
        )
        tx.flush()
        tx.count(metrics.addresses_suppressed)


def suppressed_among(tx: Transaction, addresses: Collection[str]) -> Mapping[str, str]:
    """Those to which nothing is sent, with the reason."""
    if not addresses:
        return {}
    wanted = select(Suppression.address, Suppression.reason).where(
        Suppression.address.in_(list(addresses))
    )
    return {row.address: row.reason for row in tx.execute(wanted)}


def listed(tx: Transaction, request: ListSuppressions) -> SuppressionPage:
    """A page of them, by address."""
    wanted = select(Suppression)
    if request.address is not None:
        wanted = wanted.where(Suppression.address == folded(request.address))
    if request.person_id is not None:
        wanted = wanted.where(Suppression.person_id == request.person_id)
    rows, next_cursor = page(
        tx, wanted, keys=(Suppression.address,), cursor=request.cursor, limit=request.limit
    )
    return SuppressionPage(items=[_record(row) for row in rows], next_cursor=next_cursor)


def added(tx: Transaction, request: AddSuppression) -> SuppressionRecord:
    """An address that an operator knows to be wrong. Raises Invalid for what is none."""
    try:
        address = folded(read_address(request.address).written)
    except BadAddress as error:
        raise Invalid("not_an_address", str(error), {"address": [str(error)]}) from error
    row = tx.get(Suppression, address)
    if row is None:
        row = Suppression(
            address=address,
            person_id=None,
            message_id=None,
            reason=request.reason,
            since=tx.at,
            added_by=str(tx.caller),
        )
        tx.add(row)
        tx.flush()
    return _record(row)


def removed(tx: Transaction, request: RemoveSuppression) -> SuppressionRecord:
    """Mail goes there again. Raises NotFound `not_suppressed`."""
    row = tx.get(Suppression, folded(request.address), with_for_update=True)
    if row is None:
        raise NotFound("not_suppressed", request.address)
    tx.delete(row)
    return _record(row)


def _record(row: Suppression) -> SuppressionRecord:
    return SuppressionRecord(
        address=row.address,
        person_id=row.person_id,
        message_id=row.message_id,
        reason=row.reason,
        since=row.since,
        added_by=row.added_by,
    )
