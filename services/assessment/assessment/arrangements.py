"""A candidate's own times: reasonable adjustments, extensions, a later window.

They are for leads only: whoever marks must not see them.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from assessment import candidates, queries, roles, schemas
from assessment.domain import windows as rules
from assessment.domain.candidates import CandidateState
from assessment.domain.windows import WindowState
from assessment.models import Adjustment, Application, Candidate, Deferral, Extension
from headship_contracts.assessment.arrangements import (
    AdjustmentPage,
    AdjustmentRecord,
    DeferCandidate,
    ExtensionPage,
    ExtensionRecord,
    GrantExtension,
    ListAdjustments,
    ListExtensions,
    RecordAdjustment,
)
from headship_contracts.assessment.events import ExtensionGranted
from headship_contracts.assessment.papers import CandidateRecord
from headship_contracts.errors import NotFound, Refused
from kit import Transaction

POSTPONED = "assessment_postponed"


def adjust(tx: Transaction, request: RecordAdjustment) -> AdjustmentRecord:
    """Keep the adjustment; the coming or open window of this participant follows it."""
    roles.require(tx, roles.LEADS)
    application = _lock_application(tx, request.application_id)
    adjustment = tx.get(Adjustment, application.application_id)
    if adjustment is None:
        adjustment = Adjustment(application_id=application.application_id)
        tx.add(adjustment)
    adjustment.extra_days = request.extra_days
    adjustment.extra_percent = request.extra_percent
    adjustment.reason = request.reason
    adjustment.recorded_at, adjustment.recorded_by = tx.at, str(tx.caller)
    tx.flush()
    live = queries.candidates.lock_live(tx, application.application_id)
    if live is not None and live.state == CandidateState.ENTERED:
        closes_at = candidates.closing_of(tx, live, live.window)
        if live.window.state != WindowState.SCHEDULED:
            closes_at = max(closes_at, live.closes_at)
        if closes_at != live.closes_at:
            live.closes_at = closes_at
            candidates.tell_entry(tx, live, because="adjustment")
    return _adjustment_record(adjustment)


def extend(tx: Transaction, request: GrantExtension) -> ExtensionRecord:
    """Let the window close later; who has missed it or sent in time sits again until then."""
    roles.require(tx, roles.LEADS)
    application = _lock_application(tx, request.application_id)
    window = queries.windows.lock(tx, request.window_id)
    candidate = queries.candidates.require(tx, request.application_id, request.window_id, lock=True)
    if window.state not in (WindowState.SCHEDULED, WindowState.OPEN, WindowState.CLOSED):
        raise Refused(f"window_{window.state}", "extensions end when marking begins")
    candidates.require_may_sit(tx, application)
    rules.require_extension(request.closes_on, window.opens_on)
    closes_at = rules.closing_on(request.closes_on)
    rules.require_later(closes_at, candidate.closes_at, at=tx.at)
    candidates.come_back(tx, candidate)
    extension = Extension(
        id=uuid4(),
        candidate=candidate,
        former_closes_at=candidate.closes_at,
        closes_at=closes_at,
        reason=request.reason,
        granted_at=tx.at,
        granted_by=str(tx.caller),
    )
    tx.add(extension)
    candidate.closes_at, candidate.state = closes_at, CandidateState.ENTERED
    if window.state == WindowState.CLOSED:
        window.state = WindowState.OPEN
        window.revision = tx.next_revision(window.revision)
    candidates.tell_entry(tx, candidate, because="extension")
    tx.emit(
        ExtensionGranted(
            revision=candidate.revision,
            candidate_id=candidate.id,
            extension_id=extension.id,
            application_id=candidate.application_id,
            participant_id=candidate.application.participant,
            window_id=candidate.window_id,
            former_closes_at=extension.former_closes_at,
            closes_at=extension.closes_at,
        )
    )
    return _extension_record(extension)


def defer(tx: Transaction, request: DeferCandidate) -> CandidateRecord:
    """Take the candidate out of this window, and into the next one that may be sat."""
    roles.require(tx, roles.LEADS)
    application = _lock_application(tx, request.application_id)
    window = queries.windows.lock(tx, request.window_id)
    candidate = queries.candidates.require(tx, request.application_id, request.window_id, lock=True)
    if window.state not in (WindowState.SCHEDULED, WindowState.OPEN, WindowState.CLOSED):
        raise Refused(f"window_{window.state}", "a script is put off only before marking begins")
    if candidate.state not in (CandidateState.ENTERED, CandidateState.SUBMITTED):
        raise Refused(f"candidate_{candidate.state}", "there is nothing left to put off here")
    earliest = window.opens_on + timedelta(days=1)
    not_before = max(request.not_before or earliest, earliest)
    tx.add(
        Deferral(
            id=uuid4(),
            application_id=application.application_id,
            window_id=window.id,
            not_before=not_before,
            reason=request.reason,
            decided_at=tx.at,
            decided_by=str(tx.caller),
        )
    )
    sent = queries.submissions.counting(tx, candidate.id)
    if sent is not None:
        sent.counts = False
    candidates.remove(tx, application, candidate, POSTPONED)
    candidates.settle(tx, application)
    return schemas.candidate_record(candidate)


def list_adjustments(tx: Transaction, request: ListAdjustments) -> AdjustmentPage:
    """Adjustments, by application."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.arrangements.page_of_adjustments(tx, request)
    return AdjustmentPage(items=[_adjustment_record(one) for one in found], next_cursor=cursor)


def list_extensions(tx: Transaction, request: ListExtensions) -> ExtensionPage:
    """Extensions, oldest first."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.arrangements.page_of_extensions(tx, request)
    return ExtensionPage(items=[_extension_record(one) for one in found], next_cursor=cursor)


def _lock_application(tx: Transaction, application_id: UUID) -> Application:
    found = queries.applications.lock_all(tx, [application_id])
    if not found:
        raise NotFound("application_not_found", str(application_id))
    return found[0]


def _adjustment_record(adjustment: Adjustment) -> AdjustmentRecord:
    return AdjustmentRecord(
        application_id=adjustment.application_id,
        extra_days=adjustment.extra_days,
        extra_percent=adjustment.extra_percent,
        reason=adjustment.reason,
        recorded_at=adjustment.recorded_at,
        recorded_by=adjustment.recorded_by,
    )


def _extension_record(extension: Extension) -> ExtensionRecord:
    candidate: Candidate = extension.candidate
    return ExtensionRecord(
        extension_id=extension.id,
        application_id=candidate.application_id,
        window_id=candidate.window_id,
        former_closes_at=extension.former_closes_at,
        closes_at=extension.closes_at,
        reason=extension.reason,
        granted_at=extension.granted_at,
        granted_by=extension.granted_by,
    )
