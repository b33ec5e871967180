"""Reads and locks for the traffic with DfE: writes on their way out, and records shown to us."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from enrolment.models import Application, DfeWrite, Participant, Traffic
from enrolment.queries import UNFINISHED
from headship_contracts.errors import NotFound
from kit import Transaction


def next_write(tx: Transaction, now: datetime) -> DfeWrite | None:
    """The oldest write that may be sent now, locked. Of one application only its first is."""
    earlier = aliased(DfeWrite)
    waits_for_another = exists().where(
        earlier.application_id == DfeWrite.application_id,
        earlier.id < DfeWrite.id,
        earlier.state.in_(UNFINISHED),
    )
    wanted = (
        select(DfeWrite)
        .where(
            DfeWrite.state.in_(("owed", "in_doubt")),
            or_(DfeWrite.next_attempt_at.is_(None), DfeWrite.next_attempt_at <= now),
            ~waits_for_another,
        )
        .order_by(DfeWrite.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=DfeWrite)
    )
    return tx.scalars(wanted).first()


def lock_write(tx: Transaction, write_id: int) -> DfeWrite:
    """One write. Raises NotFound."""
    wanted = select(DfeWrite).where(DfeWrite.id == write_id).with_for_update()
    found = tx.scalars(wanted.execution_options(populate_existing=True)).first()
    if found is None:
        raise NotFound("write_not_found", str(write_id))
    return found


def doubt_what_was_sending(tx: Transaction) -> None:
    """Whoever sent these is gone: whether they arrived is not known."""
    tx.execute(update(DfeWrite).where(DfeWrite.state == "sending").values(state="in_doubt"))


def writes_by_state(tx: Transaction) -> dict[str, int]:
    """How many writes are in each state but done, of which there are ever more."""
    counted = select(DfeWrite.state, func.count().label("number"))
    wanted = counted.where(DfeWrite.state != "done").group_by(DfeWrite.state)
    return {row.state: row.number for row in tx.execute(wanted)}


def lock_traffic(tx: Transaction, name: str) -> Traffic:
    """How `push` or `sync` stands; the row is made with the tables."""
    wanted = select(Traffic).where(Traffic.name == name).with_for_update()
    return tx.scalars(wanted.execution_options(populate_existing=True)).one()


def lock_seen(tx: Transaction, dfe_application_ids: Sequence[UUID]) -> dict[UUID, Application]:
    """The applications of a page of DfE's, by DfE's id, locked in the order of ours."""
    wanted = (
        select(Application)
        .where(Application.dfe_application_id.in_(dfe_application_ids))
        .order_by(Application.id)
        .with_for_update(of=Application)
    )
    return {
        found.dfe_application_id: found for found in tx.scalars(wanted) if found.dfe_application_id
    }


def participants_by_dfe_id(
    tx: Transaction, dfe_participant_ids: Sequence[UUID]
) -> dict[UUID, Participant]:
    """Those of a page of DfE's that are known, by DfE's id."""
    wanted = select(Participant).where(Participant.dfe_participant_id.in_(dfe_participant_ids))
    return {
        found.dfe_participant_id: found for found in tx.scalars(wanted) if found.dfe_participant_id
    }


def not_seen_in(tx: Transaction, number: int, before: datetime) -> Sequence[Application]:
    """Applications that DfE showed once, but not in this full sync."""
    wanted = select(Application).where(
        Application.source == "dfe",
        Application.status.in_(("pending", "accepted", "rejected")),
        Application.created_at < before,
        or_(Application.seen_in_sync.is_(None), Application.seen_in_sync < number),
    )
    return tx.scalars(wanted.order_by(Application.id)).all()


def count_at_dfe(tx: Transaction) -> int:
    """Applications that DfE should show."""
    wanted = select(func.count()).where(
        and_(Application.source == "dfe", Application.status != "removed")
    )
    return tx.scalar(wanted) or 0
