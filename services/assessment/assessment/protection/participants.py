"""What assessment holds about those who are assessed; what hangs on others comes first."""

from typing import Any, Final

from sqlalchemy import and_, or_, select

from assessment.models import Adjustment as ReasonableAdjustment
from assessment.models import (
    Allocation,
    Appeal,
    AppealStage,
    Application,
    Candidate,
    CaseEvidence,
    Circumstances,
    DecisionStep,
    Deferral,
    DfeOutcome,
    DossierHead,
    Extension,
    File,
    FilePiece,
    Mark,
    OpenScript,
    Result,
    Script,
    Seal,
    SimilarityCase,
    Submission,
    Upload,
)
from assessment.protection.files import essays, evidence, evidence_rows
from assessment.protection.sealed_texts import digest_instead_of
from kit.personal.holdings import Holding, Subject, hanging_on, of_applications

_BLIND = "markers and participants do not know of each other"
_ANOTHERS = "it is another participant's"

_candidates = of_applications(Candidate.application_id)
_submissions = hanging_on(Submission.candidate_id, Candidate.id, _candidates)
_scripts = of_applications(Script.application_id)
_allocations = hanging_on(Allocation.script_id, Script.id, _scripts)
_appeals = of_applications(Appeal.application_id)
_circumstances = of_applications(Circumstances.application_id)
_released = select(Script.id).where(Script.state == "released")
"""Marks are told with the result, not before: Data Protection Act 2018, Schedule 2, par. 25."""


def _alike(subject: Subject) -> Any:
    mine = select(Submission.id).where(_submissions(subject))
    return or_(SimilarityCase.submission_a.in_(mine), SimilarityCase.submission_b.in_(mine))


