"""What markers and leads see of scripts and marks."""

from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

from assessment.domain.allocation import Role
from assessment.domain.marking import Decision, Judgement
from assessment.models import Allocation, Mark, Script
from assessment.schemas.papers import criteria_of
from headship_contracts.assessment.marking import (
    MarkReceipt,
    OpinionMark,
    QueueItem,
    ScriptRecord,
    ScriptToMark,
)

LONGEST_SHOWN = 150_000
"""Characters of a script that a marker is shown; a reply must fit a message."""


def judgement_of(mark: Mark) -> Judgement:
    """A kept mark as the rules know it."""
    return Judgement(
        mark.score, Decision(mark.indicative), Decision(mark.holistic), tuple(mark.unmet)
    )


def queue_item(allocation: Allocation) -> QueueItem:
    """A line of a marker's queue."""
    return QueueItem(
        allocation_id=allocation.id,
        script_id=allocation.script_id,
        number=allocation.script.number,
        kind=_kind(allocation),
        due_on=allocation.due_on,
        words=allocation.script.submission.words,
    )


def script_to_mark(allocation: Allocation, text: str, opinions: Sequence[Mark]) -> ScriptToMark:
    """A script as its marker sees it. Only text that is not marked is ever left out."""
    script = allocation.script
    paper, submission = script.window.paper, script.submission
    return ScriptToMark(
        allocation_id=allocation.id,
        script_id=script.id,
        number=script.number,
        kind=_kind(allocation),
        title=paper.title,
        question=paper.question,
        text=text[:LONGEST_SHOWN],
        whole=len(text) <= LONGEST_SHOWN,
        words=submission.words,
        word_limit=paper.word_limit,
        cut_off_word=submission.cut_off_word,
        cut_off_at=submission.cut_off_at,
        pass_mark=paper.pass_mark,
        criteria=criteria_of(paper),
        opinions=_unattributed(script, opinions),
    )


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
        words=script.submission.words,
        hidden=script.submission.hidden,
    )


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
