"""What markers and leads see of scripts and marks."""

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any
from uuid import UUID

from assessment.domain.allocation import Marker, Role
from assessment.domain.marking import Decision, Judgement
from assessment.models import Allocation, Mark, ReferenceMarking, Script
from assessment.models import BankedComment as Banked
from assessment.schemas.papers import criteria_of
from headship_contracts.assessment.marking import (
    CriterionMark,
    MarkReceipt,
    OpinionMark,
    QueueItem,
    SaveDraft,
    ScriptRecord,
    ScriptToMark,
)
from headship_contracts.assessment.standardisation import BankedComment, CheckRecord

LONGEST_SHOWN = 150_000
"""Characters of a script that a marker is shown; a reply must fit a message."""


def judgement_of(mark: Mark) -> Judgement:
    """A kept mark as the rules know it."""
    return Judgement(
        mark.score, Decision(mark.indicative), Decision(mark.holistic), tuple(mark.unmet)
    )


def shown_number(script_id: UUID) -> int:
    """The number by which markers know a script, or a seed: it tells nothing of which it is, and a
    script has the same for all."""
    return 100_000 + script_id.int % 900_000


def queue_item(allocation: Allocation) -> QueueItem:
    """A line of a marker's queue."""
    return QueueItem(
        allocation_id=allocation.id,
        script_id=allocation.script_id,
        number=shown_number(allocation.script_id),
        kind=_kind(allocation),
        due_on=allocation.due_on,
        words=allocation.script.submission.words,
        fence=allocation.fence,
        lease_until=allocation.lease_until,
        started=allocation.started_at is not None,
    )


def reference_item(held: ReferenceMarking) -> QueueItem:
    """A reference script in a marker's queue: a seed looks like any script."""
    return QueueItem(
        allocation_id=held.id,
        script_id=held.shown_as or held.id,
        number=_number_of_reference(held),
        kind=_kind_of_reference(held),
        due_on=held.due_on,
        words=held.reference.words,
        fence=held.fence,
        lease_until=held.lease_until,
        started=held.started_at is not None,
    )


def reference_to_mark(held: ReferenceMarking, text: str, *, excluded: int) -> ScriptToMark:
    """A reference script as its marker sees it: a seed looks like any script."""
    paper, draft = held.reference.paper, held.draft or {}
    return ScriptToMark(
        allocation_id=held.id,
        script_id=held.shown_as or held.id,
        number=_number_of_reference(held),
        kind=_kind_of_reference(held),
        title=paper.title,
        question=paper.question,
        text=text[:LONGEST_SHOWN],
        whole=len(text) <= LONGEST_SHOWN,
        words=held.reference.words,
        excluded=excluded,
        word_limit=paper.word_limit,
        cut_off_word=held.reference.cut_off_word,
        cut_off_at=held.reference.cut_off_at,
        pass_mark=paper.pass_mark,
        criteria=criteria_of(paper),
        fence=held.fence,
        lease_until=held.lease_until,
        draft=[CriterionMark.load(one) for one in draft.get("marks", ())],
        draft_holistic=draft.get("holistic"),
        draft_reason=draft.get("reason"),
    )


def check_record(held: ReferenceMarking) -> CheckRecord:
    """A reference script as a marker marked it, for leads."""
    if held.marked_at is None:
        raise LookupError(f"{held.id} is not marked yet")
    return CheckRecord(
        marking_id=held.id,
        staff_id=held.staff_id,
        reference_id=held.reference_id,
        purpose=held.reference.purpose,
        score=held.score or 0,
        decision=held.indicative or "",
        definitive_score=held.reference.score,
        definitive_decision=held.reference.decision,
        agrees=bool(held.agrees),
        marked_at=held.marked_at,
    )


def banked_comment(comment: Banked) -> BankedComment:
    """A comment that is offered."""
    return BankedComment(comment_id=comment.id, criterion=comment.criterion, text=comment.text)


def marker_of(marker: Marker) -> dict[str, Any]:
    """A marker as plain values."""
    return asdict(marker) | {"declared": sorted(marker.declared)}


def script_to_mark(allocation: Allocation, text: str, opinions: Sequence[Mark]) -> ScriptToMark:
    """A script as its marker sees it. Only text that is not marked is ever left out."""
    script, draft = allocation.script, allocation.draft or {}
    paper, submission = script.window.paper, script.submission
    return ScriptToMark(
        allocation_id=allocation.id,
        script_id=script.id,
        number=shown_number(script.id),
        kind=_kind(allocation),
        title=paper.title,
        question=paper.question,
        text=text[:LONGEST_SHOWN],
        whole=len(text) <= LONGEST_SHOWN,
        words=submission.words,
        excluded=submission.excluded,
        word_limit=paper.word_limit,
        cut_off_word=submission.cut_off_word,
        cut_off_at=submission.cut_off_at,
        pass_mark=paper.pass_mark,
        criteria=criteria_of(paper),
        opinions=_unattributed(script, opinions),
        fence=allocation.fence,
        lease_until=allocation.lease_until,
        draft=[CriterionMark.load(one) for one in draft.get("marks", ())],
        draft_holistic=draft.get("holistic"),
        draft_reason=draft.get("reason"),
    )


def draft_of(request: SaveDraft) -> dict[str, Any]:
    """A draft as it is kept."""
    return {
        "marks": [one.dump() for one in request.marks],
        "holistic": request.holistic,
        "reason": request.reason,
    }


def mark_receipt(mark: Mark) -> MarkReceipt:
    """What a marker is told: nothing of what follows."""
    return MarkReceipt(
        allocation_id=mark.allocation.id,
        script_id=mark.allocation.script_id,
        score=mark.score,
        indicative=mark.indicative,
        holistic=mark.holistic,
        marked_at=mark.marked_at,
    )


def script_record(script: Script, waits_for: UUID | None) -> ScriptRecord:
    """A script as the assessment lead sees it."""
    return ScriptRecord(
        script_id=script.id,
        number=script.number,
        shown_as=shown_number(script.id),
        window_id=script.window_id,
        application_id=script.application_id,
        attempt=script.attempt,
        state=script.state,
        waits_for=waits_for,
        in_sample=script.in_sample,
        second_marking_reasons=script.second_marking_reasons,
        decision=script.decision,
        score=script.score,
        rule=script.rule,
        notes=script.notes,
        hold=script.hold,
        flagged=script.flagged,
        integrity_outcome=script.integrity_outcome,
        words=script.submission.words,
        hidden=script.submission.hidden,
    )


def _number_of_reference(held: ReferenceMarking) -> int:
    return held.number if held.window_id is None else shown_number(held.shown_as or held.id)


def _kind_of_reference(held: ReferenceMarking) -> str:
    return "standardisation" if held.window_id is None else "marking"


def _kind(allocation: Allocation) -> str:
    return "adjudication" if allocation.role == Role.ADJUDICATOR else "marking"


def _unattributed(script: Script, opinions: Sequence[Mark]) -> list[OpinionMark]:
    """Marks as A and B, in an order that the window's nonce decides, not who came first."""
    lots = {
        sha256(
            f"{script.window.nonce}\n{script.number}\n{mark.allocation.role}".encode()
        ).digest(): (mark)
        for mark in opinions
    }
    return [
        OpinionMark(opinion=opinion, **given)
        for opinion, lot in zip("AB", sorted(lots), strict=False)
        for given in lots[lot].marks
    ]
