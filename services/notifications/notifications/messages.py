"""Looking at messages and templates, and sending a message again."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.notifications.messages import (
    ListMessages,
    MessageCounts,
    MessagePage,
    MessageRecord,
    MessageText,
    ResendMessage,
    TemplateCount,
)
from headship_contracts.notifications.templates import (
    Preview,
    PreviewTemplate,
    TemplateRecord,
    TemplatesFound,
)
from kit import Transaction
from kit.paging import page
from notifications import queries, schemas
from notifications.domain.placeholders import MissingValues, Value, key_of
from notifications.domain.statuses import FAILED, GONE, WAITING, Status
from notifications.models import Message
from notifications.queueing import Wanted, add
from notifications.templates import all_templates, newest, template_of


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


def counted(tx: Transaction) -> MessageCounts:
    """How many messages went out, and what became of the others."""
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
        by_template=by_template,
    )


def _total(counts: Counter[str], statuses: Iterable[Status]) -> int:
    return sum(counts[status] for status in statuses)


def resent(tx: Transaction, request: ResendMessage) -> MessageRecord:
    """Queue the message once more, under a key of its own."""
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
        application_id=message.application_id,
        session_id=message.session_id,
        window_id=message.window_id,
        declaration_type=message.declaration_type,
    )
    again = add(tx, wanted, resend_of=message.message_id)
    again.reason = request.reason
    tx.flush()
    return schemas.message(again)


def _found(tx: Transaction, message_id: UUID) -> Message:
    message = tx.get(Message, message_id)
    if message is None:
        raise NotFound("message_not_found", str(message_id))
    return message


def templates() -> TemplatesFound:
    """Every version of every template."""
    return TemplatesFound(
        templates=[
            TemplateRecord(
                name=template.name,
                version=template.version,
                newest=newest(template.name).version == template.version,
                message_class=template.message_class,
                subject=template.subject,
                body=template.body,
                keys=template.keys,
                needs=sorted(template.needs),
            )
            for _name, template in sorted(all_templates().items())
        ]
    )


def previewed(request: PreviewTemplate) -> Preview:
    """A template with the values of a request."""
    if request.version is None:
        template = newest(request.template)
    else:
        template = template_of(request.template, request.version)
    values: dict[str, Value | None] = {
        value.key: value.texts[0] if len(value.texts) == 1 else value.texts
        for value in request.values
    }
    try:
        rendered = template.render(values)
    except MissingValues as error:
        raise Invalid(
            "missing_values",
            f"{template.name} needs more",
            {key_of(key): ["has no value"] for key in error.keys},
        ) from error
    return Preview(subject=rendered.subject, plain=rendered.plain, html=rendered.html)
