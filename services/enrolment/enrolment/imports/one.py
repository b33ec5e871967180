"""One applicant who is not at DfE."""

from uuid import uuid4

from sqlalchemy import select

from enrolment import queries, schemas, schools
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.funding import (
    Applicant,
    FundingHistory,
    InstitutionNeeded,
    decide_funding,
    is_previously_funded,
)
from enrolment.domain.places import NONE
from enrolment.models import Application, Participant, School
from enrolment.writes import wall
from headship_contracts.enrolment.applications import AddApplication, ApplicationRecord
from headship_contracts.enrolment.events import ApplicationReceived
from headship_contracts.errors import Invalid
from kit import Transaction


def add_application(tx: Transaction, request: AddApplication) -> ApplicationRecord:
    """Import one; the same reference again gives back what is there."""
    wanted = select(Application).where(Application.reference == request.reference)
    known = tx.scalars(wanted).first()
    if known is not None:
        return schemas.application_record(known)
    prediction = _predict_funding(tx, request)
    participant = Participant(
        id=uuid4(),
        full_name=request.full_name,
        email=request.email,
        email_set_at=wall(),
        trn=request.teacher_reference_number,
    )
    application = Application(
        id=uuid4(),
        reference=request.reference,
        source="import",
        participant=participant,
        participant_id=participant.id,
        course=request.course,
        cohort=request.cohort,
        status="pending",
        place=NONE,
        in_england=request.works_in_england,
        school_urn=request.school_urn,
        eligible_for_funding=prediction == "funded",
        funding_prediction=prediction,
        created_at=tx.at,
        revision=tx.next_revision(None),
    )
    tx.add(application)
    tx.emit(schemas.told(ApplicationReceived, application))
    return schemas.application_record(application)


def _predict_funding(tx: Transaction, request: AddApplication) -> str:
    """What DfE would decide, by its own rules, on what we know of school and lists."""
    if request.course not in courses.GROUPS:
        raise _wrong("course", "is not one of DfE's, such as npq-headship")
    school = tx.get(School, request.school_urn) if request.school_urn else None
    if request.school_urn and school is None:
        raise _wrong("school_urn", "is not a school that is known here; add it first")
    try:
        decision = decide_funding(
            Applicant(
                course=request.course,
                cohort_funding=queries.funding_of(tx, request.cohort),
                in_england=request.works_in_england,
                previously_funded=is_previously_funded(request.course, _history(tx, request)),
                work_setting=request.work_setting,
                employment_type=request.employment_type,
                referred_by_return_to_teaching_adviser=(
                    request.referred_by_return_to_teaching_adviser
                ),
                institution=schools.institution_of(tx, school) if school else None,
            )
        )
    except InstitutionNeeded as error:
        raise _wrong("school_urn", f"is needed in the setting {request.work_setting}") from error
    return decision.code


def _history(tx: Transaction, request: AddApplication) -> list[FundingHistory]:
    """Other applications under the same TRN, which is all that is known of who this is."""
    if request.teacher_reference_number is None:
        return []
    wanted = (
        select(Application)
        .join(Application.participant)
        .where(Participant.trn == request.teacher_reference_number)
    )
    return [
        FundingHistory(
            course=other.course,
            status=other.status,
            eligible_for_funding=other.eligible_for_funding,
            funded_place=other.funded_place,
        )
        for other in tx.scalars(wanted)
    ]


def _wrong(field: str, problem: str) -> Invalid:
    return Invalid("invalid_fields", "the application is not right", {field: [problem]})
