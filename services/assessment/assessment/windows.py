"""Windows: scheduled, opened and closed by the clock."""

from datetime import datetime, timedelta
from uuid import UUID

from assessment import candidates, comparing, drafts, metrics, queries, roles, schemas
from assessment.domain import windows as rules
from assessment.domain.candidates import CandidateState
from assessment.domain.windows import Span, WindowState
from assessment.models import Paper, Window
from headship_contracts.assessment.events import SubmissionMissed, WindowOpened
from headship_contracts.assessment.papers import (
    CancelWindow,
    CandidatePage,
    ChangePaper,
    ListCandidates,
    ListWindows,
    ScheduleWindow,
    WindowPage,
    WindowRecord,
)
from headship_contracts.errors import NotFound, Refused
from kit import Transaction
from kit.db import ServiceDatabase

READING_TIME = timedelta(minutes=2)
"""A window closes for someone so much after its end: what came in time may still be being read."""


def schedule(
    tx: Transaction, request: ScheduleWindow, *, weeks_after_last_unit: int
) -> WindowRecord:
    """A new window for a cohort; who is ready and has none enters at once."""
    roles.require(tx, roles.LEADS)
    paper = _paper_for(tx, request.paper_id, request.course)
    span = rules.span_of(request.opens_on)
    others = queries.windows.of_cohort(tx, request.course, request.cohort)
    rules.require_schedulable(
        span,
        [
            Span(other.opens_at, other.closes_at)
            for other in others
            if other.state != WindowState.CANCELLED
        ],
        at=tx.at,
        last_unit_ends_on=queries.windows.last_unit_ends_on(tx, request.course, request.cohort),
        weeks_after_last_unit=weeks_after_last_unit,
    )
    window = Window(
        course=request.course,
        cohort=request.cohort,
        number=max((other.number for other in others), default=0) + 1,
        paper=paper,
        opens_on=request.opens_on,
        opens_at=span.opens_at,
        closes_at=span.closes_at,
        state=WindowState.SCHEDULED,
        revision=tx.next_revision(None),
    )
    tx.add(window)
    tx.flush()
    for application in queries.applications.lock_waiting_to_sit(tx, request.course, request.cohort):
        candidates.settle(tx, application)
    return _record(tx, window)


def cancel(tx: Transaction, request: CancelWindow) -> WindowRecord:
    """Cancel a window that has not opened; its candidates enter the next one, if there is one."""
    roles.require(tx, roles.LEADS)
    whose = queries.candidates.entered(tx, request.window_id)
    applications = queries.applications.lock_all(tx, whose)
    window = queries.windows.lock(tx, request.window_id)
    if window.state != WindowState.SCHEDULED:
        raise Refused(f"window_{window.state}", "only a window that has not opened is cancelled")
    window.state, window.cancelled_because = WindowState.CANCELLED, request.reason
    window.revision = tx.next_revision(window.revision)
    for application in applications:
        candidates.settle(tx, application)
    return _record(tx, window)


def change_paper(tx: Transaction, request: ChangePaper) -> WindowRecord:
    """Set another paper, as long as nobody can have seen the one before."""
    roles.require(tx, roles.LEADS)
    whose = queries.candidates.entered(tx, request.window_id)
    applications = queries.applications.lock_all(tx, whose)
    window = queries.windows.lock(tx, request.window_id)
    if window.state != WindowState.SCHEDULED:
        told = "its paper has been shown; cancel it, or schedule another window"
        raise Refused(f"window_{window.state}", told)
    paper = _paper_for(tx, request.paper_id, window.course)
    if paper.id == window.paper_id:
        return _record(tx, window)
    window.paper = paper
    window.revision = tx.next_revision(window.revision)
    tx.flush()
    for application in applications:
        candidate = queries.candidates.lock_live(tx, application.application_id)
        if candidate is not None and candidate.window_id == window.id:
            candidates.tell_entry(tx, candidate)
    return _record(tx, window)


