"""Who enters which window. One story, told again whenever something changes, decides it all."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from assessment import queries
from assessment.domain import candidates as rules
from assessment.domain import windows
from assessment.domain.candidates import CandidateState, Standing
from assessment.domain.marking import ResultState
from assessment.domain.windows import WindowState
from assessment.models import Adjustment, Application, Candidate, Result, Window
from headship_contracts.assessment.events import CandidateEntered, CandidateRemoved
from headship_contracts.errors import Refused
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
        remove(tx, application, live, reason)
    if obstacle is None:
        _enter_next_window(tx, application, standing)


def come_back(tx: Transaction, candidate: Candidate) -> None:
    """Free a candidate for this window who was entered for a coming one since. Raises Refused."""
    live = queries.candidates.lock_live(tx, candidate.application_id)
    if live is None or live.id == candidate.id:
        return
    if live.window.state not in NOT_OPENED:
        raise Refused("entered_elsewhere", f"{live.window.batch} has opened for this candidate")
    remove(tx, live.application, live, "entered_elsewhere")


def require_may_sit(tx: Transaction, application: Application) -> None:
    """Refuse more time, or a late script, of who may not sit; a gate that is met no more is left to
    the lead."""
    obstacle = rules.obstacle(standing_of(tx, application))
    if obstacle not in (None, "not_ready"):
        raise Refused(str(obstacle), "this participant may sit in no window")


def who_left(tx: Transaction, application: Application) -> str | None:
    """Why somebody is not in the programme any more, or not now; None for who is."""
    obstacle = rules.obstacle(standing_of(tx, application)) or ""
    return obstacle if obstacle.startswith(("application_", "participant_")) else None


def standing_of(tx: Transaction, application: Application) -> Standing:
    """What decides whether an application may sit."""
    results = queries.applications.results_of(tx, application.application_id)
    return Standing(
        status=application.status,
        training_status=application.training_status,
        ready=application.ready,
        results=[ResultState(result.state) for result in results if not result.disregarded],
        disregarded=sum(result.disregarded for result in results),
    )


def _misplaced(application: Application, window: Window) -> str | None:
    """Why a candidate who may sit cannot sit in this window."""
    if window.state == WindowState.CANCELLED:
        return "window_cancelled"
    here = (window.course, window.cohort) == (application.course, application.cohort)
    return None if here else "cohort_changed"


def _enter_next_window(tx: Transaction, application: Application, standing: Standing) -> None:
    window = queries.windows.hold_coming(
        tx,
        application.course,
        application.cohort,
        not_before=_not_before(tx, application),
    )
    if window is None:
        return
    attempt = rules.next_attempt(standing, window.paper.max_attempts)
    if attempt is not None:
        _enter(tx, application, window, attempt)


def _enter(tx: Transaction, application: Application, window: Window, attempt: int) -> None:
    candidate = queries.candidates.find(tx, application.application_id, window.id)
    if candidate is None:
        candidate = Candidate(
            id=uuid4(), application=application, window=window, opens_at=window.opens_at, revision=0
        )
    else:
        candidate.application, candidate.window = application, window
    candidate.attempt = attempt
    candidate.state, candidate.reason = CandidateState.ENTERED, None
    candidate.opens_at = window.opens_at
    candidate.closes_at = closing_of(tx, candidate, window)
    tx.add(candidate)
    tell_entry(tx, candidate)


def earliest_again(tx: Transaction, result: Result) -> date:
    """The first day on which a further attempt may begin after this result was told."""
    days = result.script.window.paper.resubmission_days
    return windows.london_date(queries.marking.state_since(tx, result)) + timedelta(days=days)


def resubmission_fee(tx: Transaction, application_id: UUID) -> Decimal | None:
    """What another attempt costs: by the paper of the latest fail that counts; nothing before."""
    results = queries.applications.results_of(tx, application_id)
    counting = [result for result in results if not result.disregarded]
    if not counting:
        return None
    latest = max(counting, key=lambda result: result.attempt)
    return latest.script.window.paper.resubmission_fee


def _not_before(tx: Transaction, application: Application) -> date | None:
    """The first day on which their next window may open; None where nothing bounds it."""
    days = [
        earliest_again(tx, one)
        for one in queries.applications.results_of(tx, application.application_id)
    ]
    deferred = queries.arrangements.not_before(tx, application.application_id)
    return max([*days, *([] if deferred is None else [deferred])], default=None)


def closing_of(tx: Transaction, candidate: Candidate, window: Window) -> datetime:
    """When a window closes for this candidate, with adjustment and extension."""
    adjustment = tx.get(Adjustment, candidate.application.application_id)
    closes_at = window.closes_at
    if adjustment is not None:
        closes_at = windows.adjusted_closing(
            window.opens_on,
            extra_days=adjustment.extra_days,
            extra_percent=adjustment.extra_percent,
        )
    extended = queries.arrangements.extended_until(tx, candidate.id)
    return closes_at if extended is None else max(closes_at, extended)


def tell_entry(tx: Transaction, candidate: Candidate, *, because: str | None = None) -> None:
    """Tell that the candidate sits, and when: again, whenever the times change."""
    candidate.revision = tx.next_revision(candidate.revision)
    tx.emit(
        CandidateEntered(
            revision=candidate.revision,
            candidate_id=candidate.id,
            application_id=candidate.application.application_id,
            participant_id=candidate.application.participant,
            window_id=candidate.window.id,
            attempt=candidate.attempt,
            opens_at=candidate.opens_at,
            closes_at=candidate.closes_at,
            word_limit=candidate.window.paper.word_limit,
            because=because,
        )
    )


def remove(tx: Transaction, application: Application, candidate: Candidate, reason: str) -> None:
    """Take a candidate out of a window. Application and candidate are locked."""
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
