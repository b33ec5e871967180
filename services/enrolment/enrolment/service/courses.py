"""What is taught, to whom, how long, and on what terms."""

from enrolment import courses
from headship_contracts.enrolment.courses import (
    CoursePage,
    CourseRecord,
    GetCourse,
    ListCourses,
    SetCourseTerms,
)
from kit import Transaction, rpc


class Courses:
    @rpc(ListCourses)
    def list_courses(self, tx: Transaction, request: ListCourses) -> CoursePage:
        """The courses that there are."""
        return courses.list_courses(tx, request)

    @rpc(GetCourse)
    def get_course(self, tx: Transaction, request: GetCourse) -> CourseRecord:
        """One course."""
        return courses.get_course(tx, request)

    @rpc(SetCourseTerms)
    def set_course_terms(self, tx: Transaction, request: SetCourseTerms) -> CourseRecord:
        """What this provider decides for a course."""
        return courses.set_course_terms(tx, request)
