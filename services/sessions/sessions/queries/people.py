"""Reads of enrolments: one, many under lock, a cohort in pages."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, select

from headship_contracts.errors import NotFound
from kit import Transaction
from sessions.models import Enrolment, ProgrammeEnd

UNDER_WAY = and_(
    Enrolment.status == "accepted",
    Enrolment.training_status == "active",
    ~exists().where(ProgrammeEnd.application_id == Enrolment.application_id),
)
"""In training, and the result is not out."""


def enrolment(tx: Transaction, application_id: UUID) -> Enrolment:
    """Raises NotFound for an application that enrolment has not told of."""
    found = tx.get(Enrolment, application_id)
    if found is None:
        raise NotFound("application_not_found", str(application_id))
    return found


def lock_enrolments(tx: Transaction, ids: Collection[UUID]) -> dict[UUID, Enrolment]:
    """Those of the applications that are known, locked in id order so that nobody deadlocks."""
    rows = tx.scalars(
        select(Enrolment)
        .where(Enrolment.application_id.in_(ids))
        .order_by(Enrolment.application_id)
        .with_for_update()
    )
    return {row.application_id: row for row in rows}


def in_training(course: str, cohort: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an enrolment of a cohort is in training."""
    return (
        Enrolment.course == course,
        Enrolment.cohort == cohort,
        Enrolment.status == "accepted",
        Enrolment.training_status == "active",
    )


def ids_in_training(
    tx: Transaction, course: str, cohort: str, after: UUID | None, most: int
) -> list[UUID]:
    """The next applications of a cohort in id order, to walk through all of them."""
    wanted = select(Enrolment.application_id).where(*in_training(course, cohort))
    return _next(tx, wanted, after, most)


def ids_under_way(
    tx: Transaction, course: str, cohort: str, after: UUID | None, most: int
) -> list[UUID]:
    """The same, but only of those whose result is not out."""
    wanted = select(Enrolment.application_id).where(
        Enrolment.course == course, Enrolment.cohort == cohort, UNDER_WAY
    )
    return _next(tx, wanted, after, most)


def _next(tx: Transaction, wanted: Select[UUID], after: UUID | None, most: int) -> list[UUID]:
    if after is not None:
        wanted = wanted.where(Enrolment.application_id > after)
    return list(tx.scalars(wanted.order_by(Enrolment.application_id).limit(most)))


def finished(tx: Transaction, application_ids: Collection[UUID]) -> set[UUID]:
    """Those whose result is out."""
    wanted = select(ProgrammeEnd.application_id)
    return set(tx.scalars(wanted.where(ProgrammeEnd.application_id.in_(application_ids))))
