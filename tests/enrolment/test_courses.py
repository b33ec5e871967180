"""The courses: what is said of each, and what a provider decides for it."""

import json

import pytest

from cli.app import run
from enrolment.domain.courses import COURSES
from enrolment.domain.dfe.courses import ASSESSED, GROUPS
from headship_contracts.enrolment.courses import GetCourse, ListCourses, SetCourseTerms
from headship_contracts.errors import Conflict, Invalid, NotFound


def test_there_are_dfes_twelve_courses_each_described():
    assert [course.course for course in COURSES] == list(GROUPS)
    for course in COURSES:
        assert course.audience
        assert course.weekly_study
        assert course.content
        assert course.assessment
        assert course.funding
        assert (course.words is not None) == (course.course in ASSESSED)


def test_headship_is_as_its_published_page_says(enrolling):
    course = enrolling.call(GetCourse(course="NPQH"))

    assert (course.course, course.months_taught) == ("npq-headship", 18)
    assert (course.hours_a_week_least, course.hours_a_week_most) == (1, 2)
    assert (course.words_least, course.words_most) == (1_500, 2_500)
    assert len(course.content) == 10
    assert course.content[0] == "School culture"
    assert course.declaration_types == ["started", "retained-1", "retained-2", "completed"]


def test_courses_are_listed_by_group_cohort_and_page(enrolling):
    def listed(**filters):
        return [course.short_code for course in enrolling.call(ListCourses(**filters)).items]

    assert listed(group="ehco") == ["EHCO"]
    assert "NPQSENCO" not in listed(cohort="2023a")
    assert "NPQSENCO" in listed(cohort="2024a")
    assert "ASO" in listed(cohort="2021a")
    assert "ASO" not in listed(cohort="2026b")
    first = enrolling.call(ListCourses(limit=5))
    rest = enrolling.call(ListCourses(cursor=first.next_cursor))
    assert [c.course for c in first.items + rest.items] == list(GROUPS)
    assert rest.next_cursor is None
    with pytest.raises(Invalid, match="cursor"):
        enrolling.call(ListCourses(cursor="nonsense"))


def test_a_providers_terms_are_its_own(enrolling):
    set_terms = SetCourseTerms(course="npq-headship", most_deferrals=2, words_most=2_000)

    changed = enrolling.call(set_terms)

    assert (changed.most_deferrals, changed.words_least, changed.words_most) == (2, 1_500, 2_000)
    assert enrolling.call(GetCourse(course="npq-headship")) == changed
    with pytest.raises(Conflict, match=str(changed.revision)):
        enrolling.call(SetCourseTerms(course="npq-headship", if_revision=0))


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"course": "npq-gardening"}, NotFound),
        ({"course": "npq-headship", "words_least": 3_000, "words_most": 2_000}, Invalid),
        ({"course": "npq-early-headship-coaching-offer", "words_most": 2_000}, Invalid),
        ({"course": "npq-headship", "most_deferrals": -1}, Invalid),
    ],
)
def test_terms_that_cannot_be_are_refused(enrolling, terms, error):
    with pytest.raises(error):
        enrolling.call(SetCourseTerms(**terms))


@pytest.fixture
def nothing_runs(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AMQP_URI", raising=False)


def test_courses_are_shown_even_where_nothing_runs(nothing_runs, capsys):
    assert run(["courses", "show"]) == 0
    told = capsys.readouterr()
    assert all(course.name in told.out for course in COURSES)
    assert "no platform is known here" in told.err

    assert run(["courses", "show", "NPQH"]) == 0
    shown = capsys.readouterr().out
    assert "18 months" in shown
    assert "10. Governance and accountability" in shown


def test_a_course_is_shown_as_json(nothing_runs, capsys):
    assert run(["courses", "show", "npqll", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["course"] == "npq-leading-literacy"

    assert run(["courses", "show", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 12


def test_a_course_that_is_not_there_is_named(nothing_runs, capsys):
    assert run(["courses", "show", "npq-gardening"]) == 1
    assert "none of the courses" in capsys.readouterr().err
