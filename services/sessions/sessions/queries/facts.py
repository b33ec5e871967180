"""Reads for adding up engagement: plain columns, not records, since they are many."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select

from kit import Transaction
from sessions.domain.attendance import Status
from sessions.models import (
    Attendance,
    CatchUp,
    Pathway,
    Seat,
    StudyProgress,
    TaskReport,
    TrainingSession,
)


class LiveFact(NamedTuple):
    """What is known of one seat; `entry` and `counts` are of the register, None without one.

    `caught_up_at`: when the reflection by which it counts was handed in.
    """

    session_id: UUID
    unit_code: str
    starts_at: datetime
    status: str
    cancelled_because: str | None
    entry: str | None
    counts: bool | None
    caught_up_at: datetime | None


class StudyFact(NamedTuple):
    """What is known of one unit of self-study; its first day is None where it is the last one."""

    minutes: int
    finished: bool
    worked_on: date | None
    first_worked_on: date | None


_IDS = bindparam("ids", expanding=True)
_SEAT, _SESSION = Seat.__table__.c, TrainingSession.__table__.c
_ENTRY, _PROGRESS = Attendance.__table__.c, StudyProgress.__table__.c

_CAUGHT_UP_AT = case(
    (
        _ENTRY.status == Status.catch_up_approved.value,
        select(func.max(CatchUp.submitted_at))
        .where(CatchUp.attendance_id == _ENTRY.attendance_id, CatchUp.approved)
        .correlate(Attendance.__table__)
        .scalar_subquery(),
    )
)

_LIVE = (
    select(
        _SEAT.application_id,
        _SESSION.session_id,
        _SESSION.unit_code,
        _SESSION.starts_at,
        _SESSION.status,
        _SESSION.cancelled_because,
        _ENTRY.status,
        _ENTRY.counts,
        _CAUGHT_UP_AT,
    )
    .join_from(Seat.__table__, TrainingSession.__table__)
    .outerjoin(
        Attendance.__table__,
        (_ENTRY.session_id == _SEAT.session_id) & (_ENTRY.application_id == _SEAT.application_id),
    )
    .where(_SEAT.application_id.in_(_IDS), or_(_SEAT.held, _ENTRY.status.is_not(None)))
)
_STUDY = select(
    _PROGRESS.application_id,
    _PROGRESS.unit_code,
    _PROGRESS.minutes,
    _PROGRESS.finished,
    _PROGRESS.worked_on,
    _PROGRESS.first_worked_on,
).where(_PROGRESS.application_id.in_(_IDS))


def live_facts(tx: Transaction, application_ids: Collection[UUID]) -> dict[UUID, list[LiveFact]]:
    """Application → its seats that are held or have an entry in a register."""
    found: dict[UUID, list[LiveFact]] = defaultdict(list)
    for application_id, *fact in tx.execute(_LIVE, {"ids": list(application_ids)}):
        found[application_id].append(LiveFact(*fact))
    return found


def study_facts(
    tx: Transaction, application_ids: Collection[UUID]
) -> dict[UUID, dict[str, StudyFact]]:
    """Application → unit code → how far it is."""
    found: dict[UUID, dict[str, StudyFact]] = defaultdict(dict)
    for application_id, unit_code, *fact in tx.execute(_STUDY, {"ids": list(application_ids)}):
        found[application_id][unit_code] = StudyFact(*fact)
    return found


def task_days(
    tx: Transaction, application_ids: Collection[UUID]
) -> dict[UUID, dict[str, tuple[date, date]]]:
    """Application → unit code → the first and the last day on which its task was done."""
    wanted = (
        select(
            TaskReport.application_id,
            TaskReport.unit_code,
            func.min(TaskReport.done_on),
            func.max(TaskReport.done_on),
        )
        .where(TaskReport.application_id.in_(application_ids))
        .group_by(TaskReport.application_id, TaskReport.unit_code)
    )
    found: dict[UUID, dict[str, tuple[date, date]]] = defaultdict(dict)
    for application_id, unit_code, first, last in tx.execute(wanted):
        found[application_id][unit_code] = first, last
    return found


def pathways(tx: Transaction, application_ids: Collection[UUID]) -> dict[UUID, Pathway]:
    """Application → its own plan, where it has one."""
    wanted = select(Pathway).where(Pathway.application_id.in_(application_ids))
    return {row.application_id: row for row in tx.scalars(wanted)}


def study_of(
    tx: Transaction, application_ids: Collection[UUID], unit_codes: Collection[str]
) -> dict[tuple[UUID, str], StudyProgress]:
    """(application, unit code) → the row of its progress, to be changed."""
    wanted = select(StudyProgress).where(
        StudyProgress.application_id.in_(application_ids), StudyProgress.unit_code.in_(unit_codes)
    )
    return {(row.application_id, row.unit_code): row for row in tx.scalars(wanted)}
