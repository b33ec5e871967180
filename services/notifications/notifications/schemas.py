"""From records to replies."""

from headship_contracts.notifications.messages import Hold, MessageRecord
from notifications.models import Message


def message(row: Message) -> MessageRecord:
    """A message as it is told."""
    return MessageRecord(
        message_id=row.message_id,
        business_key=row.business_key,
        template=row.template,
        template_version=row.template_version,
        message_class=row.message_class,
        person_id=row.person_id,
        application_id=row.application_id,
        status=row.status,
        reason=row.reason,
        attempts=row.attempts,
        due_at=row.due_at,
        created_at=row.created_at,
        sent_at=row.sent_at,
        recipient=row.recipient,
        subject=row.subject,
        resend_of=row.resend_of,
        revision=row.revision,
        language=row.language,
        settled_at=row.settled_at,
        holds=[Hold.load(hold) for hold in row.holds or ()],
    )
