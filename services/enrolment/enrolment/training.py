"""Training: deferred, resumed, withdrawn, at DfE and here."""

from datetime import date
from typing import Any

from enrolment import queries, schemas
from enrolment.applications import check_undecided, refuse_for
from enrolment.domain.dfe import participants as twin
from enrolment.following import changed
from enrolment.models import Application
from enrolment.writes import owe
from headship_contracts.enrolment.applications import ApplicationRecord
from headship_contracts.enrolment.events import (
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantWithdrawn,
)
from headship_contracts.enrolment.training import (
    DeferParticipant,
    ResumeParticipant,
    WithdrawParticipant,
)
from headship_contracts.errors import Invalid, Refused
from kit import Transaction
from kit.clock import LONDON

DECISIONS = {"defer": "deferring", "resume": "resuming", "withdraw": "withdrawing"}
BECOMES = {"defer": "deferred", "resume": "active", "withdraw": "withdrawn"}


def defer(tx: Transaction, request: DeferParticipant) -> ApplicationRecord:
    """Owe DfE the deferral."""
    application, facts = _locked(tx, request.application_id)
    refuse_for(twin.check_defer(application.course, facts, reason=request.reason))
    effective_on = request.effective_on or _today(tx)
    returns_on = request.expected_return_on
    if returns_on is not None and returns_on <= effective_on:
        problem = {"expected_return_on": ["is not after the deferral"]}
        raise Invalid("invalid_fields", "the dates are not right", problem)
    return _decide(
        tx,
        application,
        "defer",
        reason=request.reason,
        effective_on=effective_on,
        expected_return_on=returns_on,
    )


def withdraw(tx: Transaction, request: WithdrawParticipant) -> ApplicationRecord:
    """Owe DfE the withdrawal. The place counts as used: DfE pays for it once."""
    application, facts = _locked(tx, request.application_id)
    refuse_for(twin.check_withdraw(application.course, facts, reason=request.reason))
    effective_on = request.effective_on or _today(tx)
    return _decide(tx, application, "withdraw", reason=request.reason, effective_on=effective_on)


def resume(tx: Transaction, request: ResumeParticipant) -> ApplicationRecord:
    """Owe DfE the return."""
    application, facts = _locked(tx, request.application_id)
    refuse_for(twin.check_resume(application.course, facts))
    if application.training_status == "withdrawn":
        _check_no_other(tx, application)
    return _decide(tx, application, "resume", effective_on=request.effective_on or _today(tx))


def be_trained(tx: Transaction, application: Application, action: str, kept: Any) -> None:
    """DfE confirmed `action`: defer, resume or withdraw. `kept` is what was decided here.

    DfE dates it by its own clock, which is now; `effective_on` is the provider's own date.
    """
    effective_on = date.fromisoformat(kept["effective_on"])
    returns_on = kept.get("expected_return_on")
    application.training_status = BECOMES[action]
    application.training_changed_at = None if action == "resume" else tx.at
    application.training_reason = kept.get("reason")
    application.training_effective_on = effective_on
    application.expected_return_on = date.fromisoformat(returns_on) if returns_on else None
    application.decision, application.problem = None, None
    changed(tx, application)
    why: dict[str, Any] = {"effective_on": effective_on}
    if action == "resume":
        tx.emit(schemas.told(ParticipantResumed, application, **why))
    elif action == "defer":
        why |= {"reason": kept["reason"], "expected_return_on": application.expected_return_on}
        tx.emit(schemas.told(ParticipantDeferred, application, **why))
    else:
        why |= {"reason": kept["reason"]}
        tx.emit(schemas.told(ParticipantWithdrawn, application, **why))


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


def _locked(tx: Transaction, application_id: Any) -> tuple[Application, twin.TrainingFacts | None]:
    """The application and what DfE knows of it; one that DfE does not know counts as declared."""
    application = queries.lock_application(tx, application_id)
    check_undecided(tx, application)
    if application.status != "accepted" or application.training_status is None:
        return application, None
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


def _today(tx: Transaction) -> date:
    return tx.at.astimezone(LONDON).date()
