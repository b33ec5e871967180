"""The history of training: written with each change, never changed, read as of any day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.domain import training as rules
from enrolment.domain.revisions import check_revision
from enrolment.domain.training import DELIVERY_PARTNER, SCHEDULE, SCHOOL, TRAINING_STATUS
from enrolment.models import Application, TrainingEntry
from headship_contracts.enrolment.training import (
    CorrectTrainingEntry,
    TrainingEntryPage,
    TrainingEntryRecord,
    TrainingHistory,
    TrainingOn,
    TrainingState,
)
from headship_contracts.errors import NotFound, Refused
from kit import Transaction
from kit.clock import LONDON
from kit.paging import page


def note(
    tx: Transaction,
    application: Application,
    aspect: str,
    value: str | None,
    *,
    effective_on: date | None = None,
    by: str | None = None,
    **said: Any,
) -> TrainingEntry:
    """Something is so from `effective_on` on; today unless told. `by`: who decided it."""
    entry = TrainingEntry(
        application_id=application.id,
        aspect=aspect,
        value=value,
        effective_on=effective_on or today(tx),
        recorded_at=tx.at,
        recorded_by=by or str(tx.caller),
        **said,
    )
    tx.add(entry)
    return entry


def begin(tx: Transaction, application: Application) -> None:
    """Training begins, with an acceptance: how all of it stands."""
    for aspect, value in at_first(application):
        note(tx, application, aspect, value)


def at_first(application: Application) -> list[tuple[str, str]]:
    """What its history begins with: each aspect that is settled by then."""
    partner = application.delivery_partner_id
    settled = {
        TRAINING_STATUS: application.training_status,
        SCHEDULE: schedule_value(application) if application.schedule else None,
        DELIVERY_PARTNER: str(partner) if partner else None,
        SCHOOL: application.school_urn,
    }
    return [(aspect, value) for aspect, value in settled.items() if value is not None]


def end(tx: Transaction, application: Application, why: str) -> None:
    """There is no enrolment any more: rejected, removed, or pending again."""
    note(tx, application, TRAINING_STATUS, None, reason=why)


def reschedule(tx: Transaction, application: Application, kept: Mapping[str, Any]) -> None:
    """It is on another schedule. `kept`: `effective_on` and `by`, where it was decided here."""
    told = kept.get("effective_on")
    note(
        tx,
        application,
        SCHEDULE,
        schedule_value(application),
        effective_on=date.fromisoformat(told) if told else None,
        by=kept.get("by"),
        dfe_at=tx.at if application.dfe_application_id else None,
    )


def schedule_value(application: Application) -> str:
    """A schedule is one of a cohort: `2026b npq-leadership-autumn`."""
    return f"{application.cohort} {application.schedule}"


def entries_of(tx: Transaction, application_id: UUID) -> Sequence[TrainingEntry]:
    """All of an application's entries, in the order of recording."""
    wanted = select(TrainingEntry).where(TrainingEntry.application_id == application_id)
    return tx.scalars(wanted.order_by(TrainingEntry.id)).all()


def as_entries(rows: Iterable[TrainingEntry]) -> list[rules.Entry]:
    """Entries as the rules take them."""
    return [
        rules.Entry(
            number=row.id,
            aspect=row.aspect,
            value=row.value,
            effective_on=row.effective_on,
            recorded_at=row.recorded_at,
            reason=row.reason,
            expected_return_on=row.expected_return_on,
            corrects=row.corrects,
        )
        for row in rows
    ]


def last_of(
    tx: Transaction, application_id: UUID, aspect: str = TRAINING_STATUS
) -> TrainingEntry | None:
    """The entry of an aspect that was recorded last, corrections among them."""
    wanted = (
        select(TrainingEntry)
        .where(TrainingEntry.application_id == application_id, TrainingEntry.aspect == aspect)
        .order_by(TrainingEntry.id.desc())
        .limit(1)
    )
    return tx.scalars(wanted).first()


