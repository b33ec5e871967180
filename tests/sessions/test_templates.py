"""Programmes as files: what is wrong is told by its line, and what is right is put in force."""

from datetime import timedelta

import pytest
from training import COURSE, STARTS_ON

from headship_contracts.errors import Conflict, Invalid, NotFound
from headship_contracts.sessions.plans import PublishPlan
from headship_contracts.sessions.programme import GetTemplate, ListTemplates, PutTemplate
from sessions import programme
from sessions.domain.holidays import read_school_holidays
from sessions.domain.template import Kind, read_template

A_TEMPLATE = """\
course: npq-x
version: x-1
title: X
months: 18
assessed: false
sections:
  - { code: s, title: S }
evidence:
  - { code: e, reference: "A (2020)", link: https://example.org/e, claims: "It works." }
cycles:
  - title: C
    units:
      - { code: u0, section: s, kind: webinar, minutes: 60, title: U }
      - { code: u1, section: s, kind: self_study, minutes: 60, title: U, requires: [u0] }
      - { code: u2, kind: coaching, minutes: 60, title: U, requires: [u1], evidence: [e] }
times:
  webinar: { weekday: wed, starts: 16:00 }
  face_to_face: { weekday: thu, starts: "10:00" }
"""


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (("kind: webinar, minutes: 60", "kind: webinar, minutes: 500"),
         "13: cycles[0].units[0].minutes", "is 500; it must be a whole number from 5 to 120"),
        (("kind: coaching", "kind: lecture"), "15: cycles[0].units[2].kind",
         "must be one of self_study"),
        (("u1, section: s", "u1, section: z"), "14: cycles[0].units[1].section", "no section has"),
        (("code: u1", "titel: u1"), "14: cycles[0].units[1].titel", "is not known"),
        (("code: u1", "titel: u1"), "14: cycles[0].units[1].code", "is missing"),
        (("code: u1", "code: u0"), "14: cycles[0].units[1].code", "is 'u0', as in line 13"),
        (("months: 18", 'months: "18"'), "4: months", "must be a whole number from 1 to 36"),
        (("weekday: wed", "weekday: sun"), "17: times.webinar.weekday", "must be one of mon"),
        (('"10:00"', "10"), "18: times.face_to_face.starts", "must be a text"),
        (("assessed: false", "assessed: no"), "5: assessed", "must be true or false"),
        (("assessed: false\n", ""), "1: assessed", "is missing; it must be true or false"),
        (("requires: [u0]", "requires: [u9]"), "14: cycles[0].units[1].requires",
         "no unit has that code"),
        (("requires: [u0]", "requires: [u2]"), "14: cycles[0].units[1].requires",
         "goes round in a circle, each requiring the next: u1 (line 14) → u2 (line 15) → u1"),
        (("title: U }", "title: U, requires: [u0] }"), "13: cycles[0].units[0].requires",
         "u0 (line 13) → u0 (line 13)"),
        (("title: U }", "title: U, requires: [u1] }"), "13: cycles[0].units[0].requires",
         "u0 (line 13) → u1 (line 14) → u0 (line 13)"),
        (("requires: [u1]", "requires: u1"), "15: cycles[0].units[2].requires", "a list of texts"),
        (("evidence: [e]", "evidence: [f]"), "15: cycles[0].units[2].evidence", "names 'f'"),
        (("https://example", "http://example"), "9: evidence[0].link", "begin with https://"),
        (("course: npq-x", "course: X"), "1: course", "must be DfE's name"),
        (("course: npq-x", f"course: npq-{'x' * 61}"), "1: course", "must be DfE's name"),
        (("code: s,", "code: S s,"), "7: sections[0].code", "small letters"),
        (("code: s,", f"code: {'s' * 65},"), "7: sections[0].code", "64 at most"),
        (("title: U }", f"title: {'U' * 1_001} }}"), "13: cycles[0].units[0].title",
         "has 1001 characters; 1000 are the most"),
        (("requires: [u1]", f"requires: [{'u1, ' * 26}]"), "15: cycles[0].units[2].requires",
         "names 26; 25 are the most"),
        (("months: 18", "months: 18\nmonths: 12"), "5: months", "there twice, first in line 4"),
    ],
)  # fmt: skip
def test_a_wrong_template_is_told_by_line_key_and_what_is_right(change, place, message):
    assert change[0] in A_TEMPLATE

    with pytest.raises(Invalid) as told:
        read_template(A_TEMPLATE.replace(*change, 1), "npq-x.yaml")

    assert any(message in line for line in told.value.fields[f"npq-x.yaml:{place}"])


def test_more_units_than_a_plan_can_tell_are_told_with_the_line_of_the_first():
    unit = next(line for line in A_TEMPLATE.splitlines() if "code: u0" in line)
    more = "".join(f"{unit.replace('u0', f'more-{n}')}\n" for n in range(500))

    with pytest.raises(Invalid) as told:
        read_template(A_TEMPLATE.replace(f"{unit}\n", f"{unit}\n{more}"), "npq-x.yaml")

    place = "npq-x.yaml:513: cycles[0].units[500]"
    assert told.value.fields[place] == ["is one too many: 500 are the most"]


def test_a_unit_cannot_require_what_is_taught_later_and_both_lines_are_told():
    moved = A_TEMPLATE.replace("requires: [u0]", "requires: [u2]").replace("requires: [u1], ", "")

    with pytest.raises(Invalid) as told:
        read_template(moved, "npq-x.yaml")

    (problem,) = told.value.fields["npq-x.yaml:14: cycles[0].units[1].requires"]
    assert problem == "names 'u2', which is taught later, in line 15: put it first"


