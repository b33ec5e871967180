"""Papers: published in versions that never change, shown to candidates of an open window only."""

from decimal import Decimal
from typing import Final

from assessment import queries, roles, schemas
from assessment.domain import marking, windows, words
from assessment.models import Paper
from headship_contracts.assessment.papers import (
    GetPaper,
    ListPapers,
    PaperPage,
    PaperRecord,
    PaperToSit,
    PublishPaper,
)
from headship_contracts.errors import Invalid
from kit import Transaction

PENNY: Final = Decimal("0.01")


def publish(tx: Transaction, request: PublishPaper) -> PaperRecord:
    """Keep a paper whose scheme is sound, as the next version of its code."""
    roles.require(tx, roles.LEADS)
    _check_fee(request.resubmission_fee)
    paper = Paper(
        course=request.course,
        code=request.code,
        version=queries.windows.latest_paper_version(tx, request.course, request.code) + 1,
        title=request.title,
        case_study=request.case_study,
        question=request.question,
        criteria=[criterion.dump() for criterion in request.criteria],
        pass_mark=request.pass_mark,
        word_limit=request.word_limit,
        tolerance_percent=request.tolerance_percent,
        borderline_percent=request.borderline_percent,
        agreement_percent=request.agreement_percent,
        sample_percent=request.sample_percent,
        sample_minimum=request.sample_minimum,
        max_attempts=request.max_attempts,
        marking_days=request.marking_days,
        grace_minutes=request.grace_minutes,
        resubmission_days=request.resubmission_days,
        resubmission_fee=request.resubmission_fee,
        published_at=tx.at,
        published_by=str(tx.caller),
    )
    marking.require_sound(schemas.scheme_of(paper))
    tx.add(paper)
    tx.flush()
    return schemas.paper_record(paper)


def _check_fee(fee: Decimal | None) -> None:
    """It is charged as it stands here; none where another attempt costs nothing."""
    if fee is not None and (fee <= 0 or fee != fee.quantize(PENNY)):
        problem = "must be more than 0, without parts of a penny; leave it out if there is none"
        raise Invalid("invalid_fields", "the fee is not right", {"resubmission_fee": [problem]})


def list_all(tx: Transaction, request: ListPapers) -> PaperPage:
    """Papers, oldest first."""
    papers, cursor = queries.windows.page_of_papers(tx, request)
    return PaperPage(items=[schemas.paper_record(paper) for paper in papers], next_cursor=cursor)


def show(tx: Transaction, request: GetPaper) -> PaperToSit:
    """The paper, to a candidate whose window is open; to staff who hold it for one."""
    roles.require(tx, roles.LEADS)
    candidate = queries.candidates.require(tx, request.application_id, request.window_id)
    windows.require_open(candidate.opens_at, candidate.closes_at, tx.at)
    paper = candidate.window.paper
    return PaperToSit(
        window_id=candidate.window_id,
        title=paper.title,
        case_study=paper.case_study,
        question=paper.question,
        word_limit=paper.word_limit,
        last_marked_word=words.last_marked_word(paper.word_limit, paper.tolerance_percent),
        closes_at=candidate.closes_at,
        criteria=schemas.criteria_of(paper),
    )
