"""Queueing a message: once for each business key, and only with every value that it needs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Table

from headship_contracts.errors import Refused
from kit import Transaction
from kit.db.bulk import insert_rows
from notifications import metrics, queries
from notifications.domain.placeholders import MissingValues
from notifications.domain.statuses import Status
from notifications.domain.templates import Template
from notifications.domain.values import Value
from notifications.models import Message
from notifications.wordings import catalogue

SEND_TIMER = "send_due"

_WAITING = "notifications.queued"
_MESSAGES: Table = Message.__table__  # type: ignore[assignment]


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


def queue(tx: Transaction, wanted: Wanted, *, due_at: datetime | None = None) -> None:
    """Queue a message with the commit, unless there is one of its key.

    Of two tellings of one thing the first is what people hear: the second may know more by now.
    Raises Refused `missing_values` where the template needs what is not given.
    """
    waiting: list[dict[str, Any]] | None = tx.info.get(_WAITING)
    if waiting is None:
        waiting = tx.info[_WAITING] = []
        tx.at_the_end(partial(write, tx))
    waiting.append(_row(tx, wanted, checked(tx, wanted), due_at))
    tx.wake(SEND_TIMER)


def write(tx: Any) -> set[str]:
    """Store what has been queued until now; gives back the keys that were new.

    One statement for a whole group of events. Two transactions that store one key at once meet
    there: the later one fails, and is run again.
    """
    rows: list[dict[str, Any]] = tx.info.get(_WAITING, [])
    of_key: dict[str, dict[str, Any]] = {}
    for row in rows:
        of_key.setdefault(row["business_key"], row)
    rows.clear()
    if not of_key:
        return set()
    new = of_key.keys() - queries.queued_among(tx, list(of_key))
    insert_rows(tx, _MESSAGES, [row for key, row in of_key.items() if key in new])
    for key in new:
        of_class = metrics.messages_queued.labels(message_class=of_key[key]["message_class"])
        tx.count(of_class)
    return set(new)


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
    tx.wake(SEND_TIMER)
    tx.count(metrics.messages_queued.labels(message_class=message.message_class))
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
        "status": str(Status.CREATED),
        "attempts": 0,
        "due_at": due_at or tx.at,
        "created_at": tx.at,
        "revision": tx.next_revision(None),
    }
