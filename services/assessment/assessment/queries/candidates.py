"""Candidacies."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import contains_eager, joinedload

from assessment.domain.candidates import LIVE, CandidateState
from assessment.models import Candidate, Submission
from assessment.queries.locking import locked
from headship_contracts.assessment.papers import ListCandidates
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def lock_live(tx: Transaction, application_id: UUID) -> Candidate | None:
    """The one candidacy of an application that is not over."""
    live = select(Candidate).where(
        Candidate.application_id == application_id, Candidate.state.in_(LIVE)
    )
    return tx.scalars(locked(live, Candidate)).one_or_none()


def entered(tx: Transaction, window_id: UUID) -> list[UUID]:
    """The applications that have entered a window."""
    mine = select(Candidate.application_id).where(
        Candidate.window_id == window_id, Candidate.state == CandidateState.ENTERED
    )
    return list(tx.scalars(mine))


def find(tx: Transaction, application_id: UUID, window_id: UUID) -> Candidate | None:
    """An application's candidacy in one window."""
    return tx.scalars(_candidates_of(application_id, window_id)).one_or_none()


def require(
    tx: Transaction, application_id: UUID, window_id: UUID, *, lock: bool = False
) -> Candidate:
    """A candidacy that was not removed. Raises NotFound."""
    wanted = _candidates_of(application_id, window_id)
    candidate = tx.scalars(locked(wanted, Candidate) if lock else wanted).one_or_none()
    if candidate is None or candidate.state == CandidateState.REMOVED:
        raise NotFound("candidate_not_found", "no such candidate in this window")
    return candidate


def lock_those(
    tx: Transaction, wanted: Collection[tuple[UUID | None, UUID | None]]
) -> list[Candidate]:
    """Those of the candidacies, by (application, window), that were not removed."""
    near = _candidates().where(
        Candidate.application_id.in_({application_id for application_id, _window in wanted}),
        Candidate.window_id.in_({window_id for _application, window_id in wanted}),
        Candidate.state != CandidateState.REMOVED,
    )
    rows = tx.scalars(locked(near.order_by(Candidate.id), Candidate))
    return [row for row in rows if (row.application_id, row.window_id) in wanted]


def by_id(tx: Transaction, candidate_id: UUID, *, lock: bool = False) -> Candidate | None:
    """A candidacy, whatever its state."""
    wanted = _candidates().where(Candidate.id == candidate_id)
    return tx.scalars(locked(wanted, Candidate) if lock else wanted).one_or_none()


def page_of(tx: Transaction, request: ListCandidates) -> tuple[Sequence[Candidate], str | None]:
    """A page of candidates."""
    wanted = _candidates()
    if request.window_id is not None:
        wanted = wanted.where(Candidate.window_id == request.window_id)
    if request.application_id is not None:
        wanted = wanted.where(Candidate.application_id == request.application_id)
    return page(tx, wanted, keys=(Candidate.id,), cursor=request.cursor, limit=request.limit)


def mark_released(tx: Transaction, window_id: UUID) -> None:
    """Those who sent a script are done with this window: their results are out."""
    tx.execute(
        update(Candidate)
        .where(Candidate.window_id == window_id, Candidate.state == CandidateState.SUBMITTED)
        .values(state=CandidateState.RELEASED)
    )


def count(tx: Transaction, window_id: UUID) -> int:
    """Candidates of a window that were not removed."""
    counted = select(func.count()).where(
        Candidate.window_id == window_id, Candidate.state != CandidateState.REMOVED
    )
    return tx.scalar(counted) or 0


def lock_entered_with_script(tx: Transaction, window_id: UUID) -> list[tuple[Candidate, bool]]:
    """A window's entered candidates, locked, and whether each has a script that counts."""
    has_script = exists().where(Submission.candidate_id == Candidate.id, Submission.counts)
    entered = (
        select(Candidate, has_script)
        .join(Candidate.application)
        .options(contains_eager(Candidate.application))
        .where(Candidate.window_id == window_id, Candidate.state == CandidateState.ENTERED)
        .order_by(Candidate.id)
    )
    return [(candidate, bool(has)) for candidate, has in tx.execute(locked(entered, Candidate))]


def _candidates() -> Select[Candidate]:
    return select(Candidate).options(
        joinedload(Candidate.application, innerjoin=True),
        joinedload(Candidate.window, innerjoin=True),
    )


def _candidates_of(application_id: UUID, window_id: UUID) -> Select[Candidate]:
    return _candidates().where(
        Candidate.application_id == application_id, Candidate.window_id == window_id
    )
