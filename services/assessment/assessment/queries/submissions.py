"""What was sent, and the files."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from assessment.domain.windows import WindowState
from assessment.models import Candidate, Script, Submission, Window
from assessment.queries.locking import locked
from headship_contracts.assessment.submissions import ListSubmissions
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page

UNRELEASED = (WindowState.OPEN, WindowState.CLOSED, WindowState.MARKING)


def counting(tx: Transaction, candidate_id: UUID) -> Submission | None:
    """The script that counts for a candidate, if there is one."""
    wanted = select(Submission).where(Submission.candidate_id == candidate_id, Submission.counts)
    return tx.scalars(wanted).one_or_none()


def page_of(tx: Transaction, request: ListSubmissions) -> tuple[Sequence[Submission], str | None]:
    """A page of what was sent."""
    wanted = _submissions()
    if request.window_id is not None:
        wanted = wanted.where(Candidate.window_id == request.window_id)
    if request.application_id is not None:
        wanted = wanted.where(Candidate.application_id == request.application_id)
    keys = (Submission.received_at, Submission.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def require(tx: Transaction, submission_id: UUID, *, lock: bool = False) -> Submission:
    """What was sent once. Raises NotFound."""
    wanted = _submissions().where(Submission.id == submission_id)
    if lock:
        wanted = locked(wanted, Submission)
    submission = tx.scalars(wanted).one_or_none()
    if submission is None:
        raise NotFound("submission_not_found", str(submission_id))
    return submission


def to_blind(tx: Transaction, *, most: int, but: Iterable[UUID] = ()) -> list[Submission]:
    """Scripts that count, of windows whose results are not out, from which names have not gone."""
    waiting = _submissions().where(
        Submission.counts,
        ~Submission.names_checked,
        Window.state.in_(UNRELEASED),
        Submission.id.not_in(list(but)),
    )
    return list(tx.scalars(waiting.order_by(Submission.received_at).limit(most)))


def lock_unchecked(tx: Transaction, window_id: UUID) -> list[Script]:
    """A window's scripts from which names have not gone, locked, by number."""
    waiting = (
        select(Script)
        .join(Script.submission)
        .options(contains_eager(Script.submission))
        .where(Script.window_id == window_id, ~Script.disregarded, ~Submission.names_checked)
        .order_by(Script.number)
    )
    return list(tx.scalars(locked(waiting, Script)))


def to_mark(tx: Transaction, window_id: UUID) -> list[Submission]:
    """The scripts that count in a window, in an order that only their texts decide."""
    counting = _submissions().where(Candidate.window_id == window_id, Submission.counts)
    return list(tx.scalars(counting.order_by(Submission.text_sha256, Submission.id)))


def count_scripts_sent(tx: Transaction, window_id: UUID) -> int:
    """Candidates of a window who have sent a script that counts."""
    counting = (
        select(func.count())
        .select_from(Submission)
        .join(Submission.candidate)
        .where(Candidate.window_id == window_id, Submission.counts)
    )
    return tx.scalar(counting) or 0


def _submissions() -> Select[Submission]:
    return (
        select(Submission)
        .join(Submission.candidate)
        .join(Candidate.window)
        .join(Candidate.application)
        .options(
            contains_eager(Submission.candidate).options(
                contains_eager(Candidate.window), contains_eager(Candidate.application)
            )
        )
    )
