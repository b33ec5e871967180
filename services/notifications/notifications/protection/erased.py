"""Who was erased stays so: what is told of them late is taken, and writes nothing.

An application of which the decision to erase did not know is a new one, and heard as any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import wraps
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from headship_contracts.messages import Event
from kit import Transaction, handles
from kit.db.tables import erasures
from kit.personal.ending import as_revision
from notifications.models import Application, StaffMember

_KNOWN: Final = "notifications.erased"
_ERASING: Final = 7_270
"""PostgreSQL's advisory lock that who hears of people shares. Who erases takes it alone: nothing
is written meanwhile by somebody who does not know of it yet."""


@dataclass(frozen=True)
class Erased:
    """Applications, and until which revision something of these people is late."""

    applications: frozenset[UUID]
    people: dict[UUID, int]


def hears(
    *events: type[Event],
    queue: str,
    ahead: Callable[[Any, Sequence[Any]], None] | None = None,
) -> Callable[[Callable[[Any, Any, Any], None]], Callable[[Any, Any, Any], None]]:
    """Decorates as `handles` does; the method gets no event about somebody who was erased."""

    def before(tx: Transaction, told: Sequence[Event]) -> None:
        _read(tx)
        if ahead is not None:
            ahead(tx, told)

    def decorate(function: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
        @wraps(function)
        def heard(service: Any, tx: Transaction, event: Any) -> None:
            if not _is_late(_read(tx), event):
                function(service, tx, event)

        return handles(*events, queue=queue, ahead=before)(heard)

    return decorate


def alone(tx: Transaction) -> None:
    """Nobody else hears of people until this transaction ends."""
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_ERASING)))


def together(tx: Transaction) -> None:
    """Nobody is erased until this transaction ends; whoever was is known to it."""
    _read(tx)


def is_gone(tx: Transaction, person_id: UUID) -> bool:
    """Whether somebody was erased and has not come back since."""
    if person_id not in _read(tx).people:
        return False
    applied = select(Application.application_id).where(Application.participant_id == person_id)
    return tx.get(StaffMember, person_id) is None and tx.scalars(applied).first() is None


def _is_late(known: Erased, event: Any) -> bool:
    application_id = getattr(event, "application_id", None)
    if application_id is not None:
        return application_id in known.applications
    return bool(event.revision < known.people.get(event.staff_id, 0))


def _read(tx: Transaction) -> Erased:
    known: Erased | None = tx.info.get(_KNOWN)
    if known is not None:
        return known
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock_shared(_ERASING)))
    applications: set[UUID] = set()
    people: dict[UUID, int] = {}
    told = erasures.c
    wanted = select(told.application_ids, told.person_ids, told.ended_on, told.handled_at)
    for row in tx.execute(wanted.order_by(told.handled_at)):
        applications.update(map(UUID, row.application_ids))
        day_after = datetime.combine(row.ended_on + timedelta(days=1), time(), UTC)
        late = as_revision(min(row.handled_at, day_after))
        people |= dict.fromkeys(map(UUID, row.person_ids), late)
    known = tx.info[_KNOWN] = Erased(frozenset(applications), people)
    return known
