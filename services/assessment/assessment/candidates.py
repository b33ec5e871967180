"""Who enters which window. One story, told again whenever something changes, decides it all."""

from uuid import uuid4

from assessment import queries
from assessment.domain import candidates as rules
from assessment.domain.candidates import CandidateState, Standing
from assessment.domain.marking import ResultState
from assessment.domain.windows import WindowState
from assessment.models import Application, Candidate, Window
from headship_contracts.assessment.events import CandidateEntered, CandidateRemoved
from kit import Transaction

NOT_OPENED = (WindowState.SCHEDULED, WindowState.CANCELLED)


def settle(tx: Transaction, application: Application) -> None:
    """Enter the application for its cohort's next window, or remove it, as it stands now.

    The application's row must be locked. A window that has opened is left as it is: from then on
    the assessment lead decides.
    """
    standing = standing_of(tx, application)
    obstacle = rules.obstacle(standing)
    live = queries.candidates.lock_live(tx, application.application_id)
    if live is not None:
        reason = obstacle or _misplaced(application, live.window)
        if reason is None or live.window.state not in NOT_OPENED:
            return
        _remove(tx, application, live, reason)
    if obstacle is None:
        _enter_next_window(tx, application, standing)


def standing_of(tx: Transaction, application: Application) -> Standing:
    """What decides whether an application may sit."""
    results = queries.applications.results_of(tx, application.application_id)
    return Standing(
        status=application.status,
        training_status=application.training_status,
        ready=application.ready,
        results=[ResultState(result.state) for result in results],
    )


def _misplaced(application: Application, window: Window) -> str | None:
    """Why a candidate who may sit cannot sit in this window."""
    if window.state == WindowState.CANCELLED:
        return "window_cancelled"
    here = (window.course, window.cohort) == (application.course, application.cohort)
    return None if here else "cohort_changed"


def _enter_next_window(tx: Transaction, application: Application, standing: Standing) -> None:
    window = queries.windows.hold_coming(tx, application.course, application.cohort)
    if window is None:
        return
    attempt = rules.next_attempt(standing, window.paper.max_attempts)
    if attempt is not None:
        _enter(tx, application, window, attempt)


def _enter(tx: Transaction, application: Application, window: Window, attempt: int) -> None:
    candidate = queries.candidates.find(tx, application.application_id, window.id)
    if candidate is None:
        candidate = Candidate(
            id=uuid4(),
            application_id=application.application_id,
            window_id=window.id,
            revision=0,
        )
        tx.add(candidate)
    candidate.attempt = attempt
    candidate.state, candidate.reason = CandidateState.ENTERED, None
    candidate.opens_at, candidate.closes_at = window.opens_at, window.closes_at
    candidate.revision = tx.next_revision(candidate.revision)
    tx.emit(
        CandidateEntered(
            revision=candidate.revision,
            candidate_id=candidate.id,
            application_id=application.application_id,
            participant_id=application.participant,
            window_id=window.id,
            attempt=attempt,
            opens_at=candidate.opens_at,
            closes_at=candidate.closes_at,
            word_limit=window.paper.word_limit,
        )
    )


def _remove(tx: Transaction, application: Application, candidate: Candidate, reason: str) -> None:
    candidate.state, candidate.reason = CandidateState.REMOVED, reason
    candidate.revision = tx.next_revision(candidate.revision)
    tx.flush()  # only one candidate of an application may be live: this one ends before the next
    tx.emit(
        CandidateRemoved(
            revision=candidate.revision,
            candidate_id=candidate.id,
            application_id=application.application_id,
            participant_id=application.participant,
            window_id=candidate.window_id,
            reason=reason,
        )
    )