def test_each_circle_of_requirements_is_told_and_each_problem_once():
    """The units require each other in pairs, and there is no section."""
    pairs = (("u1", "u0"), ("u0", "u1"), ("u3", "u2"), ("u2", "u3"))
    units = "".join(
        f"      - {{code: {code}, kind: webinar, minutes: 60, title: T, requires: [{other}]}}\n"
        for code, other in pairs
    )

    with pytest.raises(Invalid) as told:
        read_template(f"cycles:\n  - title: C\n    units:\n{units}", "npq-x.yaml")

    fields = told.value.fields
    circles = {place: one for place, (one, *_) in fields.items() if "in a circle" in one}
    assert list(circles) == [f"npq-x.yaml:{4 + n}: cycles[0].units[{n}].requires" for n in (0, 2)]
    assert not any("put it first" in one for told in fields.values() for one in told)
    assert len(fields["npq-x.yaml:1: sections"]) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("course: npq-x\nversion: [", r"x\.yaml:2: this is no YAML|x\.yaml:3: this is no YAML"),
        ("- a\n- b\n", r"x\.yaml:1: there must be keys and values"),
        ("", r"x\.yaml:1: there must be keys"),
        ("course: &a [b]\ntitle: *a\n", r"x\.yaml:1: write it out"),
        ("a: " + "[" * 60 + "]" * 60, r"x\.yaml:1: write it out"),
        ("a: 1\nb: \x00", r"x\.yaml:2: this is no YAML"),
        ("a: 1\nb: 2\nc: \ud800", r"x\.yaml:3: this is no YAML"),
    ],
)
def test_what_is_no_data_file_is_told_with_its_line(text, told):
    with pytest.raises(Invalid, match=told):
        read_template(text, "x.yaml")


def test_every_packaged_template_is_right_and_names_evidence_and_tasks():
    assert len(programme.packaged_courses()) == 11
    for course in programme.packaged_courses():
        template = programme.parsed(programme.packaged_content(course), f"{course}.yaml")
        assert template.course == course
        for unit in template.units:
            if unit.kind is Kind.self_study:
                assert unit.task
                assert template.evidence_of(unit) or unit.section in ("discussion", "peers")


@pytest.mark.parametrize("course", programme.packaged_courses())
def test_every_packaged_course_can_be_planned(training, course):
    record = training.call(PublishPlan(course=course, cohort="2026b", starts_on=STARTS_ON))

    assert [told.code for told in record.shortfalls] == []
    assert record.last_unit_ends_on <= record.ends_on


def test_a_template_that_was_put_is_what_plans_are_made_of(training):
    packaged = training.call(GetTemplate(course=COURSE))
    shorter = packaged.content.replace("version: headship-2026.2", "version: ours-1")
    shorter = shorter.replace("minutes: 45", "minutes: 60")

    record = training.call(PutTemplate(content=shorter))

    assert (record.version, record.in_force) == ("ours-1", True)
    assert training.publish().template == "ours-1"
    assert training.call(GetTemplate(course=COURSE)).content == shorter
    assert training.call(GetTemplate(course=COURSE, version="headship-2026.2")) == (
        packaged.__class__(
            record=packaged.record.__class__(**vars(packaged.record) | {"in_force": False}),
            content=packaged.content,
        )
    )


def test_the_template_put_last_is_in_force_and_an_earlier_one_can_come_back(training):
    first = training.call(GetTemplate(course=COURSE)).content
    second = first.replace("headship-2026.2", "ours-1")
    training.call(PutTemplate(content=second))
    training.at(training.now + timedelta(minutes=1))

    training.call(PutTemplate(content=first))

    (ours,) = [one for one in training.call(ListTemplates()).items if one.course == COURSE]
    assert ours.version == "headship-2026.2"


def test_a_version_keeps_its_content(training):
    packaged = training.call(GetTemplate(course=COURSE)).content

    with pytest.raises(Conflict, match="template_version_taken"):
        training.call(PutTemplate(content=packaged + "# mine\n"))


def test_a_template_that_is_only_looked_at_is_not_in_force(training):
    content = training.call(GetTemplate(course=COURSE)).content
    changed = content.replace("headship-2026.2", "ours-1")

    record = training.call(PutTemplate(content=changed, apply=False))

    assert (record.version, record.in_force) == ("ours-1", False)
    with pytest.raises(NotFound, match="no_template"):
        training.call(GetTemplate(course=COURSE, version="ours-1"))


def test_a_wrong_template_changes_nothing(training):
    content = training.call(GetTemplate(course=COURSE)).content

    with pytest.raises(Invalid, match="data_file_invalid") as told:
        training.call(PutTemplate(content=content.replace("minutes: 300", "minutes: 3000", 1)))

    (field,) = told.value.fields
    assert field.startswith("template.yaml:")
    assert field.endswith(".minutes")
    assert training.call(GetTemplate(course=COURSE)).content == content


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ("dates: { from: 13-01, until: 01-03 }", "4: holidays[0].dates.from"),
        ("easter: { from: 3, until: 1 }", "4: holidays[0].easter.until"),
        ("week_of: { monday: fifth, month: 2 }", "4: holidays[0].week_of.monday"),
        ("", "3: holidays[0]"),
    ],
)
def test_a_wrong_rule_for_holidays_is_told_by_its_line(rule, place):
    text = f"version: v\nholidays:\n  - name: H\n    {rule}\n"

    with pytest.raises(Invalid) as told:
        read_school_holidays(text, "h.yaml")

    assert f"h.yaml:{place}" in told.value.fields
