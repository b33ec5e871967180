"""What people hear together: items wait until the evening, what cancels out is never told.

An item is told by a message of its own where nothing else of its topic waits for that person, else
in a line of a digest. Which lines a digest has is settled when it goes out, from how things are
then.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from kit import Transaction
from kit.db import ServiceDatabase
from notifications import facts, metrics, preferences
from notifications.domain.netting import net
from notifications.domain.quiet import closing_time
from notifications.domain.relevance import why_not
from notifications.domain.values import Value
from notifications.models import DigestItem, Message
from notifications.queueing import Wanted, checked, queue, write
from notifications.wordings import catalogue

PENDING, TOLD, NETTED, DROPPED = "pending", "told", "netted", "dropped"
DIGESTS = frozenset({"digest", "digest_hub"})
"""Templates whose lines are what has waited."""

ITEMS_AT_ONCE = 500
"""Rows in one statement."""

GROUPS_AT_ONCE = 200
"""People and topics looked at in one transaction."""


@dataclass(frozen=True, kw_only=True)
class Together:
    """That something can be told together with others: see `DigestItem`."""

    about: str
    revision: int
    former: str | None = None
    latter: str | None = None


def tell(tx: Transaction, wanted: Wanted, together: Together, *, urgent: bool = False) -> None:
    """Tell one thing: with others in the evening, unless it is urgent or they want all at once."""
    tell_all(tx, [(wanted, together)], urgent=urgent)


def tell_all(
    tx: Transaction, things: Sequence[tuple[Wanted, Together]], *, urgent: bool = False
) -> None:
    """The same for many people. What waits about an urgent thing is told with it, as one change."""
    waiting = []
    for wanted, together in things:
        template = checked(tx, wanted)
        person = wanted.person_id
        assert person is not None, "only people hear things together"
        at_once = preferences.wanted_of(tx, person, template.topic) == preferences.AT_ONCE
        if urgent or at_once:
            first = _taken(tx, person, together)
            if first is None:
                queue(tx, wanted)
            elif first.former is None or first.former != together.latter:
                queue(tx, replace(wanted, values=dict(wanted.values) | _former(first)))
        else:
            waiting.append(_row(tx, wanted, together, template.topic))
    _insert(tx, waiting)


def _row(tx: Transaction, wanted: Wanted, together: Together, topic: str) -> dict[str, Any]:
    return {
        "item_id": uuid4(),
        "business_key": wanted.business_key,
        "person_id": wanted.person_id,
        "topic": topic,
        "about": together.about,
        "template": wanted.template,
        "personalisation": dict(wanted.values),
        "application_id": wanted.application_id,
        "session_id": wanted.session_id,
        "window_id": wanted.window_id,
        "declaration_type": wanted.declaration_type,
        "former": together.former,
        "latter": together.latter,
        "revision": together.revision,
        "created_at": tx.at,
        "closes_at": closing_time(tx.at),
        "state": PENDING,
    }


def _insert(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    dialect = tx.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    for first in range(0, len(rows), ITEMS_AT_ONCE):
        some = rows[first : first + ITEMS_AT_ONCE]
        tx.execute(insert(DigestItem).values(some).on_conflict_do_nothing())
    if rows:
        tx.count(metrics.digest_items, len(rows))


def _taken(tx: Transaction, person_id: UUID, together: Together) -> DigestItem | None:
    """Let what waits about a thing wait no longer; the first of it, if it is of before."""
    wanted = select(DigestItem).where(
        DigestItem.person_id == person_id,
        DigestItem.about == together.about,
        DigestItem.state == PENDING,
    )
    waiting = list(tx.scalars(wanted.order_by(DigestItem.revision).with_for_update()))
    for item in waiting:
        item.state = DROPPED
    return waiting[0] if waiting and waiting[0].revision < together.revision else None


def heard_newer(tx: Transaction, together: Together) -> frozenset[UUID]:
    """Who has heard already, or has been spared, something newer about the same thing."""
    wanted = select(DigestItem.person_id).where(
        DigestItem.about == together.about,
        DigestItem.state != PENDING,
        DigestItem.revision >= together.revision,
    )
    return frozenset(tx.scalars(wanted))


def close_all(db: ServiceDatabase, at: datetime) -> int:
    """Make messages of all that has waited until `at`; gives back how many."""
    made = 0
    while True:
        with db.transaction(at=at) as tx:
            groups = _closed_groups(tx, at)
            made += _close(tx, groups, at)
        if len(groups) < GROUPS_AT_ONCE:
            return made


def _closed_groups(tx: Transaction, at: datetime) -> list[tuple[UUID, str]]:
    wanted = (
        select(DigestItem.person_id, DigestItem.topic)
        .where(DigestItem.state == PENDING, DigestItem.closes_at <= at)
        .distinct()
        .limit(GROUPS_AT_ONCE)
    )
    return [(person, topic) for person, topic in tx.execute(wanted)]


def _close(tx: Transaction, groups: Sequence[tuple[UUID, str]], at: datetime) -> int:
    if not groups:
        return 0
    wanted = (
        select(DigestItem)
        .where(
            tuple_(DigestItem.person_id, DigestItem.topic).in_(groups),
            DigestItem.state == PENDING,
            DigestItem.closes_at <= at,
        )
        .order_by(DigestItem.revision)
        .with_for_update()
    )
    of_group: dict[tuple[UUID, str], list[DigestItem]] = defaultdict(list)
    for item in tx.scalars(wanted):
        of_group[item.person_id, item.topic].append(item)
    settled: dict[str, list[UUID]] = defaultdict(list)
    made = 0
    digested: dict[str, list[UUID]] = {}
    for (person_id, topic), items in of_group.items():
        netted = net(items)
        settled[NETTED] += [item.item_id for item in netted.gone]
        gone = set(settled[NETTED])
        left = [item for item in items if item.item_id not in gone]
        if len(netted.told) == 1 and topic != "hub":
            ((first, last),) = netted.told
            queue(tx, _alone(first, last))
            made += 1
            settled[TOLD] += [item.item_id for item in left]
        elif netted.told:
            key = _digest(tx, person_id, topic, at, left[0])
            digested[key] = [item.item_id for item in left]
            made += 1
    for state, ids in settled.items():
        _settle(tx, ids, state, None)
    write(tx)
    for key, message_id in _ids_of(tx, list(digested)).items():
        _settle(tx, digested[key], TOLD, message_id)
    return made


def _alone(first: DigestItem, last: DigestItem) -> Wanted:
    """The one thing that is left to tell, in a message of its own."""
    _template, _, key = last.business_key.partition(":")
    return Wanted(
        template=last.template,
        key=key,
        values=dict(last.personalisation) | _former(first),
        person_id=last.person_id,
        application_id=last.application_id,
        session_id=last.session_id,
        window_id=last.window_id,
        declaration_type=last.declaration_type,
    )


def _digest(tx: Transaction, person_id: UUID, topic: str, at: datetime, first: DigestItem) -> str:
    """Queue it; gives back its key."""
    values: dict[str, Value | None] = {"topic": topic, "count": 0, "lines": []}
    wanted = Wanted(
        template="digest_hub" if topic == "hub" else "digest",
        key=f"{person_id}:{topic}:{at.isoformat()}:{first.item_id}",
        person_id=person_id,
        values=values,
    )
    queue(tx, wanted)
    return wanted.business_key


def _ids_of(tx: Transaction, keys: Sequence[str]) -> dict[str, UUID]:
    if not keys:
        return {}
    wanted = select(Message.business_key, Message.message_id).where(Message.business_key.in_(keys))
    return {row.business_key: row.message_id for row in tx.execute(wanted)}


def _settle(tx: Transaction, ids: Sequence[UUID], state: str, message_id: UUID | None) -> None:
    for first in range(0, len(ids), ITEMS_AT_ONCE):
        tx.execute(
            update(DigestItem)
            .where(DigestItem.item_id.in_(ids[first : first + ITEMS_AT_ONCE]))
            .values(state=state, message_id=message_id)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True)
class Line:
    """One line of a digest, as it will be worded."""

    template: str
    values: Mapping[str, Value | None]


def lines_of(tx: Transaction, messages: Iterable[Message]) -> dict[UUID, list[Line]]:
    """What is left to tell in each of these digests, as things are now.

    What has happened since to the things that they are about is told with them.
    """
    of_message = _items_of(tx, [message.message_id for message in messages])
    every = [item for items in of_message.values() for item in items]
    needs = {name: catalogue(tx).in_use(name).needs for name in {one.template for one in every}}
    known = facts.read(tx, [(item, needs[item.template]) for item in every])
    found: dict[UUID, list[Line]] = {}
    for message_id, items in of_message.items():
        netted = net(items)
        found[message_id] = [
            Line(last.template, known.values_of(last, needs[last.template]) | _former(first))
            for first, last in netted.told
            if why_not(needs[last.template], known.about(last), tx.at) is None
        ]
    return found


def _items_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[DigestItem]]:
    if not ids:
        return {}
    of_message: dict[UUID, list[DigestItem]] = defaultdict(list)
    for item in tx.scalars(select(DigestItem).where(DigestItem.message_id.in_(ids))):
        of_message[item.message_id or item.item_id].append(item)
    message_of = {(i.person_id, i.about): m for m, items in of_message.items() for i in items}
    people = {person for person, _about in message_of}
    newer = select(DigestItem).where(DigestItem.person_id.in_(people), DigestItem.state == PENDING)
    for item in tx.scalars(newer.with_for_update()) if people else ():
        message_id = message_of.get((item.person_id, item.about))
        if message_id is not None:
            item.state, item.message_id = TOLD, message_id
            of_message[message_id].append(item)
    return {message_id: of_message.get(message_id, []) for message_id in ids}


def _former(first: DigestItem) -> dict[str, Value | None]:
    """How it was before the first change."""
    return {k: v for k, v in first.personalisation.items() if k.startswith("former")}
