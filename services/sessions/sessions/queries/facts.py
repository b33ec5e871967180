"""Reads for adding up engagement: plain values, since they are many."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_, select

from kit import Transaction
from sessions.models import (
    Attendance,
    Seat,
    StudyProgress,
    TrainingSession,
)


class LiveFact(NamedTuple):
    """What is known of one seat; `entry` and `counts` are of the register, None without one."""

    unit_code: str
    starts_at: datetime
    status: str
    entry: str | None
    counts: bool | None


class StudyFact(NamedTuple):
    """What is known of one unit of self-study."""

    minutes: int
    finished: bool
    worked_on: date | None


def live_facts(tx: Transaction, application_ids: Collection[UUID]) -> dict[UUID, list[LiveFact]]:
    """Application → its seats that are held or have an entry in a register."""
    rows = tx.execute(
        select(
            Seat.application_id,
            TrainingSession.unit_code,
            TrainingSession.starts_at,
            TrainingSession.status,
            Attendance.status,
            Attendance.counts,
        )
        .join(TrainingSession, TrainingSession.session_id == Seat.session_id)
        .outerjoin(
            Attendance,
            (Attendance.session_id == Seat.session_id)
            & (Attendance.application_id == Seat.application_id),
        )
        .where(
            Seat.application_id.in_(application_ids),
            or_(Seat.held, Attendance.status.is_not(None)),
        )
    )
    found: dict[UUID, list[LiveFact]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(LiveFact(*row[1:]))
    return found


def study_facts(
    tx: Transaction, application_ids: Collection[UUID]
) -> dict[UUID, dict[str, StudyFact]]:
    """Application → unit code → how far it is."""
    rows = tx.execute(
        select(
            StudyProgress.application_id,
            StudyProgress.unit_code,
            StudyProgress.minutes,
            StudyProgress.finished,
            StudyProgress.worked_on,
        ).where(StudyProgress.application_id.in_(application_ids))
    )
    found: dict[UUID, dict[str, StudyFact]] = defaultdict(dict)
    for row in rows:
        found[row[0]][row[1]] = StudyFact(*row[2:])
    return found


def study_of(
    tx: Transaction, application_ids: Collection[UUID], unit_codes: Collection[str]
) -> dict[tuple[UUID, str], StudyProgress]:
    """(application, unit code) → the row of its progress, to be changed."""
    wanted = select(StudyProgress).where(
        StudyProgress.application_id.in_(application_ids), StudyProgress.unit_code.in_(unit_codes)
    )
    return {(row.application_id, row.unit_code): row for row in tx.scalars(wanted)}
