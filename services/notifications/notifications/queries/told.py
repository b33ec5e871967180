"""Reads that lock, or that fetch for many messages at once, of what other services told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select, tuple_, update

from kit import Transaction
from kit.db.bulk import among
from notifications.models import (
    Application,
    Base,
    Candidate,
    Message,
    Seat,
    StaffMember,
    TrainingSession,
)

ModelT = TypeVar("ModelT", bound=Base)

KEYS_AT_ONCE = 500

_LOCKED = "notifications.locked"
_LET_GO = "notifications.let_go"


def locking(model: type[Base]) -> Callable[[Transaction, Sequence[Any]], None]:
    """For `@handles(ahead=…)`: locks by one statement the rows that `lock_newer` is asked for. The
    events have fields of the names of the key's columns.
    """

    def lock(tx: Transaction, events: Sequence[Any]) -> None:
        columns = inspect(model).primary_key
        keys = {tuple(getattr(told, column.name) for column in columns) for told in events}
        if len(columns) == 1:
            are_wanted = among(tx, columns[0], [key for (key,) in keys])
        else:
            are_wanted = tuple_(*columns).in_(keys)
        rows = select(model).where(are_wanted).order_by(*columns).with_for_update()
        locked = dict.fromkeys(((model, key) for key in keys), None) | {
            (model, inspect(row).identity): row
            for row in tx.scalars(rows.execution_options(populate_existing=True))
        }
        tx.info.setdefault(_LOCKED, {}).update(locked)

    return lock


def lock_newer(tx: Transaction, model: type[ModelT], key: Any, revision: int) -> ModelT | None:
    """The row of this key to be written, locked or new; None if it knows this revision already.

    Two who add the same row at once meet at its key: the later one fails, and is run again.
    """
    values = key if isinstance(key, tuple) else (key,)
    locked: dict[tuple[type[Base], Any], Any] = tx.info.setdefault(_LOCKED, {})
    if (model, values) not in locked:
        with tx.no_autoflush:  # a group of events writes its new rows together, at the end
            locked[model, values] = tx.get(model, key, with_for_update=True, populate_existing=True)
    found: ModelT | None = locked[model, values]
    if found is None:
        names = [column.name for column in inspect(model).primary_key]
        found = locked[model, values] = model(**dict(zip(names, values, strict=True)))
        found.revision = revision  # type: ignore[attr-defined]
        tx.add(found)
        return found
    if revision <= found.revision:  # type: ignore[attr-defined]
        return None
    found.revision = revision  # type: ignore[attr-defined]
    return found


def values_of(tx: Transaction, business_keys: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """What the messages of these keys say, by key."""
    found: dict[str, Mapping[str, Any]] = {}
    for first in range(0, len(business_keys), KEYS_AT_ONCE):
        some = business_keys[first : first + KEYS_AT_ONCE]
        wanted = select(Message.business_key, Message.personalisation)
        rows = tx.execute(wanted.where(Message.business_key.in_(some)))
        found |= {row.business_key: row.personalisation for row in rows}
    return found


def queued_among(tx: Transaction, business_keys: Sequence[str]) -> set[str]:
    """Those of the keys that there are messages of."""
    found: set[str] = set()
    for first in range(0, len(business_keys), KEYS_AT_ONCE):
        some = business_keys[first : first + KEYS_AT_ONCE]
        statement = select(Message.business_key).where(Message.business_key.in_(some))
        found.update(tx.scalars(statement))
    return found


def let_go(tx: Transaction, application_id: UUID) -> None:
    """Messages that wait until enrolment tells of this application wait no longer, once that is
    committed.
    """
    known: set[UUID] | None = tx.info.get(_LET_GO)
    if known is None:
        known = tx.info[_LET_GO] = set()
        tx.at_the_end(partial(_let_all_go, tx))
    known.add(application_id)


def _let_all_go(tx: Any) -> None:
    """Last of all, so that as few messages as can be are queued unseen by it meanwhile."""
    known: set[UUID] = tx.info[_LET_GO]
    if known:
        tx.execute(
            update(Message)
            .where(
                Message.application_id.in_(known),
                Message.status == "created",
                Message.next_attempt_at.is_not(None),
            )
            .values(next_attempt_at=None)
            .execution_options(synchronize_session=False)
        )
    known.clear()


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


def in_sessions(
    tx: Transaction,
    model: type[ModelT],
    session_ids: Iterable[UUID | None],
    application_ids: Iterable[UUID | None],
) -> list[ModelT]:
    """The rows of these applications in these sessions."""
    sessions, applications = set(session_ids) - {None}, set(application_ids) - {None}
    if not sessions or not applications:
        return []
    statement = select(model).where(
        model.session_id.in_(sessions),  # type: ignore[attr-defined]
        model.application_id.in_(applications),  # type: ignore[attr-defined]
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


def who_is_now(tx: Transaction, person_id: UUID) -> UUID:
    """Whose the applications are of which messages have gone to somebody: two accounts may have
    become one since.
    """
    own = select(Application.application_id).where(Application.participant_id == person_id)
    if tx.scalars(own.limit(1)).first() is not None or tx.get(StaffMember, person_id) is not None:
        return person_id
    wanted = (
        select(Application.participant_id)
        .join(Message, Message.application_id == Application.application_id)
        .where(Message.person_id == person_id)
    )
    return tx.scalars(wanted.order_by(Message.created_at.desc()).limit(1)).first() or person_id


def move_to_participant(tx: Transaction, application_id: UUID, participant_id: UUID) -> None:
    """Seats and entries of an application are this participant's from now on."""
    for table in (Seat, Candidate):
        its = update(table).where(table.application_id == application_id)
        tx.execute(its.values(participant_id=participant_id))
