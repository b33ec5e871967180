"""Courses: what is known of each, and what this provider has decided for it."""

from sqlalchemy import select

from enrolment.domain import courses
from enrolment.domain.courses import Course
from enrolment.domain.dfe import courses as dfe
from enrolment.domain.revisions import check_revision
from enrolment.domain.training import MOST_DEFERRALS
from enrolment.models import CourseTerms
from headship_contracts.enrolment.courses import (
    CoursePage,
    CourseRecord,
    GetCourse,
    ListCourses,
    SetCourseTerms,
)
from headship_contracts.errors import Invalid, NotFound
from kit import Transaction


def list_courses(tx: Transaction, request: ListCourses) -> CoursePage:
    """In DfE's order, from after the one that `cursor` names."""
    found = [
        course
        for course in courses.COURSES
        if request.group in (None, course.group)
        and (request.cohort is None or course.in_cohort(request.cohort))
    ]
    first = _after(request.cursor, found)
    shown = found[first : first + request.limit]
    more = first + request.limit < len(found)
    terms = {row.course: row for row in tx.scalars(select(CourseTerms))}
    return CoursePage(
        items=[_record(course, terms.get(course.course)) for course in shown],
        next_cursor=shown[-1].course if more else None,
    )


def get_course(tx: Transaction, request: GetCourse) -> CourseRecord:
    """One course."""
    course = _find(request.course)
    return _record(course, tx.get(CourseTerms, course.course))


def set_course_terms(tx: Transaction, request: SetCourseTerms) -> CourseRecord:
    """What the provider decides."""
    course = _find(request.course)
    least, most = request.words_least, request.words_most
    if least is not None and most is not None and least > most:
        problem = {"words_least": ["is more than words_most"]}
        raise Invalid("invalid_fields", "the words are not right", problem)
    if course.words is None and (least or most):
        problem = {"words_most": ["is for courses that are assessed"]}
        raise Invalid("invalid_fields", "the words are not right", problem)
    terms = tx.get(CourseTerms, course.course, with_for_update=True)
    check_revision(terms.revision if terms else 0, request.if_revision)
    if terms is None:
        terms = CourseTerms(course=course.course, revision=0)
        tx.add(terms)
    terms.most_deferrals = request.most_deferrals
    terms.words_least, terms.words_most = least, most
    terms.revision = tx.next_revision(terms.revision)
    return _record(course, terms)


def most_deferrals(tx: Transaction, course: str) -> int:
    """How often training may be deferred in one programme."""
    terms = tx.get(CourseTerms, course)
    return terms.most_deferrals if terms else MOST_DEFERRALS


def _find(name: str) -> Course:
    found = courses.find(name)
    if found is None:
        raise NotFound("course_not_found", f"{name} is none of DfE's, such as npq-headship")
    return found


def _after(cursor: str | None, found: list[Course]) -> int:
    if cursor is None:
        return 0
    for number, course in enumerate(found, start=1):
        if course.course == cursor:
            return number
    problem = {"cursor": ["is not a cursor of this list"]}
    raise Invalid("invalid_fields", "the cursor is not right", problem)


def published() -> list[CourseRecord]:
    """All courses, as they are where no provider has set terms of its own."""
    return [_record(course, None) for course in courses.COURSES]


def _record(of: Course, terms: CourseTerms | None) -> CourseRecord:
    least, most = of.words or (None, None)
    hours = of.hours_a_week or (None, None)
    return CourseRecord(
        course=of.course,
        short_code=of.short_code,
        name=of.name,
        group=of.group,
        audience=of.audience,
        months_taught=of.months_taught,
        months_assessment=of.months_assessment,
        hours_a_week_least=hours[0],
        hours_a_week_most=hours[1],
        weekly_study=of.weekly_study,
        content=list(of.content),
        assessed=of.course in dfe.ASSESSED,
        assessment=of.assessment,
        words_least=(terms.words_least if terms else None) or least,
        words_most=(terms.words_most if terms else None) or most,
        funding=of.funding,
        only_in_disadvantaged_schools=of.course in dfe.ONLY_IN_DISADVANTAGED_SCHOOLS,
        in_local_authority_nurseries=of.course in dfe.IN_LOCAL_AUTHORITY_NURSERIES,
        declaration_types=list(dfe.declaration_types(of.course)),
        first_cohort=of.first_cohort,
        last_cohort=of.last_cohort,
        note=of.note,
        most_deferrals=terms.most_deferrals if terms else MOST_DEFERRALS,
        revision=terms.revision if terms else 0,
    )
