"""Outcomes: DfE hears the first result with the declaration `completed`, each further one here."""

from enrolment import queries, schemas
from enrolment.domain.declarations import TAKEN
from enrolment.domain.evidence import Proof, results_in_order
from enrolment.domain.outcomes import Reported, state_of, still_to_report
from enrolment.following import changed
from enrolment.models import Application, Declaration, Outcome
from enrolment.writes import owe
from headship_contracts.enrolment.events import OutcomeReported
from kit import Transaction


def declared(tx: Transaction, application: Application, completed: Declaration) -> None:
    """DfE took a `completed`: it holds that result now, and is owed those after it."""
    if completed.has_passed is None:
        return
    outcome = Outcome(
        application_id=application.id,
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


def owe_further(tx: Transaction, application: Application) -> None:
    """Owe DfE each result that it has not heard, once it has the `completed`.

    It takes none that lies in the future: that one is owed by the daily run when its day comes.
    """
    made = queries.declarations_of(tx, [application.id])
    if not any(d.declaration_type == "completed" and d.state in TAKEN for d in made):
        return
    told = [schemas.as_told(e) for e in queries.evidence_of(tx, [application.id])]
    known = [
        Reported(
            result_id=o.result_id,
            attempt=o.attempt,
            state=o.state,
            completion_date=o.completion_date,
        )
        for o in queries.outcomes_of(tx, application.id)
    ]
    results = [result for result in results_in_order(told) if result.on <= tx.at.date()]
    for result in still_to_report(results, known):
        _owe(tx, application, result)


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


def _owe(tx: Transaction, application: Application, result: Proof) -> None:
    outcome = Outcome(
        application_id=application.id,
        result_id=result.told.record,
        result_revision=result.told.revision,
        attempt=result.told.fact["attempt"],
        state=state_of(result),
        completion_date=result.on,
        report="owed",
        created_at=tx.at,
    )
    tx.add(outcome)
    tx.flush()  # its id names what is owed
    body = {
        "course_identifier": application.course,
        "state": outcome.state,
        "completion_date": outcome.completion_date.isoformat(),
    }
    owe(tx, application, "outcome", body, subject=str(outcome.id))
