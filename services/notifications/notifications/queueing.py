"""Queueing a message: once for each business key, and only with every value that it needs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from headship_contracts.errors import Refused
from kit import Transaction
from notifications import metrics
from notifications.domain.placeholders import MissingValues
from notifications.domain.statuses import Status
from notifications.domain.templates import Template
from notifications.domain.values import Value
from notifications.models import Message
from notifications.wordings import catalogue

SEND_TIMER = "send_due"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A message to be sent. `key` says what it is about; with the template it is used once.

    Without `person_id` it goes to `to_address`, and without that to the provider's team.
    """

    template: str
    key: str
    values: Mapping[str, Value | None] = field(default_factory=dict)
    person_id: UUID | None = None
    to_address: str | None = None
    to_name: str | None = None
    application_id: UUID | None = None
    session_id: UUID | None = None
    window_id: UUID | None = None
    declaration_type: str | None = None

    @property
    def business_key(self) -> str:
        """Unique among all messages."""
        return f"{self.template}:{self.key}"

    def body_hash(self, *more: str) -> str:
        """What is to be said and to whom: two of one key with the same are one message."""
        said = [
            self.template,
            str(self.person_id),
            self.to_address,
            self.to_name,
            str(self.application_id),
            dict(self.values),
            *more,
        ]
        canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(canonical.encode()).hexdigest()


def checked(tx: Transaction, wanted: Wanted) -> Template:
    """The template that it will have. Raises Refused `missing_values`: nothing is queued then."""
    template = catalogue(tx).in_use(wanted.template)
    try:
        template.check_values(wanted.values)
    except MissingValues as error:
        raise Refused("missing_values", f"{wanted.template}: {error}") from error
    return template


def queue(tx: Transaction, wanted: Wanted, *, due_at: datetime | None = None) -> bool:
    """Queue a message, unless there is one of its key; says whether it did.

    Of two tellings of one thing the first is what people hear: the second may know more by now.
    Raises Refused `missing_values` where the template needs what is not given.
    """
    row = _row(tx, wanted, checked(tx, wanted), due_at)
    dialect = tx.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    done = tx.execute(
        insert(Message)
        .values(row)
        .on_conflict_do_nothing(index_elements=[Message.business_key])
        .returning(Message.message_id)
    ).first()
    if done is not None:
        _woken(tx, row)
    return done is not None


def add(
    tx: Transaction,
    wanted: Wanted,
    *,
    due_at: datetime | None = None,
    **more: Any,
) -> Message:
    """Store a message whose key is known to be new."""
    row = _row(tx, wanted, checked(tx, wanted), due_at)
    message = Message(**row | more)
    tx.add(message)
    _woken(tx, row)
    return message


def _row(
    tx: Transaction, wanted: Wanted, template: Template, due_at: datetime | None
) -> dict[str, Any]:
    return {
        "message_id": uuid4(),
        "business_key": wanted.business_key,
        "body_hash": wanted.body_hash(),
        "template": template.name,
        "template_version": template.version,
        "message_class": template.message_class,
        "rank": template.rank,
        "person_id": wanted.person_id,
        "to_address": wanted.to_address,
        "to_name": wanted.to_name,
        "application_id": wanted.application_id,
        "session_id": wanted.session_id,
        "window_id": wanted.window_id,
        "declaration_type": wanted.declaration_type,
        "personalisation": dict(wanted.values),
        "status": Status.CREATED,
        "attempts": 0,
        "due_at": due_at or tx.at,
        "created_at": tx.at,
        "revision": tx.next_revision(None),
    }


def _woken(tx: Transaction, row: Mapping[str, Any]) -> None:
    tx.wake(SEND_TIMER)
    tx.count(metrics.messages_queued.labels(message_class=row["message_class"]))
