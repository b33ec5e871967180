"""Marking: each marker alone with a script, then the rule that their marks fire."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from assessment import (
    allocation,
    blinding,
    claiming,
    files,
    metrics,
    moderating,
    queries,
    roles,
    schemas,
    scripts,
    standardisation,
)
from assessment.domain import marking as rules
from assessment.domain.allocation import Role
from assessment.domain.marking import Decision, Judgement, Outcome, Rule, Scheme
from assessment.models import Allocation, Mark, ReferenceMarking, Script
from headship_contracts.assessment.marking import (
    Adjudicate,
    CriterionMark,
    GetScript,
    MarkingQueue,
    MarkReceipt,
    MarkScript,
    QueueItem,
    QueuePage,
    SaveDraft,
    ScriptToMark,
)
from headship_contracts.errors import Refused
from kit import Transaction

NOT_ADJUDICATED = "this script is to be marked, not adjudicated"

DRAFT_LEASE = timedelta(hours=1)
"""A claimed script stays its marker's for so long after each draft."""


def queue(tx: Transaction, request: MarkingQueue) -> QueuePage:
    """What lies with a member of staff. Second marking looks like first: it would tell a fail."""
    roles.require_self(tx, request.staff_id)
    found, cursor = queries.desks.page_of_queue(tx, request)
    items = [
        schemas.queue_item(one) if isinstance(one, Allocation) else schemas.reference_item(one)
        for one in found
    ]
    return QueuePage(items=items, next_cursor=cursor)


def show(tx: Transaction, request: GetScript) -> ScriptToMark:
    """The text and the criteria; for an adjudicator also what the two others gave, as A and B."""
    reference = queries.assessors.lock_marking(tx, request.allocation_id)
    if reference is not None:
        return _show_reference(tx, reference, request)
    held = queries.desks.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    claiming.require_fence(held, held.fence)
    blinding.require_checked(held.script)
    if held.started_at is None:
        held.started_at = tx.at
    text = files.get(tx, held.script.submission.text_sha256 or "").decode()
    opinions = queries.marking.marks_by_role(tx, held.script_id)
    shown = held.role == Role.ADJUDICATOR
    return schemas.script_to_mark(held, text, list(opinions.values()) if shown else [])


def mark(tx: Transaction, request: MarkScript, *, probation: int) -> MarkReceipt:
    """Keep a first or second marker's marks, and go on as the rules say."""
    reference = queries.assessors.lock_marking(tx, request.allocation_id)
    if reference is not None:
        if reference.window_id is not None and reference.state == "waiting":
            _require_not_stopped(tx, request.staff_id)
        return standardisation.mark(tx, reference, request, probation=probation)
    held = queries.desks.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    if held.role == Role.ADJUDICATOR:
        raise Refused("needs_adjudication", "this script is to be adjudicated, with a reason")
    claiming.require_fence(held, request.fence)
    _require_not_stopped(tx, request.staff_id)
    return _keep(tx, held, request.marks, request.holistic, reason=None, probation=probation)


def save_draft(tx: Transaction, request: SaveDraft) -> QueueItem:
    """Keep what was marked so far; the marks must lie in their ranges, but need not be complete."""
    reference = queries.assessors.lock_marking(tx, request.allocation_id)
    if reference is not None:
        return standardisation.save_draft(tx, reference, request, DRAFT_LEASE)
    held = queries.desks.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    claiming.require_fence(held, request.fence)
    scheme = schemas.scheme_of(held.script.window.paper)
    rules.require_in_range(scheme, [(one.criterion, one.mark) for one in request.marks])
    held.draft = schemas.draft_of(request)
    held.started_at = held.started_at or tx.at
    claiming.extend(tx, held, DRAFT_LEASE)
    return schemas.queue_item(held)


def adjudicate(tx: Transaction, request: Adjudicate) -> MarkReceipt:
    """Keep the marks that decide where two markers disagreed."""
    roles.require(tx, roles.ADJUDICATORS)
    reference = queries.assessors.lock_marking(tx, request.allocation_id)
    if reference is not None:
        standardisation.require_own(tx, reference, request.staff_id, reference.fence)
        raise Refused("nothing_to_adjudicate", NOT_ADJUDICATED)
    held = queries.desks.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    if held.role != Role.ADJUDICATOR:
        raise Refused("nothing_to_adjudicate", NOT_ADJUDICATED)
    claiming.require_fence(held, request.fence)
    return _keep(tx, held, request.marks, request.holistic, reason=request.reason, probation=0)


