"""Marking: blind, second where the rules say so, decided by the scheme, adjudicated on dispute."""

import json
from decimal import Decimal
from uuid import UUID

import pytest
from assessment_office import marks_of
from sqlalchemy import func, select

from assessment.models import Mark
from headship_contracts.assessment.events import ScriptAllocated
from headship_contracts.assessment.marking import (
    Adjudicate,
    CriterionMark,
    ListDecisions,
    MarkScript,
)
from headship_contracts.errors import Invalid, Refused


def test_a_clear_pass_stands_on_one_mark(office):
    window = office.marking(1)

    office.mark(window, 1, 80)

    script = office.script(window)
    assert (script.state, script.decision, script.score) == ("decided", "pass", Decimal(80))
    assert (script.rule, script.second_marking_reasons) == ("single_mark_stands", [])
    assert len(office.told(ScriptAllocated)) == 1


@pytest.mark.parametrize(
    ("total", "holistic", "reasons"),
    [
        (40, "fail", ["first_mark_fails"]),
        (50, "fail", ["first_mark_fails", "borderline"]),
        (70, "pass", ["borderline"]),
        (71, "fail", ["holistic_differs"]),
    ],
)
def test_fails_borderlines_and_doubts_get_a_second_marker(office, total, holistic, reasons):
    window = office.marking(1)

    first = office.mark(window, 1, total, holistic)

    script = office.script(window)
    assert (script.state, script.second_marking_reasons) == ("second_marking", reasons)
    assert script.waits_for not in (None, first)
    assert [told.role for told in office.told(ScriptAllocated)] == ["first", "second"]


def test_the_drawn_sample_gets_a_second_marker_whatever_its_marks(office):
    window = office.marking(8, sample_minimum=3)
    drawn = {script.number for script in office.scripts(window) if script.in_sample}

    for number in range(1, 9):
        office.mark(window, number, 90)

    second = {
        script.number
        for script in office.scripts(window)
        if script.second_marking_reasons == ["random_sample"]
    }
    assert second == drawn
    assert len(drawn) == 3


def test_two_who_agree_give_the_mean(office):
    window = office.marking(1)

    office.mark(window, 1, 64)
    office.mark(window, 1, 67)

    script = office.script(window)
    assert (script.state, script.decision, script.score) == ("decided", "pass", Decimal("65.5"))
    assert script.rule == "markers_agree"


def test_two_who_decide_differently_are_never_averaged_but_adjudicated(office):
    window = office.marking(1)

    first = office.mark(window, 1, 66)
    second = office.mark(window, 1, 58)

    script = office.script(window)
    assert (script.state, script.decision, script.score) == ("adjudication", None, None)
    assert script.waits_for not in (None, first, second)
    assert office.told(ScriptAllocated)[-1].role == "adjudicator"


def adjudicated(office, window, total, **changes):
    staff_id, item = office.waiting(office.script(window))
    usual = {
        "allocation_id": item.allocation_id,
        "staff_id": staff_id,
        "marks": marks_of(total),
        "holistic": "pass" if total >= 60 else "fail",
        "reason": "The evidence is used well throughout.",
    }
    return office.ask(Adjudicate(**usual | changes))


def test_the_adjudicator_decides(office):
    window = office.marking(1)
    office.mark(window, 1, 66)
    office.mark(window, 1, 58)

    adjudicated(office, window, 61)

    script = office.script(window)
    assert (script.state, script.decision, script.score) == ("decided", "pass", Decimal(61))
    assert script.rule == "adjudicated"


@pytest.mark.parametrize(
    ("marks", "field"),
    [
        (marks_of(80)[:2], "marks"),
        ([*marks_of(80)[:2], CriterionMark(criterion="C", mark=41)], "marks.2.mark"),
        ([*marks_of(80), CriterionMark(criterion="D", mark=1)], "marks.3.criterion"),
    ],
)
def test_marks_that_do_not_fit_the_scheme_name_the_field_and_change_nothing(office, marks, field):
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    ask = MarkScript(
        allocation_id=item.allocation_id, staff_id=staff_id, marks=marks, holistic="pass"
    )

    with pytest.raises(Invalid) as caught:
        office.ask(ask)

    assert list(caught.value.fields) == [field]
    assert office.script(window).state == "first_marking"


def test_a_script_is_marked_once(office):
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    ask = MarkScript(
        allocation_id=item.allocation_id, staff_id=staff_id, marks=marks_of(80), holistic="pass"
    )

    first = office.ask(ask, key="k1")
    assert office.ask(ask, key="k1") == first
    with pytest.raises(Refused, match="already_marked"):
        office.ask(ask)

    with office.db.transaction() as tx:
        assert tx.scalar(select(func.count()).select_from(Mark)) == 1


def test_marking_and_adjudicating_are_not_mixed_up(office):
    window = office.marking(1)
    with pytest.raises(Refused, match="nothing_to_adjudicate"):
        adjudicated(office, window, 80)
    office.mark(window, 1, 66)
    office.mark(window, 1, 58)

    with pytest.raises(Refused, match="needs_adjudication"):
        office.mark(window, 1, 80)


def test_every_step_is_on_record_with_its_rule_versions_seed_and_marks(office):
    window = office.marking(1)
    office.mark(window, 1, 66)
    office.mark(window, 1, 58)
    adjudicated(office, window, 61)

    steps = office.ask(ListDecisions(script_id=office.script(window).script_id)).items

    assert [(step.kind, step.rule) for step in steps] == [
        ("allocated", "optimal_plan"),
        ("marked", "mark_scheme"),
        ("second_marking_needed", "borderline"),
        ("allocated", "least_loaded_without_conflict"),
        ("marked", "mark_scheme"),
        ("adjudication_needed", "markers_disagree"),
        ("allocated", "least_loaded_without_conflict"),
        ("marked", "mark_scheme"),
        ("decided", "adjudicated"),
    ]
    assert [step.position for step in steps] == list(range(1, 10))
    facts = [json.loads(step.facts) for step in steps]
    assert all(one["paper"] == "case-1/1" for one in facts)
    assert all(one["batch"] == "npq-headship/2026b/1" for one in facts)
    assert len(facts[0]["seed"].split("/")[0]) == 64
    assert (facts[1]["score"], facts[4]["score"]) == (66, 58)
    assert UUID(facts[1]["staff_id"])
