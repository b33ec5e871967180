"""Drift: where DfE showed something else than we had, and until when."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from enrolment.models import Application, Declaration, Drift, Participant
from headship_contracts.enrolment.dfe import DriftPage, DriftRecord, ListDrift
from kit import Transaction
from kit.db.bulk import among
from kit.paging import page

FOLLOWED, AGREED = "followed", "agreed"

Ours = Application | Participant | Declaration

Difference = tuple[str, Any, Any]
"""Field, ours, DfE's."""


def followed(
    tx: Transaction,
    record: str,
    ours: Ours,
    dfe_id: UUID,
    differences: Iterable[Difference],
    number: int,
) -> int:
    """DfE differed, and ours is as DfE's now. Gives how many differences there were."""
    rows = [_row(tx, record, ours, dfe_id, difference, number) for difference in differences]
    for row in rows:
        row.resolved_at, row.resolution = tx.at, FOLLOWED
    tx.add_all(rows)
    return len(rows)


def stands(
    tx: Transaction,
    record: str,
    ours: Ours | None,
    dfe_id: UUID,
    difference: Difference,
    number: int,
) -> int:
    """DfE differs, and ours stays as it is. Gives 1 if that is news."""
    field, mine, theirs = difference
    known = tx.scalars(_open(record, [dfe_id]).where(Drift.field == field)).first()
    if known is not None:
        if (known.ours, known.theirs) == (_text(mine), _text(theirs)):
            return 0
        known.ours, known.theirs = _text(mine), _text(theirs)
        return 1
    tx.add(_row(tx, record, ours, dfe_id, difference, number))
    return 1


def agreed(
    tx: Transaction, record: str, dfe_ids: Iterable[UUID], fields: Iterable[str] | None = None
) -> None:
    """DfE shows what we have, in these fields or all."""
    its = update(Drift).where(
        Drift.record == record, Drift.dfe_id.in_(list(dfe_ids)), Drift.resolved_at.is_(None)
    )
    if fields is not None:
        its = its.where(Drift.field.in_(list(fields)))
    tx.execute(its.values(resolved_at=tx.at, resolution=AGREED))


def open_ids(tx: Transaction, record: str, dfe_ids: Collection[UUID]) -> set[UUID]:
    """Those of some records in which DfE still differs."""
    found = tx.scalars(
        select(Drift.dfe_id).where(
            Drift.record == record, among(tx, Drift.dfe_id, dfe_ids), Drift.resolved_at.is_(None)
        )
    )
    return {dfe_id for dfe_id in found if dfe_id is not None}


def state_of(record: Any, fields: Iterable[str]) -> Mapping[str, Any]:
    """How it is now, to be compared with how it is after it has followed DfE."""
    return {field: getattr(record, field) for field in fields}


def differences(record: Any, before: Mapping[str, Any]) -> list[Difference]:
    """What has changed since."""
    return [
        (field, was, getattr(record, field))
        for field, was in before.items()
        if getattr(record, field) != was
    ]


def list_drift(tx: Transaction, request: ListDrift) -> DriftPage:
    """Oldest first."""
    wanted = select(Drift)
    for name in ("record", "record_id", "dfe_id", "application_id", "field"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Drift, name) == value)
    if request.resolved is not None:
        is_open = Drift.resolved_at.is_(None)
        wanted = wanted.where(~is_open if request.resolved else is_open)
    if request.found_from is not None:
        wanted = wanted.where(Drift.found_at >= request.found_from)
    found, cursor = page(
        tx, wanted, keys=(Drift.found_at, Drift.id), cursor=request.cursor, limit=request.limit
    )
    return DriftPage(items=[_record(drift) for drift in found], next_cursor=cursor)


def _open(record: str, dfe_ids: Iterable[UUID]) -> Any:
    return select(Drift).where(
        Drift.record == record, Drift.dfe_id.in_(list(dfe_ids)), Drift.resolved_at.is_(None)
    )


def _row(
    tx: Transaction,
    record: str,
    ours: Ours | None,
    dfe_id: UUID,
    difference: Difference,
    number: int,
) -> Drift:
    field, mine, theirs = difference
    return Drift(
        record=record,
        record_id=ours.id if ours is not None else None,
        dfe_id=dfe_id,
        application_id=_application_of(ours),
        field=field,
        ours=_text(mine),
        theirs=_text(theirs),
        found_at=tx.at,
        found_in_sync=number,
    )


def _application_of(ours: Ours | None) -> UUID | None:
    if isinstance(ours, Application):
        return ours.id
    return ours.application_id if isinstance(ours, Declaration) else None


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return None if value is None else str(value)


def _record(drift: Drift) -> DriftRecord:
    return DriftRecord(
        drift_id=drift.id,
        record=drift.record,
        record_id=drift.record_id,
        dfe_id=drift.dfe_id,
        application_id=drift.application_id,
        field=drift.field,
        ours=drift.ours,
        theirs=drift.theirs,
        found_at=drift.found_at,
        resolved_at=drift.resolved_at,
        resolution=drift.resolution,
    )
