"""Candidates' own times."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from assessment.models import Adjustment, Candidate, Deferral, Extension
from headship_contracts.assessment.arrangements import ListAdjustments, ListExtensions
from kit import Transaction
from kit.paging import page


def extended_until(tx: Transaction, candidate_id: UUID) -> datetime | None:
    """The latest moment to which this candidacy was ever extended."""
    latest = select(func.max(Extension.closes_at)).where(Extension.candidate_id == candidate_id)
    return tx.scalar(latest)


def not_before(tx: Transaction, application_id: UUID) -> date | None:
    """The first day on which a window may open for who deferred."""
    latest = select(func.max(Deferral.not_before)).where(Deferral.application_id == application_id)
    return tx.scalar(latest)


def page_of_adjustments(
    tx: Transaction, request: ListAdjustments
) -> tuple[Sequence[Adjustment], str | None]:
    """A page of adjustments."""
    wanted = select(Adjustment)
    if request.application_id is not None:
        wanted = wanted.where(Adjustment.application_id == request.application_id)
    keys = (Adjustment.application_id,)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def page_of_extensions(
    tx: Transaction, request: ListExtensions
) -> tuple[Sequence[Extension], str | None]:
    """A page of extensions."""
    wanted = (
        select(Extension).join(Extension.candidate).options(contains_eager(Extension.candidate))
    )
    if request.window_id is not None:
        wanted = wanted.where(Candidate.window_id == request.window_id)
    if request.application_id is not None:
        wanted = wanted.where(Candidate.application_id == request.application_id)
    keys = (Extension.granted_at, Extension.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
