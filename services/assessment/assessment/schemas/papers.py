"""Papers, windows and candidates as they leave."""

from datetime import date

from assessment.domain import marking
from assessment.domain.marking import Scheme
from assessment.models import Candidate, Paper, Window
from headship_contracts.assessment.papers import (
    CandidateRecord,
    Criterion,
    PaperRecord,
    WindowRecord,
)


def criteria_of(paper: Paper) -> list[Criterion]:
    """The mark scheme's lines as they travel."""
    return [Criterion.load(criterion) for criterion in paper.criteria]


def scheme_of(paper: Paper, margin: int | None = None) -> Scheme:
    """The mark scheme as the rules know it; `margin` as a window has it."""
    return Scheme(
        criteria=tuple(marking.Criterion(**criterion) for criterion in paper.criteria),
        pass_mark=paper.pass_mark,
        borderline_percent=paper.borderline_percent,
        agreement_percent=paper.agreement_percent,
        margin=margin,
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
        grace_minutes=paper.grace_minutes,
        resubmission_days=paper.resubmission_days,
        resubmission_fee=paper.resubmission_fee,
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
