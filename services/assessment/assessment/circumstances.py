"""Extenuating circumstances: filed, evidenced, and decided by someone outside the marking."""

from datetime import date
from uuid import UUID, uuid4

from assessment import (
    arrangements,
    attempts,
    bank_holidays,
    candidates,
    marking,
    queries,
    roles,
    schemas,
    scripts,
)
from assessment.domain.deadlines import after_working_days
from assessment.domain.windows import WindowState, london_date
from assessment.models import Application, Circumstances, Script, Window
from headship_contracts.assessment.arrangements import DeferCandidate, GrantExtension
from headship_contracts.assessment.circumstances import (
    CircumstancesPage,
    CircumstancesRecord,
    DecideCircumstances,
    FileCircumstances,
    ListCircumstances,
    WithdrawCircumstances,
)
from headship_contracts.assessment.events import CircumstancesDecided
from headship_contracts.errors import Invalid, Refused
from kit import Transaction

SECOND_BECAUSE = "circumstances"
"""A script by someone with circumstances is marked by two, whatever the first mark says."""


def file(tx: Transaction, request: FileCircumstances, *, days: int) -> CircumstancesRecord:
    """Keep the case; the window's release waits for its decision."""
    roles.require(tx, roles.LEADS)
    application = queries.applications.lock(tx, request.application_id)
    window = queries.windows.lock(tx, request.window_id)
    queries.candidates.require(tx, request.application_id, request.window_id)
    if window.state == WindowState.RELEASED:
        raise Refused("already_released", "the results are out: appeal instead")
    waiting = queries.cases.open_circumstances(tx, window.id)
    if any(case.application_id == application.application_id for case in waiting):
        raise Refused("already_filed", "a case of theirs waits already: add evidence to it")
    today = london_date(tx.at)
    case = Circumstances(
        id=uuid4(),
        application=application,
        window=window,
        kind=request.kind,
        statement=request.statement,
        state="filed",
        filed_at=tx.at,
        due_on=after_working_days(today, days, bank_holidays.calendar()),
        revision=tx.next_revision(None),
    )
    script = _lock_script(tx, application.application_id, window.id)
    tx.add(case)
    if script is not None:
        marking.require_second(tx, script, SECOND_BECAUSE)
    return _record(tx, case)


def decide(tx: Transaction, request: DecideCircumstances) -> CircumstancesRecord:
    """Decide a case; what was decided happens in the same transaction."""
    staff_id = roles.acting(tx, request.staff_id, roles.LEADS)
    known = queries.cases.require_circumstances(tx, request.circumstances_id)
    application = queries.applications.lock(tx, known.application_id)
    window = queries.windows.lock(tx, known.window_id)
    script = _lock_script(tx, application.application_id, window.id)
    case = queries.cases.require_circumstances(tx, request.circumstances_id, lock=True)
    _require_filed(case)
    if staff_id is not None and queries.cases.marks_in_window(tx, staff_id, window.id):
        raise Refused("marks_in_this_window", "it is decided by someone outside the marking")
    _carry_out(tx, request, application, window, script)
    case.state, case.outcome, case.reason = "decided", request.outcome, request.reason
    case.closes_on = request.closes_on if request.outcome == "extend" else None
    case.decided_at, case.decided_by = tx.at, str(staff_id or tx.caller)
    case.revision = tx.next_revision(case.revision)
    if script is not None:
        facts = {"outcome": request.outcome, "case": str(case.id)}
        scripts.record(tx, script, "circumstances_decided", "lead_decides", **facts)
    tx.emit(
        CircumstancesDecided(
            revision=case.revision,
            circumstances_id=case.id,
            application_id=case.application_id,
            participant_id=application.participant,
            window_id=case.window_id,
            outcome=request.outcome,
        )
    )
    return _record(tx, case)


def withdraw(tx: Transaction, request: WithdrawCircumstances) -> CircumstancesRecord:
    """Take a case back that is not decided."""
    roles.require(tx, roles.LEADS)
    known = queries.cases.require_circumstances(tx, request.circumstances_id)
    _lock_script(tx, known.application_id, known.window_id)
    case = queries.cases.require_circumstances(tx, request.circumstances_id, lock=True)
    _require_filed(case)
    case.state, case.reason = "withdrawn", request.reason
    case.decided_at, case.decided_by = tx.at, str(tx.caller)
    case.revision = tx.next_revision(case.revision)
    return _record(tx, case)


def list_all(tx: Transaction, request: ListCircumstances) -> CircumstancesPage:
    """Cases, those due first first. For leads: a marker must not know of them."""
    roles.require(tx, roles.LEADS)
    today = london_date(tx.at)
    found, cursor = queries.cases.page_of_circumstances(tx, request, today)
    counts = queries.cases.evidence_counts(tx, [case.id for case in found])
    items = [schemas.circumstances_record(one, counts.get(one.id, 0), today) for one in found]
    return CircumstancesPage(items=items, next_cursor=cursor)


def _carry_out(
    tx: Transaction,
    request: DecideCircumstances,
    application: Application,
    window: Window,
    script: Script | None,
) -> None:
    whose = {"application_id": application.application_id, "window_id": window.id}
    if request.outcome == "extend":
        closes_on = _needed(request.closes_on)
        arrangements.extend(tx, GrantExtension(**whose, closes_on=closes_on, reason=request.reason))
    elif request.outcome == "defer":
        arrangements.defer(tx, DeferCandidate(**whose, reason=request.reason))
    elif request.outcome == "disregard_attempt":
        _disregard(tx, application, window, script)


def _disregard(
    tx: Transaction, application: Application, window: Window, script: Script | None
) -> None:
    """Let what was sent count for nothing: no result, no attempt used; they enter the next one."""
    if window.state == WindowState.RELEASED:
        raise Refused("already_released", "the results are out: appeal instead")
    candidate = queries.candidates.require(tx, application.application_id, window.id, lock=True)
    attempts.take_out(tx, application, candidate, script, rule="lead_decides")
    candidates.settle(tx, application)


def _needed(closes_on: date | None) -> date:
    if closes_on is None:
        problem = {"closes_on": ["is needed to extend: the new last day"]}
        raise Invalid("invalid_fields", "until when?", problem)
    return closes_on


def _require_filed(case: Circumstances) -> None:
    if case.state != "filed":
        raise Refused(f"already_{case.state}", f"the outcome was {case.outcome or case.reason}")


def _lock_script(tx: Transaction, application_id: UUID, window_id: UUID) -> Script | None:
    """The participant's script of the window, locked, once marking has begun."""
    script_id = queries.marking.script_of(tx, application_id, window_id)
    return None if script_id is None else queries.marking.lock_script(tx, script_id)


def _record(tx: Transaction, case: Circumstances) -> CircumstancesRecord:
    tx.flush()
    evidence = queries.cases.evidence_counts(tx, [case.id]).get(case.id, 0)
    return schemas.circumstances_record(case, evidence, london_date(tx.at))
