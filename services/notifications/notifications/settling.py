"""What became of messages: forward steps of their status, and failures told to enrolment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from headship_contracts.notifications.events import MessageFailed
from kit import Transaction
from notifications import metrics, queries
from notifications.channels import NotEver, NotKnown, NotNow
from notifications.domain.statuses import FAILED, Status, goes_forward, next_attempt
from notifications.domain.templates import CRITICAL
from notifications.models import Message


@dataclass(frozen=True)
class Attempt:
    """What the channel said. No error: the mail was taken."""

    message_id: UUID
    error: NotNow | NotEver | NotKnown | None


def keep(tx: Transaction, attempts: Sequence[Attempt]) -> None:
    """Keep what became of the mails that were handed over."""
    messages = queries.locked_messages(tx, [attempt.message_id for attempt in attempts])
    for attempt in attempts:
        message = messages[attempt.message_id]
        message.handed_at = None
        message.attempts += 1
        if attempt.error is None:
            message.sent_at = tx.at
            become(tx, message, Status.SENT, None)
        elif isinstance(attempt.error, NotEver):
            become(tx, message, Status.PERMANENT_FAILURE, str(attempt.error))
        elif isinstance(attempt.error, NotKnown) and message.message_class != CRITICAL:
            become(tx, message, Status.UNKNOWN, str(attempt.error))
        else:
            put_off(tx, message, str(attempt.error), counted=True)


def put_off(tx: Transaction, message: Message, reason: str, *, counted: bool = False) -> None:
    """Try again after a pause, or give up. `counted`: this attempt is among `attempts` already."""
    if not counted:
        message.attempts += 1
    message.next_attempt_at = next_attempt(message.attempts, datetime.now(UTC))
    message.reason = reason
    tx.count(metrics.attempts_put_off)
    if message.next_attempt_at is None:
        become(tx, message, Status.TECHNICAL_FAILURE, reason)


def become(tx: Transaction, message: Message, status: Status, reason: str | None) -> None:
    """A forward step of its status; a failure of a person's message is told to enrolment."""
    if not goes_forward(Status(message.status), status):
        return
    message.status, message.reason = status, reason
    message.revision = tx.next_revision(message.revision)
    tx.count(metrics.messages_settled.labels(status=status))
    if status in FAILED and message.person_id is not None:
        tx.emit(
            MessageFailed(
                revision=message.revision,
                message_id=message.message_id,
                person_id=message.person_id,
                template=message.template,
                permanent=status is Status.PERMANENT_FAILURE,
            )
        )
