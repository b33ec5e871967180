"""Outcomes: DfE hears the first result with the declaration `completed`, each further one here."""

from uuid import uuid4

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.applications.deciding import refuse_for
from enrolment.applications.following import changed
from enrolment.domain.declarations import TAKEN
from enrolment.domain.dfe import outcomes as twin
from enrolment.domain.evidence import Proof, results_in_order
from enrolment.domain.outcomes import Reported, since_the_last_void, state_of, still_to_report
from enrolment.models import Application, Declaration, Outcome
from enrolment.traffic.writes import owe
from headship_contracts.enrolment.batches import (
    ListOutcomes,
    OutcomePage,
    OutcomeRecord,
    ReportOutcome,
)
from headship_contracts.enrolment.events import OutcomeReported
from headship_contracts.errors import Refused
from kit import Transaction
from kit.paging import page


def declared(tx: Transaction, application: Application, completed: Declaration) -> None:
    """DfE took a `completed`: it holds that result now, and is owed those after it."""
    if completed.has_passed is None:
        return
    outcome = Outcome(
        application_id=application.id,
        declaration_id=completed.id,
        result_id=completed.evidence_record,
        result_revision=completed.evidence_revision,
        attempt=completed.evidence_fact["attempt"],
        state="passed" if completed.has_passed else "failed",
        completion_date=completed.evidence_on,
        report="owed",
        created_at=tx.at,
    )
    tx.add(outcome)
    reported(tx, application, outcome)
    owe_further(tx, application)


def made_at_dfe(tx: Transaction, completed: Declaration) -> None:
    """DfE showed a `completed` that was not made here: what it said then is known."""
    tx.add(
        Outcome(
            application_id=completed.application_id,
            declaration_id=completed.id,
            result_id=completed.evidence_record,
            result_revision=completed.evidence_revision,
            attempt=0,
            state="passed" if completed.has_passed else "failed",
            completion_date=completed.evidence_on,
            report="reported",
            created_at=tx.at,
        )
    )


def voided(tx: Transaction, application: Application, completed: Declaration) -> None:
    """With a `completed` DfE voids the result that stood on it."""
    results = since_the_last_void(_known(tx, application))
    if not results:
        return
    latest = results[-1]
    outcome = Outcome(
        application_id=application.id,
        declaration_id=completed.id,
        result_id=latest.result_id,
        result_revision=tx.next_revision(None),
        attempt=latest.attempt,
        state="voided",
        completion_date=latest.completion_date,
        report="owed",
        created_at=tx.at,
    )
    tx.add(outcome)
    reported(tx, application, outcome)


def owe_further(tx: Transaction, application: Application) -> None:
    """Owe DfE each result that it has not heard, once it has the `completed`.

    It takes none that lies in the future: that one is owed by the daily run when its day comes.
    """
    completed = _completed(tx, application)
    if completed is None:
        return
    told = [schemas.as_told(e) for e in queries.evidence_of(tx, [application.id])]
    known = since_the_last_void(_known(tx, application))
    results = [result for result in results_in_order(told) if result.on <= tx.at.date()]
    for result in still_to_report(results, known):
        outcome = _outcome_of(result)
        outcome.application_id, outcome.declaration_id = application.id, completed.id
        outcome.created_at = tx.at
        _owe(tx, application, outcome)


def report_outcome(tx: Transaction, request: ReportOutcome) -> OutcomeRecord:
    """Owe DfE a result that assessment does not hold."""
    application = queries.lock_application(tx, request.application_id)
    made = queries.declarations_of(tx, [application.id])
    refuse_for(
        twin.check_outcome(
            twin.OutcomeRequest(
                course_identifier=application.course,
                state=request.state,
                completion_date=request.completion_date.isoformat(),
            ),
            [
                twin.CompletedDeclaration(course=application.course, state=d.state)
                for d in made
                if d.declaration_type == "completed"
            ],
            at=tx.at,
        )
    )
    completed = _completed(tx, application)
    if completed is None or completed.decision is not None:
        raise Refused("decision_pending", "DfE has not answered yet what becomes of `completed`")
    counting = [o for o in queries.outcomes_of(tx, application.id) if o.report != "refused"]
    latest = counting[-1] if counting else None
    if latest is not None and latest.state != "voided":
        holds = twin.Outcome(state=latest.state, completion_date=latest.completion_date)
        day = request.completion_date
        if twin.repeats_outcome(holds, state=request.state, completion_date=day):
            return _record(latest)
    outcome = Outcome(
        application_id=application.id,
        declaration_id=completed.id,
        result_id=uuid4(),
        result_revision=tx.next_revision(None),
        attempt=max((o.attempt for o in counting), default=0),
        state=request.state,
        completion_date=request.completion_date,
        created_at=tx.at,
    )
    _owe(tx, application, outcome)
    return _record(outcome)


def list_outcomes(tx: Transaction, request: ListOutcomes) -> OutcomePage:
    """Oldest first."""
    wanted = select(Outcome)
    for name in ("application_id", "state", "report"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Outcome, name) == value)
    keys = (Outcome.created_at, Outcome.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return OutcomePage(items=[_record(o) for o in found], next_cursor=cursor)


def reported(tx: Transaction, application: Application, outcome: Outcome) -> None:
    """DfE holds this outcome now."""
    outcome.report = "reported"
    changed(tx, application)
    tx.emit(
        OutcomeReported(
            application_id=application.id,
            participant_id=application.participant_id,
            state=outcome.state,
            completion_date=outcome.completion_date,
            revision=application.revision,
        )
    )


def _completed(tx: Transaction, application: Application) -> Declaration | None:
    made = queries.declarations_of(tx, [application.id])
    return next((d for d in made if d.declaration_type == "completed" and d.state in TAKEN), None)


def _known(tx: Transaction, application: Application) -> list[Reported]:
    return [
        Reported(
            result_id=o.result_id,
            attempt=o.attempt,
            state=o.state,
            completion_date=o.completion_date,
        )
        for o in queries.outcomes_of(tx, application.id)
    ]


def _outcome_of(result: Proof) -> Outcome:
    return Outcome(
        result_id=result.told.record,
        result_revision=result.told.revision,
        attempt=result.told.fact["attempt"],
        state=state_of(result),
        completion_date=result.on,
    )


def _owe(tx: Transaction, application: Application, outcome: Outcome) -> None:
    outcome.id, outcome.report = uuid4(), "owed"
    tx.add(outcome)
    tx.flush()  # the next one is compared with it
    body = {
        "course_identifier": application.course,
        "state": outcome.state,
        "completion_date": outcome.completion_date.isoformat(),
    }
    owe(tx, application, "outcome", body, subject=str(outcome.id))


def _record(of: Outcome) -> OutcomeRecord:
    return OutcomeRecord(
        outcome_id=of.id,
        application_id=of.application_id,
        declaration_id=of.declaration_id,
        attempt=of.attempt,
        state=of.state,
        completion_date=of.completion_date,
        report=of.report,
        created_at=of.created_at,
    )
