"""What became of messages: forward steps of their status, and failures told to enrolment."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from headship_contracts.notifications.events import MessageFailed
from kit import Transaction
from notifications import metrics, queries
from notifications.channels import NotEver, NotKnown, NotNow, Spent
from notifications.domain.statuses import (
    FAILED,
    WAITING,
    WAITS,
    Status,
    goes_forward,
    next_attempt,
)
from notifications.domain.templates import CRITICAL
from notifications.models import Message
from notifications.suppressions import suppress

TIMED_OUT = "timed_out"
AT_ONCE = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """What the channel said. No error: the mail was taken, perhaps with the other's reference."""

    message_id: UUID
    error: NotNow | NotEver | NotKnown | None
    reference: str | None = None


def keep(tx: Transaction, round_id: UUID, attempts: Sequence[Attempt]) -> None:
    """Keep what became of the mails that a round has handed over."""
    if not attempts:
        return
    plain = [one.message_id for one in attempts if one.error is None and one.reference is None]
    if plain:
        taken = queries.mark_sent(tx, round_id, plain, _revision())
        tx.count(metrics.messages_settled.labels(status=Status.SENT), len(taken))
        for message_id in set(plain) - taken:  # a receipt, or another round, was here before
            _keep(tx, Attempt(message_id, None))
    for attempt in attempts:
        if attempt.error is not None or attempt.reference is not None:
            _keep(tx, attempt)


def _keep(tx: Transaction, attempt: Attempt) -> None:
    message = queries.locked_messages(tx, [attempt.message_id]).get(attempt.message_id)
    if message is None:
        return
    message.handed_at = message.claimed_by = None
    if isinstance(attempt.error, Spent):
        _wait_for_more(tx, message, attempt.error)
        return
    message.attempts += 1
    message.channel_reference = attempt.reference or message.channel_reference
    if attempt.error is None:
        message.sent_at = message.sent_at or tx.at
        become(tx, message, Status.SENT, None)
    elif isinstance(attempt.error, NotEver):
        if attempt.error.bad_address:
            suppress(tx, message, str(attempt.error))
        bad = attempt.error.bad_address
        become(tx, message, Status.PERMANENT_FAILURE, str(attempt.error), bad_address=bad)
    elif isinstance(attempt.error, NotKnown) and message.message_class != CRITICAL:
        become(tx, message, Status.UNKNOWN, str(attempt.error))
    else:
        put_off(tx, message, str(attempt.error), counted=True)


def _wait_for_more(tx: Transaction, message: Message, spent: Spent) -> None:
    """Nothing is taken today: a day's attempts would be used up in four hours."""
    if message.status in WAITING:
        message.next_attempt_at, message.reason = spent.until, str(spent)
        tx.count(metrics.attempts_put_off)


def put_off(tx: Transaction, message: Message, reason: str, *, counted: bool = False) -> None:
    """Try again after a pause, or give up. `counted`: this attempt is among `attempts` already."""
    if message.status not in WAITING:
        return
    if not counted:
        message.attempts += 1
    message.claimed_by = None
    message.next_attempt_at = next_attempt(message.attempts, datetime.now(UTC))
    message.reason = reason
    tx.count(metrics.attempts_put_off)
    if message.next_attempt_at is None:
        become(tx, message, Status.TECHNICAL_FAILURE, reason)


def give_up(tx: Transaction) -> int:
    """End messages that have waited three days for what did not come, such as the application that
    they are about, or a link; gives back how many. By real time, too: a demo's day is none.
    """
    revision = _revision() - int(WAITS.total_seconds() * 1_000_000)
    late = queries.put_aside_since(tx, tx.at - WAITS, revision, AT_ONCE)
    for message in late:
        become(tx, message, Status.TECHNICAL_FAILURE, f"{TIMED_OUT}: {message.reason or 'put off'}")
    return len(late)


def become(
    tx: Transaction,
    message: Message,
    status: Status,
    reason: str | None,
    *,
    bad_address: bool = False,
) -> bool:
    """A forward step of its status; a failure of a person's message is told to enrolment, and
    whether the address is at fault.

    Says whether it was one: late or repeated news changes nothing.
    """
    if not goes_forward(Status(message.status), status):
        return False
    message.status, message.reason, message.settled_at = status, reason, tx.at
    message.claimed_by = message.handed_at = None
    message.revision = tx.next_revision(message.revision)
    tx.count(metrics.messages_settled.labels(status=status))
    if status in FAILED and message.person_id is not None:
        tx.emit(
            MessageFailed(
                revision=message.revision,
                message_id=message.message_id,
                person_id=message.person_id,
                template=message.template,
                permanent=bad_address,
            )
        )
    return True


def take_back(tx: Transaction, message: Message) -> bool:
    """Whether a message has not gone out: then it never does."""
    if message.status == Status.CREATED and message.handed_at is None:
        become(tx, message, Status.CANCELLED, "taken_back")
    return message.status == Status.CANCELLED


def its_own(message_id: UUID, error: Exception) -> str:
    """What went wrong with this message alone: the error's name, as its text may be about a person.
    Raises the error again where it is about the database, and so about every message.
    """
    if isinstance(error, SQLAlchemyError):
        raise error
    name = type(error).__name__
    _log.error("a message shows a bug", extra={"message_id": str(message_id), "reason": name})
    return name


def _revision() -> int:
    """UTC microseconds, as `next_revision` gives them."""
    return time.time_ns() // 1000
