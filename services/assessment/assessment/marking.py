"""Marking: each marker alone with a script, then the rule that their marks fire."""

from collections.abc import Sequence

from assessment import allocation, files, metrics, queries, roles, schemas, scripts
from assessment.domain import marking as rules
from assessment.domain.allocation import Role
from assessment.domain.marking import Decision, Judgement, Outcome
from assessment.models import Allocation, Mark, Script
from headship_contracts.assessment.marking import (
    Adjudicate,
    CriterionMark,
    GetScript,
    MarkingQueue,
    MarkReceipt,
    MarkScript,
    QueuePage,
    ScriptToMark,
)
from headship_contracts.errors import Refused
from kit import Transaction


def queue(tx: Transaction, request: MarkingQueue) -> QueuePage:
    """What lies with a member of staff. Second marking looks like first: it would tell a fail."""
    roles.require_self(tx, request.staff_id)
    found, cursor = queries.marking.page_of_queue(tx, request)
    return QueuePage(items=[schemas.queue_item(one) for one in found], next_cursor=cursor)


def show(tx: Transaction, request: GetScript) -> ScriptToMark:
    """The text and the criteria; for an adjudicator also what the two others gave, as A and B."""
    held = queries.marking.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    _require_waiting(held)
    text = files.get(tx, held.script.submission.text_sha256 or "").decode()
    opinions = queries.marking.marks_by_role(tx, held.script_id)
    shown = held.role == Role.ADJUDICATOR
    return schemas.script_to_mark(held, text, list(opinions.values()) if shown else [])


def mark(tx: Transaction, request: MarkScript) -> MarkReceipt:
    """Keep a first or second marker's marks, and go on as the rules say."""
    held = queries.marking.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    if held.role == Role.ADJUDICATOR:
        raise Refused("needs_adjudication", "this script is to be adjudicated, with a reason")
    return _keep(tx, held, request.marks, request.holistic, reason=None)


def adjudicate(tx: Transaction, request: Adjudicate) -> MarkReceipt:
    """Keep the marks that decide where two markers disagreed."""
    roles.require(tx, roles.ADJUDICATORS)
    held = queries.marking.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    if held.role != Role.ADJUDICATOR:
        raise Refused("nothing_to_adjudicate", "this script is to be marked, not adjudicated")
    return _keep(tx, held, request.marks, request.holistic, reason=request.reason)


def _keep(
    tx: Transaction,
    held: Allocation,
    marks: Sequence[CriterionMark],
    holistic: str,
    *,
    reason: str | None,
) -> MarkReceipt:
    _require_waiting(held)
    scheme = schemas.scheme_of(held.script.window.paper)
    by_code = rules.require_complete(scheme, [(one.criterion, one.mark) for one in marks])
    judgement = rules.judge(scheme, by_code, Decision(holistic))
    order = [criterion.code for criterion in scheme.criteria]  # whose marks they are must not show
    kept = Mark(
        allocation=held,
        marks=[one.dump() for one in sorted(marks, key=lambda one: order.index(one.criterion))],
        score=judgement.score,
        indicative=judgement.indicative,
        holistic=judgement.holistic,
        unmet=list(judgement.unmet),
        reason=reason,
        marked_at=tx.at,
    )
    tx.add(kept)
    held.state = "marked"
    held.revision = tx.next_revision(held.revision)
    scripts.record(
        tx,
        held.script,
        "marked",
        "mark_scheme",
        role=held.role,
        allocation_id=str(held.id),
        staff_id=str(held.staff_id),
        marks=by_code,
        score=judgement.score,
        indicative=judgement.indicative,
        holistic=judgement.holistic,
        unmet=list(judgement.unmet),
    )
    _go_on(tx, held.script, Role(held.role), judgement)
    tx.count(metrics.marks.labels(role=held.role))
    return schemas.mark_receipt(kept)


def _go_on(tx: Transaction, script: Script, role: Role, judgement: Judgement) -> None:
    """What follows from the marks that have just come in."""
    scheme = schemas.scheme_of(script.window.paper)
    if role is Role.ADJUDICATOR:
        _decide(tx, script, rules.adjudicate(judgement))
    elif role is Role.SECOND:
        first = queries.marking.marks_by_role(tx, script.id)[Role.FIRST]
        outcome = rules.agree(scheme, schemas.judgement_of(first), judgement)
        if outcome.decision is None:
            _ask_an_adjudicator(tx, script, outcome)
        else:
            _decide(tx, script, outcome)
    else:
        reasons = rules.reasons_for_second_marking(
            scheme, judgement, in_sample=script.in_sample, attempt=script.attempt
        )
        if reasons:
            _ask_a_second(tx, script, reasons)
        else:
            _decide(tx, script, rules.let_stand(judgement))


def _ask_a_second(tx: Transaction, script: Script, reasons: list[str]) -> None:
    script.state, script.second_marking_reasons = "second_marking", reasons
    paper = script.window.paper
    scripts.record(
        tx,
        script,
        "second_marking_needed",
        reasons[0],
        reasons=reasons,
        borderline_percent=paper.borderline_percent,
        pass_mark=paper.pass_mark,
        sample_nonce_sha256=script.window.nonce_sha256,
    )
    allocation.give_out(tx, [script], Role.SECOND)


def _ask_an_adjudicator(tx: Transaction, script: Script, outcome: Outcome) -> None:
    script.state, script.notes = "adjudication", list(outcome.notes)
    scripts.record(tx, script, "adjudication_needed", outcome.rule, notes=list(outcome.notes))
    allocation.give_out(tx, [script], Role.ADJUDICATOR)


def _decide(tx: Transaction, script: Script, outcome: Outcome) -> None:
    script.state, script.rule = "decided", outcome.rule
    script.decision, script.score = outcome.decision, outcome.score
    script.notes = [*script.notes, *outcome.notes]
    scripts.record(
        tx,
        script,
        "decided",
        outcome.rule,
        decision=outcome.decision,
        score=str(outcome.score),
        notes=list(outcome.notes),
        agreement_percent=script.window.paper.agreement_percent,
        pass_mark=script.window.paper.pass_mark,
    )
    tx.count(metrics.decisions.labels(rule=outcome.rule))


def _require_waiting(held: Allocation) -> None:
    if held.state == "marked":
        raise Refused("already_marked", "the marks of this script are in")
    if held.state == "withdrawn":
        raise Refused("allocation_withdrawn", "this script was given to somebody else")
