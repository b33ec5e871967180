"""Reads and locks for the traffic with DfE: writes on their way out, and records shown to us."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from enrolment.models import Application, Declaration, DfeWrite, Participant, Shown, Traffic
from enrolment.queries.applications import UNFINISHED
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.db.bulk import among


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
        .where(among(tx, Application.dfe_application_id, dfe_application_ids))
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
    wanted = select(Participant).where(
        among(tx, Participant.dfe_participant_id, dfe_participant_ids)
    )
    return {
        found.dfe_participant_id: found for found in tx.scalars(wanted) if found.dfe_participant_id
    }


def told_lately(
    tx: Transaction, application_ids: Collection[UUID], asked_at: datetime
) -> set[UUID]:
    """Applications of which DfE was told something that a page asked for then may not show yet."""
    wanted = select(DfeWrite.application_id).where(
        among(tx, DfeWrite.application_id, application_ids),
        or_(DfeWrite.state.in_(UNFINISHED), DfeWrite.finished_at >= asked_at),
    )
    return set(tx.scalars(wanted))


AT_DFE: Mapping[str, Select[Any]] = {
    "applications": select(Application.id, Application.dfe_application_id.label("dfe_id")).where(
        Application.source == "dfe",
        Application.dfe_application_id.is_not(None),
        Application.status != "removed",
    ),
    "declarations": select(Declaration.id, Declaration.dfe_declaration_id.label("dfe_id"))
    .join(Declaration.application)
    .where(Declaration.dfe_declaration_id.is_not(None), Application.status != "removed"),
}
"""What DfE should show in its lists, by our ids and DfE's."""


def not_shown(
    tx: Transaction, stream: str, number: int, before: datetime, after: UUID | None, limit: int
) -> list[tuple[UUID, UUID]]:
    """Records that DfE should have shown in this full sync and did not, by our id and DfE's.

    Those that came after it began (`before`) are left out; in the order of our ids, from `after`.
    """
    wanted = _not_shown(stream, number, before)
    table = Application if stream == "applications" else Declaration
    if after is not None:
        wanted = wanted.where(table.id > after)
    found = tx.execute(wanted.order_by(table.id).limit(limit))
    return [(row.id, row.dfe_id) for row in found]


def count_not_shown(tx: Transaction, stream: str, number: int, before: datetime) -> int:
    """How many those are."""
    those = _not_shown(stream, number, before).subquery()
    return tx.scalar(select(func.count()).select_from(those)) or 0


def count_at_dfe(tx: Transaction, stream: str) -> int:
    """How many records DfE should show."""
    return tx.scalar(select(func.count()).select_from(AT_DFE[stream].subquery())) or 0


def _not_shown(stream: str, number: int, before: datetime) -> Select[Any]:
    table: Any = Application if stream == "applications" else Declaration
    dfe_id = (
        Application.dfe_application_id
        if stream == "applications"
        else Declaration.dfe_declaration_id
    )
    seen = exists().where(
        Shown.stream == stream, Shown.dfe_id == dfe_id, Shown.seen_in_sync >= number
    )
    return AT_DFE[stream].where(table.created_at < before, ~seen)
