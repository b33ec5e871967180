"""A released result that changes: told again, with the same id and what it replaces."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from assessment import attempts, candidates, queries, results, roles, schemas, scripts
from assessment.domain import integrity
from assessment.domain import marking as rules
from assessment.domain.integrity import Outcome
from assessment.domain.marking import Decision, ResultState
from assessment.models import Application, DfeOutcome, Result, Script
from headship_contracts.assessment.marking import CriterionMark
from headship_contracts.assessment.results import CorrectResult, ResultRecord
from headship_contracts.errors import Invalid, Refused
from kit import Transaction

BY_A_LEAD = "lead_decides"
"""The rule by which a result was changed outside of an appeal."""


def correct(tx: Transaction, request: CorrectResult) -> ResultRecord:
    """Decide a released script anew outside of an appeal: by marks, or by what comes of a doubt.

    Raises Invalid unless one of the two is given; Refused where nothing would change, where it is
    to fail and no pair of it is upheld, or while its integrity is still being decided.
    """
    roles.require(tx, roles.LEADS)
    _require_one(request)
    application = queries.applications.lock(tx, request.application_id)
    result = queries.marking.lock_result(tx, request.application_id, request.attempt)
    if request.outcome is not None or result.script.integrity_outcome == Outcome.FAIL:
        _require_no_investigation(tx, result.script)
    if request.outcome is not None:
        _settle_doubt(tx, application, result, request.outcome, request.reason)
    else:
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
    judgement = judged(script, marks)
    script.decision, script.score = judgement.indicative, Decimal(judgement.score)
    script.rule = rule
    if script.integrity_outcome is not None:
        script.integrity_outcome = Outcome.AS_MARKED  # from now on the marks decide
    by_code = {one.criterion: one.mark for one in marks}
    by_marks = judgement.indicative is Decision.FAIL
    scheme = schemas.scheme_of(script.window.paper)
    result.failed_criteria = rules.failed_criteria(scheme, [by_code]) if by_marks else []
    given = {"marks": by_code, "score": judgement.score, "unmet": list(judgement.unmet)}
    _tell_anew(tx, application, result, rule, **given, **facts)


def disregard(tx: Transaction, application: Application, result: Result, why: str) -> None:
    """Let a failed attempt count for nothing, and offer another one."""
    if result.state != ResultState.FAILED:
        raise Refused("nothing_to_repeat", "a pass needs no further attempt")
    result.disregarded, result.may_resubmit = True, True
    scripts.record(tx, result.script, "attempt_disregarded", "lead_decides", why=why)
    tx.flush()
    results.offer_resubmission(tx, result, application)


def _require_one(request: CorrectResult) -> None:
    if request.marks and request.outcome is not None:
        problem = {"outcome": ["give it without marks"]}
    elif not request.marks and request.outcome is None:
        problem = {"marks": ["give them, or outcome"]}
    else:
        return
    raise Invalid("invalid_fields", "by what is it corrected?", problem)


def _require_no_investigation(tx: Transaction, script: Script) -> None:
    pair = queries.similarity.investigated(tx, script.submission_id)
    if pair is not None:
        raise Refused("under_investigation", f"decide_similar_pair {pair.id} first")


def _settle_doubt(
    tx: Transaction, application: Application, result: Result, outcome: str, reason: str
) -> None:
    """A lead says what comes of a doubt that is settled after the release. All three are locked.

    The marks stay, and so does what they did not meet. One that fails by its marks as well is told
    again, too: its author is told what was decided of its integrity, and may appeal against that.
    So no appeal may be open: it would bar theirs, and its marks would undo this unasked.
    """
    script = result.script
    appeal = queries.cases.latest_appeal(tx, result.id)
    if appeal is not None and appeal.state == "open":
        raise Refused("appeal_open", f"decide_appeal or withdraw_appeal {appeal.id} first")
    upheld = queries.similarity.upheld(tx, script.submission_id)
    integrity.require_correction(outcome, known=script.integrity_outcome, upheld=upheld)
    script.integrity_outcome = Outcome(outcome)
    _tell_anew(tx, application, result, BY_A_LEAD, outcome=outcome, reason=reason)


def _tell_anew(
    tx: Transaction, application: Application, result: Result, rule: str, **facts: Any
) -> None:
    """Record and tell what a released script's marks and integrity now make of its result; what
    follows from a pass or a fail follows where it has become one."""
    script = result.script
    former = result.state
    result.state = integrity.state_of(script.decision or "", script.integrity_outcome)
    failed = result.state == ResultState.FAILED
    if result.state != former:
        attempts_used = len(candidates.standing_of(tx, application).results)
        result.may_resubmit = failed and attempts_used < script.window.paper.max_attempts
        result.disregarded = result.disregarded and failed
    result.replaces, result.revision = result.revision, tx.next_revision(result.revision)
    told = {"former": former, "state": result.state}
    scripts.record(tx, script, "result_changed", rule, **told, **facts)
    results.tell(tx, result, application)
    tx.flush()
    if result.state == former:
        return
    if result.may_resubmit:
        results.offer_resubmission(tx, result, application)
    else:
        if not failed:
            attempts.take_out_later(tx, application)
        candidates.settle(tx, application)
