"""One applicant who is not at DfE, by the same rules as a row of a file."""

from typing import Any

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.domain.dfe.courses import GROUPS
from enrolment.domain.imports import cells
from enrolment.domain.imports.cells import Wrong
from enrolment.imports.applying import write_applications
from enrolment.imports.checking import ApplicationChecker
from enrolment.models import Application
from headship_contracts.csv_rows import Problem, Record
from headship_contracts.enrolment.applications import AddApplication, ApplicationRecord
from headship_contracts.errors import Invalid, Refused
from kit import Transaction
from kit.clock import LONDON


def add_application(tx: Transaction, request: AddApplication) -> ApplicationRecord:
    """Import one; the same reference again gives back what is there."""
    wanted = select(Application).where(Application.reference == request.reference)
    known = tx.scalars(wanted).first()
    if known is not None:
        return schemas.application_record(known)
    values, problems = _values(request)
    checker = ApplicationChecker(tx, tx.at.astimezone(LONDON).date())
    (row,) = checker.check(tx, [(Record(1, []), values, problems)])
    _refuse_for(row.problems)
    write_applications(tx, [row])
    return schemas.application_record(queries.application(tx, row.application_id))


def _values(request: AddApplication) -> tuple[dict[str, Any], list[Problem]]:
    problems = []
    email = request.email
    if email is not None:
        try:
            email = str(cells.email(email.strip()))
        except Wrong as wrong:
            problems.append(Problem("email", wrong.code, str(wrong), request.email or ""))
    if request.course not in GROUPS:
        told = "is not one of DfE's, such as npq-headship"
        problems.append(Problem("course", "course_unknown", told, request.course))
    return {
        "application_id": None,
        "reference": request.reference,
        "full_name": " ".join(request.full_name.split()),
        "email": email,
        "teacher_reference_number": request.teacher_reference_number,
        "date_of_birth": None,
        "course": request.course,
        "cohort": request.cohort,
        "works_in_england": request.works_in_england,
        "work_setting": request.work_setting,
        "school_urn": request.school_urn,
        "employment_type": request.employment_type,
        "referred_by_return_to_teaching_adviser": request.referred_by_return_to_teaching_adviser,
    }, problems


def _refuse_for(problems: list[Problem]) -> None:
    for problem in problems:
        if problem.code == "applied_before":
            raise Refused("applied_before", problem.message)
    if problems:
        fields: dict[str, list[str]] = {}
        for problem in problems:
            fields.setdefault(problem.field, []).append(problem.message)
        raise Invalid("invalid_fields", "the application is not right", fields)
