"""Scripts whose marks are agreed: to be marked alike before live marking, and found during it."""

from datetime import timedelta
from uuid import UUID, uuid4

from assessment import assessors, claiming, files, metrics, queries, roles, schemas
from assessment.domain import marking as rules
from assessment.domain import standards, words
from assessment.domain.marking import Decision
from assessment.domain.windows import london_date
from assessment.domain.words import Block, Count, Kind
from assessment.models import ReferenceMarking, ReferenceScript
from headship_contracts.assessment.marking import MarkReceipt, MarkScript, QueueItem, SaveDraft
from headship_contracts.assessment.standardisation import (
    AddReferenceScript,
    CheckPage,
    GetStandardisation,
    ListChecks,
    ListReferenceScripts,
    ReferencePage,
    ReferenceRecord,
    RetireReferenceScript,
    Standardisation,
    StartStandardisation,
)
from headship_contracts.errors import NotFound, Refused
from headship_contracts.messages import Done
from kit import Transaction

DAYS_TO_STANDARDISE = 7


def add(tx: Transaction, request: AddReferenceScript) -> ReferenceRecord:
    """Keep a script with its definitive marks; they must fit the scheme, as any marks must."""
    roles.require(tx, roles.LEADS)
    paper = queries.windows.paper(tx, request.paper_id)
    scheme = schemas.scheme_of(paper)
    by_code = rules.require_complete(scheme, [(one.criterion, one.mark) for one in request.marks])
    judged = rules.judge(scheme, by_code, Decision.PASS)
    last = words.last_marked_word(paper.word_limit, paper.tolerance_percent)
    counted = _counted(request.text, last)
    order = list(by_code)
    reference = ReferenceScript(
        paper=paper,
        purpose=request.purpose,
        text_sha256=files.put(tx, counted.text.encode()),
        words=counted.words,
        cut_off_word=None if counted.cut_off_at is None else last,
        cut_off_at=counted.cut_off_at,
        marks=[
            one.dump() for one in sorted(request.marks, key=lambda one: order.index(one.criterion))
        ],
        score=judged.score,
        decision=judged.indicative,
        reason=request.reason,
        retired=False,
        added_at=tx.at,
        added_by=str(tx.caller),
    )
    tx.add(reference)
    tx.flush()
    return _reference(reference)


def retire(tx: Transaction, request: RetireReferenceScript) -> Done:
    """Use a reference script no more."""
    roles.require(tx, roles.LEADS)
    reference = tx.get(
        ReferenceScript, request.reference_id, with_for_update={"of": ReferenceScript}
    )
    if reference is None:
        raise NotFound("reference_not_found", str(request.reference_id))
    reference.retired = True
    return Done()


def list_references(tx: Transaction, request: ListReferenceScripts) -> ReferencePage:
    """A paper's reference scripts, for leads."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.assessors.page_of_references(tx, request)
    return ReferencePage(items=[_reference(one) for one in found], next_cursor=cursor)


def uncounted_in(text: str) -> int:
    """Words of a reference script that do not count."""
    return _counted(text, len(text)).excluded


def _counted(text: str, last: int) -> Count:
    return words.count([Block(line, Kind.LINE) for line in text.splitlines()], last_marked=last)


def start(tx: Transaction, request: StartStandardisation) -> Standardisation:
    """Put the paper's standardisation scripts on the marker's desk, those not marked alike yet."""
    roles.require_self_or(tx, request.staff_id, roles.LEADS)
    paper = queries.windows.paper(tx, request.paper_id)
    needed = queries.assessors.references_of(tx, paper.id, "standardisation")
    if not needed:
        raise Refused("nothing_to_standardise", f"{paper.code} has no standardisation scripts")
    latest = queries.assessors.latest_markings(tx, paper.id, [request.staff_id])
    if request.again:
        roles.require(tx, roles.LEADS)
    for position, reference in enumerate(needed, start=1):
        last = latest.get((request.staff_id, reference.id))
        if last is None or (request.again and last.agrees is False):
            tx.add(
                ReferenceMarking(
                    id=uuid4(),
                    reference=reference,
                    staff_id=request.staff_id,
                    round=1 if last is None else last.round + 1,
                    number=position,
                    state="waiting",
                    due_on=london_date(tx.at) + timedelta(days=DAYS_TO_STANDARDISE),
                    given_at=tx.at,
                )
            )
    tx.flush()
    return _standing(tx, request.staff_id, paper.id)


def get(tx: Transaction, request: GetStandardisation) -> Standardisation:
    """Whether a marker may mark a paper's scripts."""
    roles.require_self_or(tx, request.staff_id, roles.LEADS)
    return _standing(tx, request.staff_id, queries.windows.paper(tx, request.paper_id).id)