def _paper_for(tx: Transaction, paper_id: UUID, course: str) -> Paper:
    paper = tx.get(Paper, paper_id)
    if paper is None:
        raise NotFound("paper_not_found", str(paper_id))
    if paper.course != course:
        raise Refused("paper_of_another_course", f"the paper is for {paper.course}")
    return paper


def list_all(tx: Transaction, request: ListWindows) -> WindowPage:
    """Windows, in the order in which they open."""
    windows, cursor = queries.windows.page_of(tx, request)
    return WindowPage(items=[_record(tx, window) for window in windows], next_cursor=cursor)


def list_candidates(tx: Transaction, request: ListCandidates) -> CandidatePage:
    """Candidates of a window, or of an application. For leads: it tells who sits, and how long."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.candidates.page_of(tx, request)
    return CandidatePage(
        items=[schemas.candidate_record(candidate) for candidate in found], next_cursor=cursor
    )


def turn_all(db: ServiceDatabase, at: datetime) -> None:
    """Open and close what is due at this instant, each window in a transaction of its own.

    Between these, everyone enters who is ready and waits for a window: the tellings may have
    crossed with the window's scheduling.
    """
    with db.transaction(at=at) as tx:
        _enter_waiting(tx)
        due = queries.windows.to_open(tx, at)
    for window_id in due:
        with db.transaction(at=at) as tx:
            _open(tx, window_id)
    with db.transaction(at=at) as tx:
        due = queries.windows.to_close(tx, at - READING_TIME)
    for window_id in due:
        with db.transaction(at=at) as tx:
            _close(tx, window_id)
        with db.transaction(at=at) as tx:
            _enter_waiting(tx)


def _enter_waiting(tx: Transaction) -> None:
    for course, cohort in queries.windows.cohorts_with_a_coming_window(tx):
        for application in queries.applications.lock_waiting_to_sit(tx, course, cohort):
            candidates.settle(tx, application)


def _open(tx: Transaction, window_id: UUID) -> None:
    window = queries.windows.lock(tx, window_id)
    if window.state != WindowState.SCHEDULED:
        return
    window.state = WindowState.OPEN
    window.revision = tx.next_revision(window.revision)
    tx.emit(
        WindowOpened(
            revision=window.revision,
            window_id=window.id,
            course=window.course,
            cohort=window.cohort,
            opens_at=window.opens_at,
            closes_at=window.closes_at,
        )
    )


def _close(tx: Transaction, window_id: UUID) -> None:
    """Close a window for whom it is over: who sent no script has missed it.

    The window itself closes with its last candidate, who may have more time than others.
    """
    window = queries.windows.lock(tx, window_id)
    if window.state != WindowState.OPEN:
        return
    grace = timedelta(minutes=window.paper.grace_minutes)
    if not rules.is_over(window.closes_at, tx.at - READING_TIME, grace):
        return
    still_open = False
    for candidate, has_script in queries.candidates.lock_entered_with_script(tx, window_id):
        if not rules.is_over(candidate.closes_at, tx.at - READING_TIME, grace):
            still_open = True
            continue
        candidate.revision = tx.next_revision(candidate.revision)
        drafts.lapse(tx, candidate)
        gone = None if has_script else candidates.who_left(tx, candidate.application)
        if gone is not None:
            candidates.remove(tx, candidate.application, candidate, gone)
            continue
        if has_script:
            candidate.state = CandidateState.SUBMITTED
            continue
        candidate.state = CandidateState.MISSED
        tx.count(metrics.candidates_missed)
        tx.emit(
            SubmissionMissed(
                revision=candidate.revision,
                candidate_id=candidate.id,
                application_id=candidate.application_id,
                participant_id=candidate.application.participant,
                window_id=window_id,
            )
        )
    if not still_open:
        comparing.queue(tx, window.id)
        window.state = WindowState.CLOSED
        window.revision = tx.next_revision(window.revision)


def _record(tx: Transaction, window: Window) -> WindowRecord:
    return schemas.window_record(
        window,
        candidates=queries.candidates.count(tx, window.id),
        scripts=window.scripts or queries.submissions.count_scripts_sent(tx, window.id),
        results_due_on=queries.windows.results_due_on(tx, window.course, window.cohort),
    )
