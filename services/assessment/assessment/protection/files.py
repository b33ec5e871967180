"""Which files are somebody's, among those that are kept by their content."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, union

from assessment.models import (
    Appeal,
    Candidate,
    CaseEvidence,
    Circumstances,
    File,
    FilePiece,
    ReferenceScript,
    Submission,
    Upload,
)
from kit import Transaction
from kit.personal.holdings import Document, Of, Subject


def essays(digest: Any) -> Of:
    """Files, by a column with their SHA-256, that somebody sent for a window, and the texts that
    were read from these: those that nobody else sent, and no marker learns by."""

    def of(subject: Subject) -> ColumnElement[bool]:
        mine = Candidate.application_id.in_(subject.application_ids)
        theirs, others = select(Candidate.id).where(mine), select(Candidate.id).where(~mine)
        return and_(
            digest.in_(union(*_sent(theirs))),
            digest.not_in(union(*_sent(others), select(ReferenceScript.text_sha256))),
        )

    return of


def evidence(digest: Any) -> Of:
    """Files that somebody gave for circumstances or an appeal, and nobody else."""

    def of(subject: Subject) -> ColumnElement[bool]:
        cases = evidence_rows(subject)
        return and_(
            digest.in_(select(CaseEvidence.sha256).where(cases)),
            digest.not_in(select(CaseEvidence.sha256).where(~cases)),
        )

    return of


def evidence_rows(subject: Subject) -> ColumnElement[bool]:
    """What came with circumstances or an appeal of somebody's."""
    theirs = [
        (CaseEvidence.circumstances_id, Circumstances),
        (CaseEvidence.appeal_id, Appeal),
    ]
    return or_(
        *[
            and_(
                column.is_not(None),
                column.in_(select(case.id).where(case.application_id.in_(subject.application_ids))),
            )
            for column, case in theirs
        ]
    )


def documents(tx: Transaction, subject: Subject) -> list[Document]:
    """Every file of somebody's, by the name under which it came."""
    mine = Candidate.application_id.in_(subject.application_ids)
    sent = select(Submission.filename, Submission.sha256).join(
        Candidate, Candidate.id == Submission.candidate_id
    )
    uploaded = select(Upload.filename, Upload.sha256).join(
        Candidate, Candidate.id == Upload.candidate_id
    )
    given = select(CaseEvidence.filename, CaseEvidence.sha256).where(
        evidence(CaseEvidence.sha256)(subject)
    )
    named: dict[str, str] = {}
    for wanted in (sent.where(mine), uploaded.where(mine), given):
        named |= {sha256: name for name, sha256 in tx.execute(wanted).all()}
    sizes = select(File.sha256, File.size).where(
        File.sha256.in_(named), File.sha256.in_(select(FilePiece.sha256))
    )
    return [Document(named[sha256], sha256, size) for sha256, size in tx.execute(sizes).all()]


def piece(tx: Transaction, sha256: str, position: int) -> bytes | None:
    """A piece of a file."""
    found = tx.get(FilePiece, (sha256, position))
    return found.content if found is not None else None


def _sent(candidates: Any) -> list[Any]:
    of: ColumnElement[bool] = Submission.candidate_id.in_(candidates)
    uploads = Upload.candidate_id.in_(candidates)
    return [
        select(Submission.sha256).where(of),
        select(Submission.text_sha256).where(and_(of, Submission.text_sha256.is_not(None))),
        select(Upload.sha256).where(uploads),
        select(Upload.text_sha256).where(and_(uploads, Upload.text_sha256.is_not(None))),
    ]