def correct(tx: Transaction, entry: TrainingEntry, **other: Any) -> TrainingEntry:
    """The same again but for `other`, in the stead of an entry that was wrong or incomplete."""
    same = ("application_id", "aspect", "value", "reason", "expected_return_on", "effective_on")
    kept = {name: getattr(entry, name) for name in (*same, "dfe_at")}
    said = {**kept, "recorded_at": tx.at, "recorded_by": str(tx.caller), **other}
    corrected = TrainingEntry(**said, corrects=entry.id)
    tx.add(corrected)
    return corrected


def correct_training_entry(tx: Transaction, request: CorrectTrainingEntry) -> TrainingEntryRecord:
    """An entry counts from another day; the application shows it if it is the one in force."""
    application = queries.lock_application(tx, request.application_id)
    check_revision(application.revision, request.if_revision)
    rows = entries_of(tx, application.id)
    entry = next((row for row in rows if row.id == request.entry_id), None)
    if entry is None:
        raise NotFound("entry_not_found", str(request.entry_id))
    if any(row.corrects == entry.id for row in rows):
        raise Refused("entry_corrected", "a later entry stands in its stead: correct that one")
    rules.check_effective(request.effective_on, earliest=earliest(application), today=today(tx))
    corrected = correct(tx, entry, effective_on=request.effective_on)
    if entry.aspect == TRAINING_STATUS and entry is _last(rows, TRAINING_STATUS):
        application.training_effective_on = request.effective_on
        application.revision = tx.next_revision(application.revision)
    tx.flush()  # its number is part of the reply
    return _record(corrected, set())


def training_history(tx: Transaction, request: TrainingHistory) -> TrainingEntryPage:
    """In the order of recording."""
    queries.application(tx, request.application_id)
    mine = TrainingEntry.application_id == request.application_id
    if request.known_at is not None:
        mine &= TrainingEntry.recorded_at <= request.known_at
    wanted = select(TrainingEntry).where(mine)
    keys = (TrainingEntry.id,)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    replaced = select(TrainingEntry.corrects).where(mine, TrainingEntry.corrects.is_not(None))
    corrected = set(tx.scalars(replaced))
    return TrainingEntryPage(items=[_record(e, corrected) for e in found], next_cursor=cursor)


def training_on(tx: Transaction, request: TrainingOn) -> TrainingState:
    """What was known about a day."""
    application = queries.application(tx, request.application_id)
    known_at = request.known_at or tx.at
    entries = as_entries(entries_of(tx, application.id))
    state = rules.state_on(entries, request.on, known_at)
    status = state.get(TRAINING_STATUS)
    values: dict[str, Any] = {aspect: entry.value for aspect, entry in state.items()}
    cohort, _, schedule = (values.get(SCHEDULE) or "").partition(" ")
    partner = values.get(DELIVERY_PARTNER)
    return TrainingState(
        application_id=application.id,
        on=request.on,
        known_at=known_at,
        training_status=status.value if status else None,
        reason=status.reason if status else None,
        expected_return_on=status.expected_return_on if status else None,
        cohort=cohort or None,
        schedule=schedule or None,
        delivery_partner_id=UUID(partner) if partner else None,
        school_urn=values.get(SCHOOL),
    )


def earliest(application: Application) -> date:
    """The first day from which something can be so: of the schedule, or of the acceptance."""
    days = [(application.accepted_at or application.created_at).astimezone(LONDON).date()]
    dates = schemas.schedule_of(application)
    return min([*days, dates.starts_on] if dates else days)


def today(tx: Transaction) -> date:
    """The day in London."""
    return tx.at.astimezone(LONDON).date()


def _last(rows: Sequence[TrainingEntry], aspect: str) -> TrainingEntry | None:
    return next((row for row in reversed(rows) if row.aspect == aspect), None)


def _record(of: TrainingEntry, corrected: set[int | None]) -> TrainingEntryRecord:
    return TrainingEntryRecord(
        entry_id=of.id,
        application_id=of.application_id,
        aspect=of.aspect,
        value=of.value,
        reason=of.reason,
        expected_return_on=of.expected_return_on,
        effective_on=of.effective_on,
        recorded_at=of.recorded_at,
        recorded_by=of.recorded_by,
        dfe_at=of.dfe_at,
        corrects=of.corrects,
        corrected=of.id in corrected,
    )
