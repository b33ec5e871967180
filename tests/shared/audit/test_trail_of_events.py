"""What handlers note in the audit trail names the story of its event, and the handler."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
from sqlalchemy import select

from headship_contracts.enrolment.events import DeliveryPartnerChanged
from headship_contracts.messages import Envelope
from kit.audit.trail import CHANGE
from kit.bus.consumer import Result, run_deliveries
from kit.bus.handler import Handler
from kit.db import ServiceDatabase, Transaction
from kit.db.tables import audit

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)


def keep(_service: object, tx: Transaction, event: DeliveryPartnerChanged) -> None:
    tx.audit([(CHANGE, "hub", event.delivery_partner_id)])


KEEP = Handler("keep_hubs", (DeliveryPartnerChanged,), keep)


def told(hub: UUID, story: str) -> bytes:
    event = DeliveryPartnerChanged(
        delivery_partner_id=hub, status="active", name="A hub", revision=1
    )
    envelope = Envelope(
        event_id=uuid4(),
        source="enrolment",
        name="delivery_partner_changed",
        version=1,
        occurred_at=NOW,
        sent_at=NOW,
        correlation_id=story,
    )
    return orjson.dumps(envelope.dump() | {"body": event.dump()})


def test_events_of_one_group_are_noted_each_with_its_story_and_the_handlers_queue(
    db: ServiceDatabase,
) -> None:
    stories = {uuid4(): uuid4().hex for _ in range(3)}

    outcomes = run_deliveries(object(), KEEP, db, [told(hub, s) for hub, s in stories.items()])

    assert {outcome.result for outcome in outcomes} == {Result.HANDLED}
    with db.engine.connect() as connection:
        rows = connection.execute(select(audit)).all()
    assert {row.record_id: row.correlation_id for row in rows} == stories
    assert {(row.caller, row.through) for row in rows} == {
        ("service:sessions", "event sessions.keep_hubs")
    }
