"""Training: deferred, resumed, withdrawn, at DfE and here; and what remains to be done."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from enrolment import courses, queries, schemas, tasks
from enrolment.applications.deciding import check_meant, check_undecided, refuse_for
from enrolment.applications.following import changed
from enrolment.domain import training as rules
from enrolment.domain.declarations import READY, REFUSED, TAKEN
from enrolment.domain.dfe import participants as twin
from enrolment.domain.revisions import check_revision
from enrolment.domain.training import TRAINING_STATUS
from enrolment.models import Application
from enrolment.traffic.writes import owe
from enrolment.training import history
from headship_contracts.enrolment.applications import (
    ApplicationRecord,
)
from headship_contracts.enrolment.events import (
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantWithdrawn,
)
from headship_contracts.enrolment.training import (
    DeferParticipant,
    RemainingWork,
    RemainingWorkRecord,
    ResumeParticipant,
    SetExpectedReturn,
    WithdrawParticipant,
)
from headship_contracts.errors import Refused
from kit import Transaction

DECISIONS = {"defer": "deferring", "resume": "resuming", "withdraw": "withdrawing"}
BECOMES = {"defer": "deferred", "resume": "active", "withdraw": "withdrawn"}


def defer(tx: Transaction, request: DeferParticipant) -> ApplicationRecord:
    """Owe DfE the deferral. More than are agreed for the course are refused."""
    application, facts = _locked(tx, request.application_id, request.if_revision)
    refuse_for(twin.check_defer(application.course, facts, reason=request.reason))
    entries = history.as_entries(history.entries_of(tx, application.id))
    used = rules.deferrals(entries, tx.at)
    rules.check_deferral(used, courses.most_deferrals(tx, application.course))
    effective_on = _effective(tx, application, request.effective_on)
    rules.check_return(effective_on, request.expected_return_on)
    return _decide(
        tx,
        application,
        "defer",
        reason=request.reason,
        effective_on=effective_on,
        expected_return_on=request.expected_return_on,
    )


def withdraw(tx: Transaction, request: WithdrawParticipant) -> ApplicationRecord:
    """Owe DfE the withdrawal. The place counts as used: DfE pays for it once."""
    application, facts = _locked(tx, request.application_id, request.if_revision)
    refuse_for(twin.check_withdraw(application.course, facts, reason=request.reason))
    effective_on = _effective(tx, application, request.effective_on)
    return _decide(tx, application, "withdraw", reason=request.reason, effective_on=effective_on)


def resume(tx: Transaction, request: ResumeParticipant) -> ApplicationRecord:
    """Owe DfE the return."""
    application, facts = _locked(tx, request.application_id, request.if_revision)
    refuse_for(twin.check_resume(application.course, facts))
    if application.training_status == "withdrawn":
        _check_no_other(tx, application)
    left_on = application.training_effective_on
    effective_on = _effective(tx, application, request.effective_on, not_before=left_on)
    return _decide(tx, application, "resume", effective_on=effective_on)


def set_expected_return(tx: Transaction, request: SetExpectedReturn) -> ApplicationRecord:
    """Keep and tell when somebody means to come back."""
    application = queries.lock_application(tx, request.application_id)
    check_revision(application.revision, request.if_revision)
    if application.training_status != "deferred":
        raise Refused("not_deferred", f"training is {application.training_status or 'not begun'}")
    effective_on = application.training_effective_on or history.today(tx)
    rules.check_return(effective_on, request.expected_return_on)
    if application.expected_return_on == request.expected_return_on:
        return schemas.application_record(application)
    entry = history.last_of(tx, application.id)
    if entry is not None:
        history.correct(tx, entry, expected_return_on=request.expected_return_on)
    application.expected_return_on = request.expected_return_on
    changed(tx, application)
    _settle_tasks(tx, application)
    _tell(tx, application, effective_on)
    return schemas.application_record(application)


def be_trained(
    tx: Transaction,
    application: Application,
    action: str,
    kept: Mapping[str, Any],
    dfe_at: datetime | None = None,
) -> None:
    """DfE confirmed `action`: defer, resume or withdraw. `kept` is what was decided here.

    `dfe_at` is its own date, which is of the call, where it shows one; `effective_on` is ours.
    """
    effective_on = date.fromisoformat(kept["effective_on"])
    returns_on = kept.get("expected_return_on")
    become(
        tx,
        application,
        BECOMES[action],
        effective_on=effective_on,
        reason=kept.get("reason"),
        expected_return_on=date.fromisoformat(returns_on) if returns_on else None,
        dfe_at=dfe_at,
        by=kept.get("by"),
    )


def become(
    tx: Transaction,
    application: Application,
    status: str,
    *,
    effective_on: date,
    reason: str | None = None,
    expected_return_on: date | None = None,
    dfe_at: datetime | None = None,
    by: str | None = None,
) -> None:
    """Training is active, deferred or withdrawn from now on; all are told, and it is written down.

    Also for what DfE shows of itself, as after an admin's change there.
    """
    application.training_status = status
    application.training_changed_at = None if status == "active" else dfe_at or tx.at
    application.training_reason = reason
    application.training_effective_on = effective_on
    application.expected_return_on = expected_return_on
    application.decision, application.problem = None, None
    history.note(
        tx,
        application,
        TRAINING_STATUS,
        status,
        effective_on=effective_on,
        by=by,
        reason=reason,
        expected_return_on=expected_return_on,
        dfe_at=(dfe_at or tx.at) if application.dfe_application_id else None,
    )
    changed(tx, application)
    _settle_tasks(tx, application)
    _tell(tx, application, effective_on)


def remaining_work(tx: Transaction, request: RemainingWork) -> RemainingWorkRecord:
    """What somebody still has to do, by what enrolment knows."""
    application = queries.application(tx, request.application_id)
    made = queries.declarations_of(tx, [application.id])
    standing = (*TAKEN, READY, REFUSED)
    declared = [d.declaration_type for d in made if d.state in standing]
    told = [schemas.as_told(e) for e in queries.evidence_of(tx, [application.id])]
    left = rules.remaining(application.course, declared, told)
    schedule = schemas.schedule_of(application)
    dates = schemas.milestones(schedule) if schedule else []
    entries = history.as_entries(history.entries_of(tx, application.id))
    used = rules.deferrals(entries, tx.at)
    return RemainingWorkRecord(
        application_id=application.id,
        training_status=application.training_status,
        expected_return_on=application.expected_return_on,
        deferrals_used=used,
        deferrals_left=max(0, courses.most_deferrals(tx, application.course) - used),
        declared=declared,
        to_declare=list(left.to_declare),
        milestones=[m for m in dates if m.declaration_type in left.to_declare],
        live_minutes_left=left.live_minutes_left,
        study_minutes_left=left.study_minutes_left,
        last_engaged_on=left.last_engaged_on,
        result_outstanding=left.result_outstanding,
    )


def _tell(tx: Transaction, application: Application, effective_on: date) -> None:
    why: dict[str, Any] = {"effective_on": effective_on}
    if application.training_status == "active":
        tx.emit(schemas.told(ParticipantResumed, application, **why))
        return
    why["reason"] = application.training_reason or "other"
    if application.training_status == "deferred":
        why["expected_return_on"] = application.expected_return_on
        tx.emit(schemas.told(ParticipantDeferred, application, **why))
    else:
        tx.emit(schemas.told(ParticipantWithdrawn, application, **why))


def _settle_tasks(tx: Transaction, application: Application) -> None:
    """A deferral without a day of return asks for one; any other word on it settles that."""
    if application.training_status == "deferred" and application.expected_return_on is None:
        tasks.open_task(
            tx, application, tasks.MISSING_RETURN, "deferred without an expected return"
        )
        return
    settled = [tasks.MISSING_RETURN]
    returns_on = application.expected_return_on
    if returns_on is None or returns_on >= history.today(tx):
        settled.append(tasks.OVERDUE_RETURN)
    because = "a return is expected" if returns_on else f"training is {application.training_status}"
    tasks.close_tasks(tx, [application.id], settled, because)


def _decide(
    tx: Transaction,
    application: Application,
    action: str,
    *,
    effective_on: date,
    reason: str | None = None,
    expected_return_on: date | None = None,
) -> ApplicationRecord:
    kept = {
        "effective_on": effective_on.isoformat(),
        "reason": reason,
        "expected_return_on": expected_return_on.isoformat() if expected_return_on else None,
        "by": str(tx.caller),
    }
    if application.dfe_application_id is None:
        be_trained(tx, application, action, kept)
        return schemas.application_record(application)
    application.decision, application.problem = DECISIONS[action], None
    changed(tx, application)
    body = {"course_identifier": application.course}
    if reason is not None:
        body["reason"] = reason
    owe(tx, application, action, body, **kept)
    return schemas.application_record(application)


def _effective(
    tx: Transaction,
    application: Application,
    told: date | None,
    *,
    not_before: date | None = None,
) -> date:
    """The day from which it counts: as told, else today. Raises Invalid."""
    today = history.today(tx)
    effective_on = told or today
    earliest = history.earliest(application)
    rules.check_effective(effective_on, earliest=max(earliest, not_before or earliest), today=today)
    return effective_on


def _locked(
    tx: Transaction, application_id: UUID, if_revision: int | None
) -> tuple[Application, twin.TrainingFacts | None]:
    """The application and what DfE knows of it; one that DfE does not know counts as declared."""
    application = queries.lock_application(tx, application_id)
    check_revision(application.revision, if_revision)
    check_undecided(tx, application)
    if application.status != "accepted" or application.training_status is None:
        return application, None
    check_meant(tx, application)
    declared = [
        (made.declaration_type, made.state)
        for made in queries.declarations_of(tx, [application.id])
        if made.dfe_declaration_id is not None
    ]
    if application.dfe_application_id is None:
        declared = [("started", "submitted")]
    return application, twin.TrainingFacts(
        training_status=application.training_status, declarations=declared
    )


def _check_no_other(tx: Transaction, application: Application) -> None:
    """While this one was withdrawn, another may have been accepted in its stead."""
    _, rivals = queries.lock_with_rivals(tx, application.id)
    for rival in rivals:
        taken = rival.status == "accepted" and rival.training_status != "withdrawn"
        if taken and rival.course == application.course:
            raise Refused("another_application_accepted", str(rival.id))
