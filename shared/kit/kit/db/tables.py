"""The kit's own tables, in every service's database."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    text,
)

from kit.db.types import Counter, Instant, Json, metadata

KIT = metadata()

outbox = Table(
    "outbox",
    KIT,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("source", String(64), nullable=False),
    Column("name", String(128), nullable=False),
    Column("body", Text, nullable=False),  # the whole message as JSON, but for sent_at
    Column("created_at", Instant, nullable=False),  # wall time
    Column("state", String(16), nullable=False, default="published"),
    Column("attempts", Integer, nullable=False, default=0),  # that the broker refused
    Column("next_attempt_at", Instant),  # of earlier versions, as settled_at: not used any more
    Column("settled_at", Instant),
    CheckConstraint("state IN ('waiting', 'published', 'unheard')", name="state"),
)
"""Every event told, kept so that a restored neighbour can be told again; see
`kit.transport.relay`.

`state` is what has become of an event that is not in `outbox_waiting` any more: `published`, or
`unheard`, because its contract names no listener. `waiting` is what versions without that table
wrote; the relay moves such events there.
"""

Index(
    "ix_outbox_waiting",
    outbox.c.id,
    postgresql_where=outbox.c.state == "waiting",
    sqlite_where=outbox.c.state == "waiting",
)
Index("ix_outbox_created_at", outbox.c.created_at)

outbox_waiting = Table(
    "outbox_waiting",
    KIT,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("next_attempt_at", Instant),
    Column("again", Boolean, nullable=False, server_default=false()),
)
"""Which rows of the outbox are still on their way. `again`: it has been there before.

To mark a row of the outbox itself is to write it and its indexes anew, 29 µs of the database's
time; to delete one of these narrow rows is 3 µs (both measured, 200 at a time).
"""

inbox = Table(
    "inbox",
    KIT,
    Column("queue", String(128), primary_key=True),
    Column("event_id", Uuid, primary_key=True),
    Column("handled_at", Instant, nullable=False),  # wall time
)
"""What has been handled, once per queue."""

Index("ix_inbox_handled_at", inbox.c.handled_at)

parked = Table(
    "parked",
    KIT,
    Column("queue", String(128), primary_key=True),
    Column("event_id", String(64), primary_key=True),  # malformed messages get a digest here
    Column("reason", Text, nullable=False),
    Column("parked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False, server_default=text("'parked'")),
    CheckConstraint("state IN ('parked', 'replayed', 'discarded')", name="state"),
)
"""Which events wait in the dead-letter queue, so that a repeat is not parked twice."""

idempotency = Table(
    "idempotency",
    KIT,
    Column("method", String(128), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("body_sha256", LargeBinary(32), nullable=False),
    Column("answer", Json),
    Column("created_at", Instant, nullable=False),  # wall time
)
"""The answers given under idempotency keys, kept 30 days."""

Index("ix_idempotency_created_at", idempotency.c.created_at)

timer = Table(
    "timer",
    KIT,
    Column("name", String(128), primary_key=True),
    Column("last_tick", Instant),  # domain time
    Column("ran_at", Instant),  # wall time
)
"""The last tick that each timer has run."""

audit = Table(
    "audit",
    KIT,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),  # wall time
    Column("caller", String(200), nullable=False),
    Column("through", String(160), nullable=False),
    Column("act", String(8), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("record_id", Uuid, nullable=False),
    Column("correlation_id", String(64), nullable=False),
    CheckConstraint("act IN ('read', 'change')", name="act"),
)
"""Who read or changed which person's record; see `kit.audit`. Rows are only ever added."""

Index("ix_audit_record_id", audit.c.record_id, audit.c.id)

audit_seals = Table(
    "audit_seals",
    KIT,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("first_id", BigInteger, nullable=False),
    Column("last_id", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("rows_sha256", String(64), nullable=False),
    Column("sealed_at", Instant, nullable=False),  # wall time
    Column("sha256", String(64), nullable=False),
    Column("pruned_at", Instant),
)
"""A seal over the rows `first_id` to `last_id`. `pruned_at`: they were kept long enough."""

erasures = Table(
    "erasures",
    KIT,
    Column("erasure_id", Uuid, primary_key=True),
    Column("person_ids", Json, nullable=False),
    Column("application_ids", Json, nullable=False),
    Column("ended_on", Date, nullable=False),
    Column("handled_at", Instant, nullable=False),  # domain time
    Column("erased", Json, nullable=False),
    Column("kept", Json, nullable=False),
    Column("next_on", Date),
)
"""Whose data is to go; see `kit.personal`. `ended_on`: their last day of training. `erased`, all
in all, and `kept`, what could not go yet: as ErasedRecords and KeptRecords have it. `next_on`: the
day on which more of it may go; None when there is nothing left."""

Index("ix_erasures_next_on", erasures.c.next_on)
hub_allowances = Table(
    "hub_allowances",
    KIT,
    Column("hub", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("second", BigInteger, nullable=False),  # wall time
    Column("calls", Integer, nullable=False),  # leased in that second, by all replicas
    Column("holders", Json, nullable=False),  # replica → {slots, until}: calls under way
)
"""What each hub may still ask, leased by the replicas; see `kit.hubs.allowances`."""

hub_changes = Table(
    "hub_changes",
    KIT,
    Column("id", Counter, primary_key=True, autoincrement=True),
    Column("hub", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("name", String(128), nullable=False),
    Column("record", Uuid, nullable=False),
    Column("application_id", Uuid),
    Column("session_id", Uuid),
    Column("occurred_at", Instant, nullable=False),  # domain time
    Column("told_at", Instant, nullable=False),  # wall time
    UniqueConstraint("event_id", "hub"),
)
"""What has changed for a hub, in the order of the commits by which it was sent: only the relay that
leads writes here, so nothing ever appears before what is there. See `kit.hubs.changes`."""

Index("ix_hub_changes_hub_id", hub_changes.c.hub, hub_changes.c.id)
Index("ix_hub_changes_told_at", hub_changes.c.told_at)
