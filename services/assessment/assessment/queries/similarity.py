"""Comparisons and similar pairs."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from assessment.domain.similarity.cases import HOLDS
from assessment.models import Candidate, Comparison, Script, SimilarityCase, Submission, Window
from assessment.queries.locking import locked
from headship_contracts.assessment.similarity import ListComparisons, ListSimilarPairs
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def due(tx: Transaction, now: datetime) -> list[UUID]:
    """Comparisons that wait, but for those in the pause after a failure, oldest first."""
    waiting = select(Comparison.id).where(
        Comparison.state == "queued",
        or_(Comparison.next_attempt_at.is_(None), Comparison.next_attempt_at <= now),
    )
    return list(tx.scalars(waiting.order_by(Comparison.requested_at)))


def queued_of(tx: Transaction, window_id: UUID) -> Comparison | None:
    """A comparison of this window that is not over."""
    waiting = select(Comparison).where(
        Comparison.window_id == window_id, Comparison.state == "queued"
    )
    return tx.scalars(waiting.limit(1)).one_or_none()


def page_of_comparisons(
    tx: Transaction, request: ListComparisons
) -> tuple[Sequence[Comparison], str | None]:
    """A page of comparisons."""
    wanted = select(Comparison)
    if request.window_id is not None:
        wanted = wanted.where(Comparison.window_id == request.window_id)
    keys = (Comparison.requested_at, Comparison.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def texts_of(tx: Transaction, window_ids: Iterable[UUID]) -> list[tuple[UUID, UUID, str]]:
    """(window, submission, SHA-256 of the text) of each script that counts there."""
    wanted = (
        select(Candidate.window_id, Submission.id, Submission.text_sha256)
        .join(Submission.candidate)
        .where(Candidate.window_id.in_(list(window_ids)), Submission.counts)
        .order_by(Submission.received_at, Submission.id)
    )
    return [(window, sent, text) for window, sent, text in tx.execute(wanted) if text is not None]


def all_among(tx: Transaction, window_id: UUID, submission_ids: Iterable[UUID]) -> bool:
    """Whether all scripts that count in a window are among these."""
    counting = {submission_id for _, submission_id, _ in texts_of(tx, [window_id])}
    return counting <= set(submission_ids)


def windows_before(tx: Transaction, window: Window, *, most: int) -> list[Window]:
    """The windows of the same course that opened last before this one."""
    earlier = select(Window).where(
        Window.course == window.course,
        Window.opens_at < window.opens_at,
        Window.state.in_(("closed", "marking", "released")),
    )
    return list(tx.scalars(earlier.order_by(Window.opens_at.desc()).limit(most)))


def pair_of(tx: Transaction, a: UUID, b: UUID) -> SimilarityCase | None:
    """What is known of these two, in whichever order."""
    wanted = select(SimilarityCase).where(
        or_(
            (SimilarityCase.submission_a == a) & (SimilarityCase.submission_b == b),
            (SimilarityCase.submission_a == b) & (SimilarityCase.submission_b == a),
        )
    )
    return tx.scalars(wanted).one_or_none()


def undecided(tx: Transaction, window_id: UUID) -> list[SimilarityCase]:
    """A window's pairs that nobody has looked at."""
    wanted = select(SimilarityCase).where(
        SimilarityCase.window_id == window_id, SimilarityCase.status == "flagged"
    )
    return list(tx.scalars(wanted))


def page_of_pairs(
    tx: Transaction, request: ListSimilarPairs
) -> tuple[Sequence[SimilarityCase], str | None]:
    """A page of similar pairs."""
    wanted = _pairs()
    if request.window_id is not None:
        wanted = wanted.where(SimilarityCase.window_id == request.window_id)
    if request.status is not None:
        wanted = wanted.where(SimilarityCase.status == request.status)
    keys = (SimilarityCase.rank, SimilarityCase.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def require_pair(tx: Transaction, pair_id: UUID, *, lock: bool = False) -> SimilarityCase:
    """A pair. Raises NotFound."""
    wanted = _pairs().where(SimilarityCase.id == pair_id)
    found = tx.scalars(locked(wanted, SimilarityCase) if lock else wanted).one_or_none()
    if found is None:
        raise NotFound("pair_not_found", str(pair_id))
    return found


def holding(tx: Transaction, submission_ids: Iterable[UUID]) -> list[SimilarityCase]:
    """Pairs with one of these submissions that keep results back."""
    mine = list(submission_ids)
    wanted = select(SimilarityCase).where(
        or_(SimilarityCase.submission_a.in_(mine), SimilarityCase.submission_b.in_(mine)),
        SimilarityCase.status.in_(HOLDS),
    )
    return list(tx.scalars(wanted.order_by(SimilarityCase.rank)))


def investigated(tx: Transaction, submission_id: UUID) -> SimilarityCase | None:
    """A pair with this submission that is under investigation."""
    wanted = select(SimilarityCase).where(
        or_(
            SimilarityCase.submission_a == submission_id,
            SimilarityCase.submission_b == submission_id,
        ),
        SimilarityCase.status == "under_investigation",
    )
    return tx.scalars(wanted.order_by(SimilarityCase.rank).limit(1)).one_or_none()


def upheld(tx: Transaction, submission_id: UUID) -> bool:
    """Whether a pair with this submission was upheld."""
    wanted = select(SimilarityCase.id).where(
        or_(
            SimilarityCase.submission_a == submission_id,
            SimilarityCase.submission_b == submission_id,
        ),
        SimilarityCase.status == "upheld",
    )
    return tx.scalars(wanted.limit(1)).one_or_none() is not None


def without_outcome(tx: Transaction, window_id: UUID) -> set[int]:
    """Numbers of a window's scripts of which a pair was upheld, and not said what comes of it."""
    wanted = (
        select(Script.number)
        .join(
            SimilarityCase,
            or_(
                SimilarityCase.submission_a == Script.submission_id,
                SimilarityCase.submission_b == Script.submission_id,
            ),
        )
        .where(
            Script.window_id == window_id,
            Script.integrity_outcome.is_(None),
            SimilarityCase.status == "upheld",
        )
    )
    return set(tx.scalars(wanted))


def decided(tx: Transaction, submission_ids: Iterable[UUID]) -> list[SimilarityCase]:
    """Pairs with one of these submissions that somebody has decided about, as they were decided."""
    mine = list(submission_ids)
    wanted = select(SimilarityCase).where(
        or_(SimilarityCase.submission_a.in_(mine), SimilarityCase.submission_b.in_(mine)),
        SimilarityCase.decided_at.is_not(None),
    )
    return list(tx.scalars(wanted.order_by(SimilarityCase.decided_at, SimilarityCase.id)))


def lock_scripts(tx: Transaction, submission_ids: Iterable[UUID]) -> list[Script]:
    """The scripts of these submissions that are in marking, locked, in the order of their ids."""
    wanted = (
        select(Script)
        .options(joinedload(Script.window, innerjoin=True))
        .where(Script.submission_id.in_(list(submission_ids)))
        .order_by(Script.id)
    )
    return list(tx.scalars(locked(wanted, Script)))


def _pairs() -> Select[SimilarityCase]:
    return select(SimilarityCase).options(
        joinedload(SimilarityCase.a, innerjoin=True).joinedload(
            Submission.candidate, innerjoin=True
        ),
        joinedload(SimilarityCase.b, innerjoin=True).joinedload(
            Submission.candidate, innerjoin=True
        ),
    )
