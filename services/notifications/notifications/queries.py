"""Reads that lock, or that fetch for many messages at once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Integer, Select, and_, bindparam, func, inspect, or_, select, update

from headship_contracts.notifications.messages import ListMessages
from kit import Transaction
from kit.db import Instant
from notifications.domain.statuses import WAITING
from notifications.models import (
    Application,
    Base,
    Candidate,
    Message,
    Seat,
    TrainingSession,
)

ModelT = TypeVar("ModelT", bound=Base)

KEYS_AT_ONCE = 500

_AT, _NOW = bindparam("at", type_=Instant), bindparam("now", type_=Instant)
_IS_DUE = and_(
    # written out, so that SQLite too sees that its partial index will do
    Message.status.in_(bindparam("waiting", WAITING, expanding=True, literal_execute=True)),
    Message.due_at <= _AT,
    or_(Message.next_attempt_at.is_(None), Message.next_attempt_at <= _NOW),
)
_DUE_MESSAGES = (
    select(Message)
    .where(_IS_DUE)
    .order_by(Message.due_at, Message.message_id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update()
)
_COUNT_DUE = select(func.count()).select_from(Message).where(_IS_DUE)


def lock_newer(tx: Transaction, model: type[ModelT], key: Any, revision: int) -> ModelT | None:
    """The row of this key to be written, locked or new; None if it knows this revision already.

    Two who add the same row at once meet at its key: the later one fails, and is run again.
    """
    found = tx.get(model, key, with_for_update=True, populate_existing=True)
    if found is None:
        names = [column.name for column in inspect(model).primary_key]
        values = key if isinstance(key, tuple) else (key,)
        found = model(**dict(zip(names, values, strict=True)))
        found.revision = revision  # type: ignore[attr-defined]
        tx.add(found)
        return found
    if revision <= found.revision:  # type: ignore[attr-defined]
        return None
    found.revision = revision  # type: ignore[attr-defined]
    return found


def is_queued(tx: Transaction, business_key: str) -> bool:
    """Whether there is a message of this key already."""
    statement = select(Message.message_id).where(Message.business_key == business_key)
    return tx.scalars(statement).first() is not None


def queued_among(tx: Transaction, business_keys: Sequence[str]) -> set[str]:
    """Those of the keys that there are messages of."""
    found: set[str] = set()
    for first in range(0, len(business_keys), KEYS_AT_ONCE):
        some = business_keys[first : first + KEYS_AT_ONCE]
        statement = select(Message.business_key).where(Message.business_key.in_(some))
        found.update(tx.scalars(statement))
    return found


def due_messages(tx: Transaction, at: datetime, now: datetime, limit: int) -> list[Message]:
    """What is to go out: due in domain time, and not put off beyond the wall's `now`."""
    wanted = {"at": at, "now": now, "limit": limit}
    return list(tx.scalars(_DUE_MESSAGES, wanted))


def count_due(tx: Transaction, at: datetime, now: datetime) -> int:
    """How many messages `due_messages` would find without its limit."""
    return tx.scalar(_COUNT_DUE, {"at": at, "now": now}) or 0


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


def let_go(tx: Transaction, application_id: UUID) -> None:
    """Messages that waited until enrolment told of this application wait no longer."""
    tx.execute(
        update(Message)
        .where(Message.application_id == application_id, Message.status == "created")
        .values(next_attempt_at=None)
    )


def by_id(tx: Transaction, model: type[ModelT], ids: Iterable[UUID | None]) -> dict[UUID, ModelT]:
    """Rows by their one-column keys; what is not there is left out."""
    (column,) = inspect(model).primary_key
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    rows = tx.scalars(select(model).where(column.in_(wanted)))
    return {getattr(row, column.name): row for row in rows}


def for_applications(
    tx: Transaction, model: type[ModelT], application_ids: Iterable[UUID | None]
) -> list[ModelT]:
    """The rows of these applications."""
    wanted = {one for one in application_ids if one is not None}
    if not wanted:
        return []
    column = model.application_id  # type: ignore[attr-defined]
    return list(tx.scalars(select(model).where(column.in_(wanted))))


def in_sessions(tx: Transaction, model: type[ModelT], messages: Sequence[Message]) -> list[ModelT]:
    """The rows of these messages' applications in their sessions."""
    if not messages:
        return []
    statement = select(model).where(
        model.session_id.in_({message.session_id for message in messages}),  # type: ignore[attr-defined]
        model.application_id.in_({message.application_id for message in messages}),  # type: ignore[attr-defined]
    )
    return list(tx.scalars(statement))


def seats_in(tx: Transaction, session_id: UUID) -> list[Seat]:
    """The seats that are taken in a session."""
    statement = select(Seat).where(Seat.session_id == session_id, Seat.taken)
    return list(tx.scalars(statement.order_by(Seat.seat_id)))


def seats_ahead(
    tx: Transaction, at: datetime, until: datetime
) -> list[tuple[Seat, TrainingSession]]:
    """Seats in sessions that begin after `at` and not after `until`."""
    statement = (
        select(Seat, TrainingSession)
        .join(TrainingSession, TrainingSession.session_id == Seat.session_id)
        .where(
            Seat.taken,
            TrainingSession.cancelled.is_(False),
            TrainingSession.starts_at > at,
            TrainingSession.starts_at <= until,
        )
        .order_by(TrainingSession.starts_at, Seat.seat_id)
    )
    return [(row[0], row[1]) for row in tx.execute(statement)]


def candidates_near(tx: Transaction, at: datetime, until: datetime) -> list[Candidate]:
    """Candidates whose window is open, or opens not after `until`."""
    statement = (
        select(Candidate)
        .where(Candidate.entered, Candidate.closes_at > at, Candidate.opens_at <= until)
        .order_by(Candidate.opens_at, Candidate.candidate_id)
    )
    return list(tx.scalars(statement))


def applications_of(tx: Transaction, course: str, cohort: str) -> list[Application]:
    """A cohort's applications."""
    statement = select(Application).where(
        Application.course == course, Application.cohort == cohort
    )
    return list(tx.scalars(statement.order_by(Application.application_id)))


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


def move_to_participant(tx: Transaction, application_id: UUID, participant_id: UUID) -> None:
    """Seats and entries of an application are this participant's from now on."""
    for table in (Seat, Candidate):
        its = update(table).where(table.application_id == application_id)
        tx.execute(its.values(participant_id=participant_id))