OF_PARTICIPANTS: Final = (
    Holding(
        model=FilePiece,
        title="The texts of your submissions",
        kind="essays",
        of=essays(FilePiece.sha256),
        withheld={"content": "it is among the documents"},
    ),
    Holding(
        model=File,
        title="The files of your submissions",
        kind="essays",
        of=lambda subject: and_(
            essays(File.sha256)(subject), File.sha256.not_in(select(CaseEvidence.sha256))
        ),
    ),
    Holding(
        model=FilePiece,
        title="The texts of your evidence",
        kind="circumstances",
        of=evidence(FilePiece.sha256),
        withheld={"content": "it is among the documents"},
    ),
    Holding(
        model=CaseEvidence,
        title="Evidence that you gave",
        kind="circumstances",
        of=evidence_rows,
        blanked={
            "filename": digest_instead_of("filename"),
            "note": digest_instead_of("note"),
        },
        record="evidence",
    ),
    Holding(
        model=Circumstances,
        title="Extenuating circumstances",
        kind="circumstances",
        of=_circumstances,
        blanked={"statement": digest_instead_of("statement")},
        record="circumstances",
    ),
    Holding(
        model=ReasonableAdjustment,
        title="Why your windows are longer",
        kind="circumstances",
        of=of_applications(ReasonableAdjustment.application_id),
        blanked={"reason": digest_instead_of("reason")},
    ),
    Holding(
        model=Extension,
        title="Why you had more time",
        kind="circumstances",
        of=hanging_on(Extension.candidate_id, Candidate.id, _candidates),
        blanked={"reason": digest_instead_of("reason")},
    ),
    Holding(
        model=Deferral,
        title="Why you sat later",
        kind="circumstances",
        of=of_applications(Deferral.application_id),
        blanked={"reason": digest_instead_of("reason")},
    ),
    Holding(
        model=Upload,
        title="A file that you have not confirmed",
        kind="essays",
        of=hanging_on(Upload.candidate_id, Candidate.id, _candidates),
    ),
    Holding(
        model=DossierHead,
        title="How far the seals of your dossier are signed",
        kind="results",
        of=hanging_on(DossierHead.script_id, Script.id, _scripts),
    ),
    Holding(
        model=Seal,
        title="Seals of your dossier",
        kind="results",
        of=hanging_on(Seal.script_id, Script.id, _scripts),
    ),
    Holding(
        model=SimilarityCase,
        title="That your text is like another one",
        kind="results",
        of=_alike,
        withheld=dict.fromkeys(
            ("submission_a", "submission_b", "spans", "text_a_sha256", "text_b_sha256"), _ANOTHERS
        ),
        record="pair",
    ),
    Holding(
        model=AppealStage,
        title="Stages of your appeals",
        kind="results",
        of=hanging_on(AppealStage.appeal_id, Appeal.id, _appeals),
        withheld={"members": "who sat on it is told by the provider on request"},
    ),
    Holding(
        model=CaseEvidence,
        title="Evidence on record",
        kind="results",
        of=evidence_rows,
    ),
    Holding(
        model=Appeal,
        title="Statements of your appeals",
        kind="circumstances",
        of=_appeals,
        blanked={"statement": digest_instead_of("statement")},
    ),
    Holding(
        model=Appeal,
        title="Your appeals",
        kind="results",
        of=_appeals,
        record="appeal",
    ),
    Holding(
        model=Result,
        title="Your results",
        kind="results",
        of=of_applications(Result.application_id),
    ),
    Holding(
        model=DecisionStep,
        title="How your scripts were decided",
        kind="results",
        of=hanging_on(DecisionStep.script_id, Script.id, _scripts),
        shown=DecisionStep.script_id.in_(_released),
        withheld={"by": _BLIND},
    ),
    Holding(
        model=Mark,
        title="Marks and comments",
        kind="results",
        of=hanging_on(Mark.allocation_id, Allocation.id, _allocations),
        shown=Mark.allocation_id.in_(
            select(Allocation.id).where(Allocation.script_id.in_(_released))
        ),
    ),
    Holding(
        model=Allocation,
        title="That your scripts were given to markers",
        kind="results",
        of=_allocations,
        withheld=dict.fromkeys(("staff_id", "draft", "run_id", "excluded"), _BLIND),
        record="allocation",
    ),
    Holding(
        model=OpenScript,
        title="That your scripts waited for a marker",
        kind="results",
        of=hanging_on(OpenScript.script_id, Script.id, _scripts),
        withheld={"staff_id": _BLIND},
    ),
    Holding(
        model=Script,
        title="Your scripts in marking",
        kind="results",
        of=_scripts,
        shown=Script.id.in_(_released),
        record="script",
    ),
    Holding(
        model=ReasonableAdjustment,
        title="Reasonable adjustments",
        kind="results",
        of=of_applications(ReasonableAdjustment.application_id),
    ),
    Holding(
        model=Extension,
        title="Your longer windows",
        kind="results",
        of=hanging_on(Extension.candidate_id, Candidate.id, _candidates),
    ),
    Holding(
        model=Deferral,
        title="Your later windows",
        kind="results",
        of=of_applications(Deferral.application_id),
    ),
    Holding(
        model=Circumstances,
        title="Decisions on your circumstances",
        kind="results",
        of=_circumstances,
    ),
    Holding(
        model=Submission,
        title="Names of the files that you sent",
        kind="essays",
        of=_submissions,
        blanked={"filename": digest_instead_of("filename")},
    ),
    Holding(
        model=Submission,
        title="What you submitted",
        kind="results",
        of=_submissions,
        record="submission",
    ),
    Holding(
        model=Candidate,
        title="Windows that you were entered for",
        kind="results",
        of=_candidates,
    ),
    Holding(
        model=DfeOutcome,
        title="Your outcome at the Department for Education",
        kind="results",
        of=of_applications(DfeOutcome.application_id),
    ),
    Holding(
        model=Application,
        title="Your application",
        kind="results",
        of=of_applications(Application.application_id),
        blanked={"school_urn": None, "trust_id": None},
    ),
)