def list_checks(tx: Transaction, request: ListChecks) -> CheckPage:
    """What markers made of reference scripts. A marker's own seeds are told to leads alone."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.assessors.page_of_checks(tx, request)
    return CheckPage(items=[schemas.check_record(one) for one in found], next_cursor=cursor)


def mark(
    tx: Transaction, held: ReferenceMarking, request: MarkScript, *, probation: int
) -> MarkReceipt:
    """Keep a marker's marks of a reference script, and go on as the comparison asks.

    What is told is what is told of any script: nothing of what was agreed.
    """
    require_own(tx, held, request.staff_id, request.fence)
    scheme = schemas.scheme_of(held.reference.paper)
    by_code = rules.require_complete(scheme, [(one.criterion, one.mark) for one in request.marks])
    judged = rules.judge(scheme, by_code, Decision(request.holistic))
    order = list(by_code)
    held.marks = [
        one.dump() for one in sorted(request.marks, key=lambda one: order.index(one.criterion))
    ]
    held.score, held.indicative, held.holistic = judged.score, judged.indicative, judged.holistic
    held.state, held.marked_at, held.draft = "marked", tx.at, None
    agreed = Decision(held.reference.decision)
    held.agrees = standards.agrees(scheme, held.reference.score, agreed, judged)
    tx.count(metrics.checks.labels(purpose=held.reference.purpose, outcome=_outcome(held.agrees)))
    tx.flush()
    if held.window_id is not None:
        _stop_if_drifting(tx, held.staff_id, probation)
    return MarkReceipt(
        allocation_id=held.id,
        script_id=held.shown_as or held.id,
        score=judged.score,
        indicative=judged.indicative,
        holistic=judged.holistic,
        marked_at=tx.at,
    )


def save_draft(
    tx: Transaction, held: ReferenceMarking, request: SaveDraft, lease: timedelta
) -> QueueItem:
    """Keep what was marked of a reference script so far, as of any script."""
    require_own(tx, held, request.staff_id, request.fence)
    scheme = schemas.scheme_of(held.reference.paper)
    rules.require_in_range(scheme, [(one.criterion, one.mark) for one in request.marks])
    held.draft, held.started_at = schemas.draft_of(request), held.started_at or tx.at
    if held.lease_until is not None:
        held.lease_until = max(held.lease_until, assessors.now() + lease)
    return schemas.reference_item(held)


def require_own(tx: Transaction, held: ReferenceMarking, staff_id: UUID, fence: int | None) -> None:
    """Refuse what would be refused of a script on a desk, in the same words."""
    roles.require_self(tx, staff_id)
    if held.staff_id != staff_id:
        raise NotFound("allocation_not_found", str(held.id))
    claiming.require_fence(held, fence)


def _stop_if_drifting(tx: Transaction, staff_id: UUID, probation: int) -> None:
    assessor = queries.assessors.lock(tx, staff_id, probation=probation)
    last = queries.assessors.last_seeds(
        tx, staff_id, standards.SEEDS_LOOKED_AT, since=assessor.resumed_at
    )
    if not standards.must_stop([bool(one.agrees) for one in last]):
        return
    if assessor.stopped_because is None:
        assessor.stopped_because = "seeds_marked_otherwise"
        assessor.revision = tx.next_revision(assessor.revision)
        tx.count(metrics.assessors_stopped)


def _standing(tx: Transaction, staff_id: UUID, paper_id: UUID) -> Standardisation:
    latest = queries.assessors.latest_markings(tx, paper_id, [staff_id])
    marked = [one for one in latest.values() if one.state == "marked"]
    return Standardisation(
        staff_id=staff_id,
        paper_id=paper_id,
        passed=not assessors.not_standardised(tx, paper_id, [staff_id]),
        right=sum(bool(one.agrees) for one in marked),
        wrong=sum(not one.agrees for one in marked),
        waiting=[one.id for one in latest.values() if one.state == "waiting"],
    )


def _reference(reference: ReferenceScript) -> ReferenceRecord:
    return ReferenceRecord(
        reference_id=reference.id,
        paper_id=reference.paper.id,
        purpose=reference.purpose,
        words=reference.words,
        score=reference.score,
        decision=reference.decision,
        retired=reference.retired,
    )


def _outcome(agrees: bool) -> str:
    return "agrees" if agrees else "differs"
