"""A released result that changes: told again, with the same id and what it replaces."""

from collections.abc import Sequence
from decimal import Decimal

from assessment import attempts, candidates, queries, results, roles, schemas, scripts
from assessment.domain import marking as rules
from assessment.domain.integrity import Outcome
from assessment.domain.marking import Decision, ResultState
from assessment.models import Application, DfeOutcome, Result, Script
from headship_contracts.assessment.marking import CriterionMark
from headship_contracts.assessment.results import CorrectResult, ResultRecord
from headship_contracts.errors import Refused
from kit import Transaction

BY_A_LEAD = "lead_decides"
"""The rule by which a result was changed outside of an appeal."""


def correct(tx: Transaction, request: CorrectResult) -> ResultRecord:
    """Decide a released script anew by these marks, outside of an appeal."""
    roles.require(tx, roles.LEADS)
    application = queries.applications.lock(tx, request.application_id)
    result = queries.marking.lock_result(tx, request.application_id, request.attempt)
    judgement = judged(result.script, request.marks)
    if rules.result_of(judgement.indicative) == result.state:
        raise Refused("nothing_to_correct", f"by these marks it is {result.state} as well")
    change(tx, application, result, request.marks, BY_A_LEAD, reason=request.reason)
    return schemas.result_record(result, tx.get(DfeOutcome, request.application_id))


def judged(script: Script, marks: Sequence[CriterionMark]) -> rules.Judgement:
    """What the scheme makes of these marks. Raises Invalid unless they are complete."""
    scheme = schemas.scheme_of(script.window.paper)
    by_code = rules.require_complete(scheme, [(one.criterion, one.mark) for one in marks])
    first = rules.judge(scheme, by_code, Decision.PASS)
    return rules.judge(scheme, by_code, first.indicative)


def change(
    tx: Transaction,
    application: Application,
    result: Result,
    marks: Sequence[CriterionMark],
    rule: str,
    **facts: str,
) -> None:
    """Let these marks decide the script, and tell the result again. All three are locked."""
    script = result.script
    scheme = schemas.scheme_of(script.window.paper)
    judgement = judged(script, marks)
    former = result.state
    script.decision, script.score = judgement.indicative, Decimal(judgement.score)
    script.rule = rule
    if script.integrity_outcome is not None:
        script.integrity_outcome = Outcome.AS_MARKED  # from now on the marks decide
    result.state = rules.result_of(judgement.indicative)
    by_code = {one.criterion: one.mark for one in marks}
    failed = result.state == ResultState.FAILED
    result.failed_criteria = rules.failed_criteria(scheme, [by_code]) if failed else []
    standing = candidates.standing_of(tx, application)
    paper = script.window.paper
    result.may_resubmit = failed and len(standing.results) < paper.max_attempts
    result.replaces, result.revision = result.revision, tx.next_revision(result.revision)
    scripts.record(
        tx,
        script,
        "result_changed",
        rule,
        former=former,
        state=result.state,
        marks=by_code,
        score=judgement.score,
        unmet=list(judgement.unmet),
        **facts,
    )
    results.tell(tx, result, application)
    tx.flush()
    if result.may_resubmit:
        results.offer_resubmission(tx, result, application)
    else:
        if not failed:
            attempts.take_out_later(tx, application)
        candidates.settle(tx, application)


def disregard(tx: Transaction, application: Application, result: Result, why: str) -> None:
    """Let a failed attempt count for nothing, and offer another one."""
    if result.state != ResultState.FAILED:
        raise Refused("nothing_to_repeat", "a pass needs no further attempt")
    result.disregarded, result.may_resubmit = True, True
    scripts.record(tx, result.script, "attempt_disregarded", "lead_decides", why=why)
    tx.flush()
    results.offer_resubmission(tx, result, application)
