"""What a test puts on a stack's bus, and looks up in its databases."""

import json
from typing import Any
from uuid import uuid4

from cli.backing.databases import administrator, in_database
from cli.stack.record import Record
from kit.bus.outgoing import Outgoing
from kit.transport.publisher import ConfirmedPublisher


def a_letter(stack: Record, exchange_key: str, body: dict[str, Any], **headers: Any) -> str:
    """Puts a message where only notifications finds it; the event's id."""
    event_id = str(uuid4())
    envelope = {
        "event_id": event_id,
        "source": "enrolment",
        "name": "staff_changed",
        "version": 1,
        "occurred_at": "2026-09-01T08:00:00+00:00",
        "sent_at": "2026-09-01T08:00:00+00:00",
        "correlation_id": "0" * 32,
    }
    sent = json.dumps(envelope | {"body": body}).encode()
    letter = Outgoing(event_id, "notifications.retry", exchange_key, sent, headers)
    with ConfirmedPublisher(stack.amqp_uri) as publisher:
        assert publisher.publish([letter]) == {}
    return event_id


def told_by(stack: Record, service: str, question: str, *values: Any) -> Any:
    """One value from a service's database."""
    with administrator(in_database(stack.database_url, f"{stack.name}_{service}")) as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0] if cursor.description else None
