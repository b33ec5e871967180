"""Results: released for a whole window in one act, and what follows from a fail."""

from uuid import uuid4

from assessment import candidates, metrics, queries, ratifying, roles, schemas, scripts
from assessment.domain import candidates as candidate_rules
from assessment.domain import marking as rules
from assessment.domain import sampling
from assessment.domain.allocation import Role
from assessment.domain.integrity import state_of
from assessment.domain.marking import Decision, ResultState, Rule
from assessment.domain.windows import WindowState, london_date
from assessment.models import Application, DfeOutcome, Mark, Result, Script, Window
from headship_contracts.assessment.events import ResubmissionOffered, ResultReleased
from headship_contracts.assessment.results import (
    GetResult,
    RecomputeSample,
    ReleaseReport,
    ReleaseResults,
    ResultRecord,
    SampleProof,
)
from headship_contracts.errors import Refused
from kit import Transaction


def release(tx: Transaction, request: ReleaseResults) -> ReleaseReport:
    """Release every result of the window; whoever failed and may, is offered another attempt."""
    roles.require(tx, roles.LEADS)
    whose = queries.marking.applications_of(tx, request.window_id)
    applications = {
        application.application_id: application
        for application in queries.applications.lock_all(tx, whose)
    }
    window = queries.windows.lock(tx, request.window_id)
    marked = ratifying.ready_to_release(tx, window)
    ratifying.require_ratified(window, marked)

    marks = queries.marking.marks_of_window(tx, window.id)
    results = [
        _release(tx, applications[script.application_id], script, marks[script.id])
        for script in marked
    ]
    window.state, window.released_at = WindowState.RELEASED, tx.at
    window.revision = tx.next_revision(window.revision)
    queries.candidates.mark_released(tx, window.id)
    offered = 0
    for result in results:
        application = applications[result.application_id]
        tell(tx, result, application)
        if result.may_resubmit:
            offered += offer_resubmission(tx, result, application)
    return _report(window, marked, results, offered)


def get(tx: Transaction, request: GetResult) -> ResultRecord:
    """A released result, and what DfE holds."""
    roles.require(tx, roles.ADJUDICATORS)
    result = queries.marking.result(tx, request.application_id, request.attempt)
    return schemas.result_record(result, tx.get(DfeOutcome, request.application_id))


def recompute_sample(tx: Transaction, request: RecomputeSample) -> SampleProof:
    """All that is needed to draw a released window's sample again, and whether it holds."""
    window = queries.windows.lock(tx, request.window_id)
    if window.state != WindowState.RELEASED:
        raise Refused("not_released", "before the release the draw would tell the markers")
    nonce, numbers = window.nonce or "", list(window.sample or [])
    size, count = len(numbers), window.scripts or 0
    again = sampling.draw(window.batch, nonce, scripts=count, size=size)
    return SampleProof(
        window_id=window.id,
        batch=window.batch,
        nonce=nonce,
        nonce_sha256=window.nonce_sha256 or "",
        seed=sampling.seed_of(window.batch, nonce),
        scripts=count,
        size=size,
        numbers=numbers,
        holds=again == numbers and sampling.commitment_to(nonce) == window.nonce_sha256,
    )


def _release(
    tx: Transaction, application: Application, script: Script, marks: dict[Role, Mark]
) -> Result:
    window = script.window
    state = state_of(script.decision or "", script.integrity_outcome)
    failed = state is ResultState.FAILED
    by_marks = script.decision == Decision.FAIL
    result = Result(
        id=uuid4(),
        application_id=script.application_id,
        attempt=script.attempt,
        script=script,
        state=state,
        failed_criteria=_failed_criteria(window, script, marks) if by_marks else [],
        may_resubmit=failed and _attempts(tx, application) + 1 < window.paper.max_attempts,
        completion_date=london_date(tx.at),
        released_at=tx.at,
        revision=tx.next_revision(None),
    )
    tx.add(result)
    script.state = "released"
    rule = script.rule or "" if by_marks or not failed else "integrity"
    scripts.record(tx, script, "released", rule, state=state)
    tx.count(metrics.results_released.labels(state=state))
    return result


def _attempts(tx: Transaction, application: Application) -> int:
    """How many attempts are used up."""
    return len(candidates.standing_of(tx, application).results)


def _failed_criteria(window: Window, script: Script, marks: dict[Role, Mark]) -> list[str]:
    """What the deciding marks say: the adjudicator's alone, else the markers' together."""
    deciding = (
        [marks[Role.ADJUDICATOR]] if script.rule == Rule.ADJUDICATED else list(marks.values())
    )
    given = [{one["criterion"]: one["mark"] for one in mark.marks} for mark in deciding]
    return rules.failed_criteria(schemas.scheme_of(window.paper), given)


def tell(tx: Transaction, result: Result, application: Application) -> None:
    """Tell a result as it is now."""
    tx.emit(
        ResultReleased(
            revision=result.revision,
            result_id=result.id,
            application_id=result.application_id,
            participant_id=application.participant,
            attempt=result.attempt,
            state=result.state,
            completion_date=result.completion_date,
            replaces=result.replaces,
        )
    )


def offer_resubmission(tx: Transaction, result: Result, application: Application) -> bool:
    """Offer the next attempt to who may still sit; they enter the next window, now or later."""
    if candidate_rules.obstacle(candidates.standing_of(tx, application)) is not None:
        return False
    candidates.settle(tx, application)
    entered = queries.candidates.lock_live(tx, application.application_id)
    tx.emit(
        ResubmissionOffered(
            revision=result.revision,
            application_id=result.application_id,
            participant_id=application.participant,
            window_id=None if entered is None else entered.window_id,
            attempt=result.attempt + 1,
            not_before=candidates.earliest_again(tx, result),
            fee=candidates.resubmission_fee(tx, application.application_id),
        )
    )
    return True


def _report(
    window: Window, marked: list[Script], results: list[Result], offered: int
) -> ReleaseReport:
    passed = sum(result.state == ResultState.PASSED for result in results)
    return ReleaseReport(
        window_id=window.id,
        released=len(results),
        passed=passed,
        failed=len(results) - passed,
        resubmissions_offered=offered,
        double_marked=sum(bool(script.second_marking_reasons) for script in marked),
        adjudicated=sum(script.rule == Rule.ADJUDICATED for script in marked),
    )
