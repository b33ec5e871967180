"""Looking at messages and templates, and sending a message again."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert, inspect, literal, select

from headship_contracts.errors import NotFound, Refused
from headship_contracts.notifications.messages import (
    ListMessages,
    MessageCounts,
    MessagePage,
    MessageRecord,
    MessageText,
    ResendMessage,
    SettleMessage,
    TemplateCount,
)
from kit import Transaction
from kit.paging import page
from notifications import daily, queries, schemas
from notifications.domain.statuses import FAILED, GONE, WAITING, Status
from notifications.models import Attachment, DigestItem, Message
from notifications.queueing import Wanted, add
from notifications.settings import NotificationsSettings
from notifications.settling import become


def listed(tx: Transaction, request: ListMessages) -> MessagePage:
    """A page of messages, the newest first."""
    rows, next_cursor = page(
        tx,
        queries.messages_of(request),
        keys=(Message.created_at.desc(), Message.message_id.desc()),
        cursor=request.cursor,
        limit=request.limit,
    )
    return MessagePage(items=[schemas.message(row) for row in rows], next_cursor=next_cursor)


def read(tx: Transaction, message_id: UUID) -> MessageText:
    """One message with what its recipient got."""
    message = _found(tx, message_id)
    return MessageText(message=schemas.message(message), body=message.body or "")


def counted(tx: Transaction, settings: NotificationsSettings) -> MessageCounts:
    """How many messages went out, what became of the others, and how many may leave in a day."""
    of_template: dict[str, Counter[str]] = defaultdict(Counter)
    for template, status, messages in queries.counts(tx):
        of_template[template][status] += messages
    by_template = [
        TemplateCount(
            template=template,
            sent=_total(counts, GONE),
            waiting=_total(counts, WAITING),
            cancelled=counts[Status.CANCELLED],
            failed=_total(counts, FAILED),
            unknown=counts[Status.UNKNOWN],
        )
        for template, counts in sorted(of_template.items())
    ]
    return MessageCounts(
        sent=sum(one.sent for one in by_template),
        due=queries.count_due(tx, tx.at, datetime.now(UTC)),
        today=daily.today(tx, settings.mail_channel),
        per_day=settings.mail_per_day,
        by_template=by_template,
    )


def _total(counts: Counter[str], statuses: Iterable[Status]) -> int:
    return sum(counts[status] for status in statuses)


def resent(tx: Transaction, request: ResendMessage) -> MessageRecord:
    """Queue the message once more, under a key of its own, with the same files; of a digest what it
    told, as far as it is still so.
    """
    message = _found(tx, request.message_id)
    if message.status in WAITING:
        raise Refused("still_waiting", f"message {message.message_id} has not gone out yet")
    revision = tx.next_revision(message.revision)
    _template, _, key = message.business_key.partition(":")
    wanted = Wanted(
        template=message.template,
        key=f"{key}:again:{revision}",
        values=message.personalisation,
        person_id=message.person_id,
        to_address=message.to_address,
        to_name=message.to_name,
        application_id=message.application_id,
        session_id=message.session_id,
        window_id=message.window_id,
        declaration_type=message.declaration_type,
    )
    again = add(tx, wanted, resend_of=message.message_id, reason=request.reason)
    tx.flush()
    _copy_files(tx, message.message_id, again.message_id)
    _copy_items(tx, message.message_id, again)
    return schemas.message(again)


def _copy_files(tx: Transaction, of_message: UUID, to_message: UUID) -> None:
    kept = ("position", "name", "content_type", "sha256", "content")
    columns = [getattr(Attachment, name) for name in kept]
    its = select(literal(to_message, Attachment.message_id.type), *columns)
    rows = its.where(Attachment.message_id == of_message)
    tx.execute(insert(Attachment).from_select(["message_id", *kept], rows))


def _copy_items(tx: Transaction, of_message: UUID, again: Message) -> None:
    own = ("item_id", "business_key", "message_id")
    kept = [one.key for one in inspect(DigestItem).column_attrs if one.key not in own]
    for item in tx.scalars(select(DigestItem).where(DigestItem.message_id == of_message)):
        copied = {name: getattr(item, name) for name in kept}
        key = f"{item.business_key}:again:{again.revision}"
        tx.add(DigestItem(business_key=key, message_id=again.message_id, **copied))


def settled(tx: Transaction, request: SettleMessage) -> MessageRecord:
    """What an operator knows of a message that may have gone."""
    message = _found(tx, request.message_id)
    if message.status != Status.UNKNOWN:
        raise Refused("not_in_doubt", f"message {message.message_id} is {message.status}")
    status = Status.DELIVERED if request.arrived else Status.TECHNICAL_FAILURE
    become(tx, message, status, request.reason)
    tx.flush()
    return schemas.message(message)


def _found(tx: Transaction, message_id: UUID) -> Message:
    message = tx.get(Message, message_id, with_for_update=True)
    if message is None:
        raise NotFound("message_not_found", str(message_id))
    return message