def require_second(tx: Transaction, script: Script, reason: str) -> None:
    """Have a script marked by a second marker for a reason that came up; it is locked.

    What one mark decided is open again; what two decided, or an adjudicator, stays.
    """
    if reason in script.second_marking_reasons or script.disregarded:
        return
    if script.state == "first_marking":
        if reason != "integrity":  # its flag says so when the first marks come in
            script.second_marking_reasons = [*script.second_marking_reasons, reason]
    elif script.state == "decided" and script.rule == Rule.SINGLE_MARK_STANDS:
        _ask_a_second(tx, script, [*script.second_marking_reasons, reason])


def _keep(
    tx: Transaction,
    held: Allocation,
    marks: Sequence[CriterionMark],
    holistic: str,
    *,
    reason: str | None,
    probation: int,
) -> MarkReceipt:
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
    held.state, held.draft = "marked", None
    held.revision = tx.next_revision(held.revision)
    claiming.settle(tx, held)
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
    on_probation = held.role == Role.FIRST and _uses_probation(tx, held.staff_id, probation)
    _go_on(tx, held.script, Role(held.role), judgement, on_probation=on_probation)
    tx.count(metrics.marks.labels(role=held.role))
    return schemas.mark_receipt(kept)


def _go_on(
    tx: Transaction, script: Script, role: Role, judgement: Judgement, *, on_probation: bool
) -> None:
    """What follows from the marks that have just come in."""
    if role is Role.ADJUDICATOR:
        _decide(tx, script, rules.adjudicate(judgement))
        return
    scheme = schemas.scheme_of(script.window.paper, script.window.margin)
    given = queries.marking.marks_by_role(tx, script.id)
    if role is Role.FIRST:
        reasons = [
            *script.second_marking_reasons,
            *rules.reasons_for_second_marking(
                scheme,
                judgement,
                in_sample=script.in_sample,
                attempt=script.attempt,
                flagged=script.flagged,
                on_probation=on_probation,
            ),
        ]
        planned = script.window.markers_per_script == 2
        if planned:
            reasons = [*reasons, "two_markers_planned"]
        if not reasons:
            _decide(tx, script, rules.let_stand(judgement))
        elif Role.SECOND in given:
            script.second_marking_reasons = reasons
            _compare(tx, script, scheme, given)
        else:
            _ask_a_second(tx, script, reasons)
    elif Role.FIRST in given:
        _compare(tx, script, scheme, given)


def _compare(tx: Transaction, script: Script, scheme: Scheme, given: dict[Role, Mark]) -> None:
    """Two markers' marks are in."""
    first, second = (schemas.judgement_of(given[role]) for role in (Role.FIRST, Role.SECOND))
    outcome = rules.agree(scheme, first, second)
    if outcome.decision is None:
        _ask_an_adjudicator(tx, script, outcome)
    else:
        _decide(tx, script, outcome)


def _ask_a_second(tx: Transaction, script: Script, reasons: list[str]) -> None:
    script.state, script.second_marking_reasons = "second_marking", reasons
    script.decision = script.score = script.rule = None
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
    tx.flush()
    if Role.SECOND in queries.desks.roles_of(tx, script.id):
        return  # both were given it at the start
    among = roles.ADJUDICATORS if script.moderated else None
    allocation.give_out(tx, [script], Role.SECOND, among=among)


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
    if script.moderated:
        moderating.go_on(tx, script)


def _uses_probation(tx: Transaction, staff_id: UUID, probation: int) -> bool:
    """Whether this script is one of the marker's first; it is counted."""
    assessor = queries.assessors.lock(tx, staff_id, probation=probation)
    if assessor.probation_left <= 0:
        return False
    assessor.probation_left -= 1
    return True


def _require_not_stopped(tx: Transaction, staff_id: UUID) -> None:
    settled = queries.assessors.settled(tx, [staff_id]).get(staff_id)
    if settled is not None and settled.stopped_because is not None:
        raise Refused("stopped", "you mark no scripts until the assessment lead says so")


def _show_reference(tx: Transaction, held: ReferenceMarking, request: GetScript) -> ScriptToMark:
    standardisation.require_own(tx, held, request.staff_id, held.fence)
    held.started_at = held.started_at or tx.at
    text = files.get(tx, held.reference.text_sha256).decode()
    return schemas.reference_to_mark(held, text, excluded=standardisation.uncounted_in(text))
