"""From records to what leaves: replies, and values for the rules."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

from assessment.domain import marking
from assessment.domain.allocation import Role
from assessment.domain.marking import Decision, Judgement, Scheme
from assessment.models import (
    Allocation,
    Candidate,
    DfeOutcome,
    Mark,
    Paper,
    Result,
    Script,
    Submission,
    Window,
)
from headship_contracts.assessment.marking import (
    MarkReceipt,
    OpinionMark,
    QueueItem,
    ScriptRecord,
    ScriptToMark,
)
from headship_contracts.assessment.papers import (
    CandidateRecord,
    Criterion,
    PaperRecord,
    WindowRecord,
)
from headship_contracts.assessment.results import ResultRecord
from headship_contracts.assessment.submissions import Receipt

LONGEST_SHOWN = 150_000
"""Characters of a script that a marker is shown; a reply must fit a message."""


def criteria_of(paper: Paper) -> list[Criterion]:
    """The mark scheme's lines as they travel."""
    return [Criterion.load(criterion) for criterion in paper.criteria]


def scheme_of(paper: Paper) -> Scheme:
    """The mark scheme as the rules know it."""
    return Scheme(
        criteria=tuple(marking.Criterion(**criterion) for criterion in paper.criteria),
        pass_mark=paper.pass_mark,
        borderline_percent=paper.borderline_percent,
        agreement_percent=paper.agreement_percent,
    )


def judgement_of(mark: Mark) -> Judgement:
    """A kept mark as the rules know it."""
    return Judgement(
        mark.score, Decision(mark.indicative), Decision(mark.holistic), tuple(mark.unmet)
    )


def paper_record(paper: Paper) -> PaperRecord:
    """A paper without its texts."""
    return PaperRecord(
        paper_id=paper.id,
        course=paper.course,
        code=paper.code,
        version=paper.version,
        title=paper.title,
        word_limit=paper.word_limit,
        tolerance_percent=paper.tolerance_percent,
        pass_mark=paper.pass_mark,
        highest_mark=scheme_of(paper).top,
        borderline_percent=paper.borderline_percent,
        agreement_percent=paper.agreement_percent,
        sample_percent=paper.sample_percent,
        sample_minimum=paper.sample_minimum,
        max_attempts=paper.max_attempts,
        marking_days=paper.marking_days,
        criteria=criteria_of(paper),
        published_at=paper.published_at,
    )


def window_record(
    window: Window, *, candidates: int, scripts: int, results_due_on: date | None
) -> WindowRecord:
    """A window with its counts."""
    return WindowRecord(
        window_id=window.id,
        batch=window.batch,
        course=window.course,
        cohort=window.cohort,
        number=window.number,
        paper_id=window.paper.id,
        opens_on=window.opens_on,
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        state=window.state,
        candidates=candidates,
        scripts=scripts,
        results_due_on=results_due_on,
    )


def candidate_record(candidate: Candidate) -> CandidateRecord:
    """A candidacy."""
    return CandidateRecord(
        candidate_id=candidate.id,
        application_id=candidate.application_id,
        participant_id=candidate.application.participant,
        window_id=candidate.window_id,
        attempt=candidate.attempt,
        state=candidate.state,
        reason=candidate.reason,
        opens_at=candidate.opens_at,
        closes_at=candidate.closes_at,
    )


def receipt(submission: Submission) -> Receipt:
    """What the sender of a script is told."""
    limit = submission.candidate.window.paper.word_limit
    return Receipt(
        submission_id=submission.id,
        application_id=submission.candidate.application_id,
        window_id=submission.candidate.window_id,
        state=submission.state,
        reason=submission.reason,
        received_at=submission.received_at,
        sha256=submission.sha256,
        words=submission.words,
        method=submission.method,
        word_limit=limit,
        over_by=max(0, submission.words - limit),
        cut_off_word=submission.cut_off_word,
        excluded=submission.excluded,
        hidden=submission.hidden,
        counts=submission.counts,
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


def result_record(result: Result, outcome: DfeOutcome | None) -> ResultRecord:
    """A released result, with what DfE holds."""
    script = result.script
    return ResultRecord(
        result_id=result.id,
        application_id=result.application_id,
        participant_id=script.application.participant,
        window_id=script.window_id,
        attempt=result.attempt,
        state=result.state,
        score=script.score or Decimal(0),
        pass_mark=script.window.paper.pass_mark,
        failed_criteria=result.failed_criteria,
        completion_date=result.completion_date,
        released_at=result.released_at,
        may_resubmit=result.may_resubmit,
        revision=result.revision,
        dfe_state=None if outcome is None else outcome.state,
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
