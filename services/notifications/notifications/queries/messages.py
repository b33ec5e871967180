"""Messages: those that are due, taking them, and writing down what became of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, and_, bindparam, func, or_, select, update
from sqlalchemy.orm.attributes import set_committed_value

from headship_contracts.notifications.messages import ListMessages
from kit import Transaction
from notifications.domain.statuses import WAITING, Status
from notifications.domain.templates import INFORMATIONAL, RANKS
from notifications.models import Message

# written out, so that both databases see that their partial index will do
_WAITS = Message.status.in_(
    bindparam("waiting", WAITING, expanding=True, literal_execute=True, unique=True)
)


def _due(at: datetime, now: datetime) -> Any:
    return and_(
        _WAITS,
        Message.claimed_by.is_(None),
        Message.handed_at.is_(None),
        Message.due_at <= at,
        or_(Message.next_attempt_at.is_(None), Message.next_attempt_at <= now),
    )


def claim_due(
    tx: Transaction, round_id: UUID, at: datetime, now: datetime, limit: int
) -> list[Message]:
    """Take messages that are due in domain time and not put off beyond the wall's `now`: critical
    ones first, then the oldest. Those that another replica is just taking are passed over.
    """
    found: list[Message] = []
    for rank in sorted(RANKS.values()):
        if len(found) >= limit:
            break
        wanted = (
            select(Message)
            .where(Message.rank == rank, _due(at, now))
            .order_by(Message.due_at, Message.message_id)
            .limit(limit - len(found))
            .with_for_update(skip_locked=True)
        )
        found += tx.scalars(wanted)
    if found:
        ids = [message.message_id for message in found]
        tx.execute(
            update(Message)
            .where(Message.message_id.in_(ids))
            .values(claimed_by=round_id)
            .execution_options(synchronize_session=False)
        )
    for message in found:
        set_committed_value(message, "claimed_by", round_id)
    return found


def count_due(tx: Transaction, at: datetime, now: datetime) -> int:
    """How many messages are to go out now, or are just on their way."""
    due = tx.scalar(select(func.count()).select_from(Message).where(_due(at, now)))
    claimed = select(func.count()).select_from(Message).where(Message.claimed_by.is_not(None))
    return (due or 0) + (tx.scalar(claimed) or 0)


def rounds(tx: Transaction) -> list[UUID]:
    """The rounds that have messages."""
    wanted = select(Message.claimed_by).where(Message.claimed_by.is_not(None)).distinct()
    return [found for found in tx.scalars(wanted) if found is not None]


def of_round(tx: Transaction, round_id: UUID) -> list[Message]:
    """The messages that a round has taken, locked."""
    wanted = select(Message).where(Message.claimed_by == round_id).order_by(Message.message_id)
    return list(tx.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def left_in_hand(tx: Transaction, before: datetime) -> list[Message]:
    """Messages that a release without rounds had in hand, and has not settled since; locked."""
    wanted = select(Message).where(_WAITS, Message.claimed_by.is_(None), Message.handed_at < before)
    return list(tx.scalars(wanted.with_for_update(skip_locked=True)))


def let_go_of(tx: Transaction, round_id: UUID, ids: Collection[UUID]) -> None:
    """Messages that a round has taken and does not send now."""
    tx.execute(
        update(Message)
        .where(Message.message_id.in_(list(ids)), Message.claimed_by == round_id)
        .values(claimed_by=None)
        .execution_options(synchronize_session=False)
    )


def out_of_hand(tx: Transaction, round_id: UUID, ids: Collection[UUID]) -> None:
    """Messages of a round that were in hand, and that nobody has been given."""
    if ids:
        tx.execute(
            update(Message)
            .where(Message.message_id.in_(list(ids)), Message.claimed_by == round_id)
            .values(handed_at=None)
            .execution_options(synchronize_session=False)
        )


def put_aside(tx: Transaction, round_id: UUID, until: Mapping[UUID, datetime]) -> None:
    """Messages that a round has taken and that may not leave before an instant of the wall: of each
    its own.
    """
    rows = [{"its_id": its_id, "its_instant": instant} for its_id, instant in until.items()]
    if rows:
        tx.execute(_PUT_ASIDE, [row | {"round_id": round_id} for row in rows])


_MESSAGES: Table = Message.__table__  # type: ignore[assignment]
_PUT_ASIDE = (
    update(_MESSAGES)
    .where(
        _MESSAGES.c.message_id == bindparam("its_id"),
        _MESSAGES.c.claimed_by == bindparam("round_id"),
    )
    .values(claimed_by=None, next_attempt_at=bindparam("its_instant"))
)


def locked_messages(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, Message]:
    """These messages, locked in the order of their ids."""
    statement = (
        select(Message)
        .where(Message.message_id.in_(list(ids)))
        .order_by(Message.message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {message.message_id: message for message in tx.scalars(statement)}


def message_referred_to(tx: Transaction, reference: str) -> Message | None:
    """The message that the channel knows by this id, locked."""
    wanted = select(Message).where(Message.channel_reference == reference).with_for_update()
    return tx.scalars(wanted).first()


def message_of_key(tx: Transaction, business_key: str) -> Message | None:
    """The message of this key, locked."""
    wanted = select(Message).where(Message.business_key == business_key)
    wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return tx.scalars(wanted).first()


def unheard(tx: Transaction, template: str, application_id: UUID | None) -> list[Message]:
    """Messages of a template about an application, or about none, that have not gone out, locked;
    the first queued comes first.
    """
    wanted = select(Message).where(
        Message.application_id == application_id,
        Message.template == template,
        Message.status == Status.CREATED,
        Message.handed_at.is_(None),
    )
    ordered = wanted.order_by(Message.revision, Message.message_id)
    return list(tx.scalars(ordered.with_for_update().execution_options(populate_existing=True)))


def told_since(
    tx: Transaction, people: Collection[UUID], since: datetime, but_for: Collection[UUID]
) -> Mapping[UUID, int]:
    """How many informational messages these people have got since then, or will in a moment from
    some round; `but_for` those of these ids.
    """
    if not people:
        return {}
    counted = (
        select(Message.person_id, func.count())
        .where(
            Message.person_id.in_(list(people)),
            Message.message_class == INFORMATIONAL,
            or_(
                Message.sent_at >= since,
                Message.handed_at.is_not(None),
                Message.claimed_by.is_not(None),
            ),
            Message.message_id.not_in(list(but_for)),
        )
        .group_by(Message.person_id)
    )
    return {person: count for person, count in tx.execute(counted) if person is not None}


def in_doubt_since(tx: Transaction, since: datetime, limit: int) -> list[Message]:
    """Messages that may have gone, not settled before an instant: first those that nobody has been
    asked about, then those about which the longest ago.
    """
    wanted = select(Message).where(Message.status == "unknown", Message.settled_at >= since)
    by_turn = wanted.order_by(Message.next_attempt_at.nulls_first(), Message.settled_at)
    return list(tx.scalars(by_turn.limit(limit)))


def asked_about(tx: Transaction, message_id: UUID, now: datetime) -> None:
    """A message in doubt of which the channel knows nothing yet."""
    tx.execute(
        update(Message)
        .where(Message.message_id == message_id, Message.status == "unknown")
        .values(next_attempt_at=now)
        .execution_options(synchronize_session=False)
    )


def put_aside_since(tx: Transaction, at: datetime, revision: int, limit: int) -> list[Message]:
    """Messages due before an instant that were looked at, put aside, and not handed over since a
    revision; locked, but for those that somebody has just taken.
    """
    wanted = select(Message).where(
        _WAITS,
        Message.claimed_by.is_(None),
        Message.handed_at.is_(None),
        Message.due_at <= at,
        Message.next_attempt_at.is_not(None),
        Message.revision <= revision,
    )
    ordered = wanted.order_by(Message.rank, Message.due_at).limit(limit)
    return list(tx.scalars(ordered.with_for_update(skip_locked=True)))


def taken_between(
    tx: Transaction, since: datetime, until: datetime, limit: int
) -> list[tuple[UUID, str]]:
    """(id, the channel's reference) of messages that it took then and has told nothing of since."""
    wanted = select(Message.message_id, Message.channel_reference).where(
        Message.status == Status.SENT,
        Message.channel_reference.is_not(None),
        Message.sent_at.between(since, until),
    )
    rows = tx.execute(wanted.order_by(Message.sent_at).limit(limit))
    return [(message_id, reference) for message_id, reference in rows if reference is not None]


def messages_of(request: ListMessages) -> Select[Any]:
    """What a list of messages was asked for."""
    statement = select(Message)
    if request.person_id is not None:
        statement = statement.where(Message.person_id == request.person_id)
    if request.application_id is not None:
        statement = statement.where(Message.application_id == request.application_id)
    if request.template is not None:
        statement = statement.where(Message.template == request.template)
    if request.status is not None:
        statement = statement.where(Message.status == request.status)
    return statement


def counts(tx: Transaction) -> list[tuple[str, str, int]]:
    """(template, status, how many) of all messages."""
    statement = (
        select(Message.template, Message.status, func.count())
        .group_by(Message.template, Message.status)
        .order_by(Message.template, Message.status)
    )
    return [(row[0], row[1], row[2]) for row in tx.execute(statement)]
