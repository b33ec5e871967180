"""Queueing a message: once for each business key, and only with every value that it needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from headship_contracts.errors import Refused
from kit import Transaction
from notifications import metrics, queries
from notifications.domain.placeholders import MissingValues, Value
from notifications.models import Message
from notifications.templates import newest

SEND_TIMER = "send_due"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A message to be sent. `key` says what it is about; with the template it is used once.

    Without `person_id` it is for the provider's team.
    """

    template: str
    key: str
    values: Mapping[str, Value | None] = field(default_factory=dict)
    person_id: UUID | None = None
    application_id: UUID | None = None
    session_id: UUID | None = None
    window_id: UUID | None = None
    declaration_type: str | None = None

    @property
    def business_key(self) -> str:
        """Unique among all messages."""
        return f"{self.template}:{self.key}"


def queue(tx: Transaction, wanted: Wanted, *, due_at: datetime | None = None) -> bool:
    """Queue a message, unless there is one of its key; says whether it did.

    Raises Refused `missing_values` where the template needs what is not given.
    """
    if queries.is_queued(tx, wanted.business_key):
        return False
    add(tx, wanted, due_at=due_at)
    return True


def add(
    tx: Transaction,
    wanted: Wanted,
    *,
    due_at: datetime | None = None,
    resend_of: UUID | None = None,
) -> Message:
    """Store a message whose key is known to be new."""
    template = newest(wanted.template)
    try:
        template.check_values(wanted.values)
    except MissingValues as error:
        raise Refused("missing_values", f"{wanted.template}: {error}") from error
    message = Message(
        business_key=wanted.business_key,
        template=template.name,
        template_version=template.version,
        message_class=template.message_class,
        person_id=wanted.person_id,
        application_id=wanted.application_id,
        session_id=wanted.session_id,
        window_id=wanted.window_id,
        declaration_type=wanted.declaration_type,
        personalisation=dict(wanted.values),
        due_at=due_at or tx.at,
        created_at=tx.at,
        resend_of=resend_of,
        revision=tx.next_revision(None),
    )
    tx.add(message)
    tx.wake(SEND_TIMER)
    tx.count(metrics.messages_queued.labels(message_class=template.message_class))
    return message
