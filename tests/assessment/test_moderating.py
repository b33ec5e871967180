"""Moderation of a window: drawn, marked again blind, and judged by what comes out."""

import json

import pytest
from assessment_office import marks_of

from assessment.domain.moderation import draw_by_risk
from assessment.domain.sampling import commitment_to
from assessment.models import Moderation
from headship_contracts.assessment.assessors import ListAssessors
from headship_contracts.assessment.circumstances import (
    DecideCircumstances,
    FileCircumstances,
    WithdrawCircumstances,
)
from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.assessment.marking import Adjudicate, MarkingQueue, MarkScript
from headship_contracts.assessment.moderation import ListModerations, OpenModeration, ProveDraw
from headship_contracts.assessment.results import RatifyResults
from headship_contracts.errors import Refused
from kit.identity import Caller


def decided(office, scripts, total=85):
    """A window of one marker whose scripts are decided by one mark each, and two moderators."""
    window = office.marking(scripts, assessors=1)
    office.assessors(1, "moderator")
    office.assessors(2)  # to mark again what is looked at anyway
    for number in range(1, scripts + 1):
        office.mark(window, number, total + number % 9)
    return window


def open_it(office, window):
    return office.ask(OpenModeration(window_id=window.window_id, nonce="published"))


def standing(office, window):
    (told,) = office.ask(ListModerations(window_id=window.window_id)).items
    return told


def mark_drawn(office, window, total):
    """Whoever has a script in second marking gives it these marks; how many there were."""
    waiting = [
        one for one in office.scripts(window) if one.state == "second_marking" and one.waits_for
    ]
    for script in waiting:
        mark_one(office, script, total)
    return len(waiting)


def mark_one(office, script, total):
    staff_id, item = office.waiting(script)
    office.ask(
        MarkScript(
            allocation_id=item.allocation_id,
            staff_id=staff_id,
            marks=marks_of(total),
            holistic="pass" if total >= 60 else "fail",
        )
    )


def test_ten_are_drawn_then_ten_more_until_all_are_checked(office):
    window = decided(office, 25)

    opened = open_it(office, window)

    assert (opened.markers, opened.drawn, opened.mandatory) == (1, 10, 5)
    told = standing(office, window)
    assert (told.population, told.checked, told.state) == (20, 0, "sampling")
    assert mark_drawn(office, window, 92) == 10 + 2 + 3
    assert standing(office, window).drawn == 20
    assert mark_drawn(office, window, 92) == 10
    told = standing(office, window)
    assert (told.state, told.rule, told.checked, told.errors) == ("complete", "all_checked", 20, 0)
    assert told.bound == "0.0000"


def test_nothing_is_ratified_before_moderation_is_over(office):
    window = decided(office, 14)
    open_it(office, window)

    marker = standing(office, window).staff_id
    under_way = rf"scripts_open: .*; moderation is under way: of marker {marker} \(sampling\)"
    with pytest.raises(Refused, match=under_way):
        office.ask(RatifyResults(window_id=window.window_id))


def test_two_errors_in_ten_have_all_marked_again_and_stop_the_marker(office):
    window = decided(office, 30)
    (moderators_before,) = {s.waits_for for s in office.scripts(window)}
    open_it(office, window)
    drawn = [
        script
        for script in office.scripts(window)
        if script.second_marking_reasons[-1:] == ["moderation"]
    ]
    for position, script in enumerate(drawn):
        mark_one(office, script, 40 if position < 2 else 90)
    assert moderators_before is None
    disputed = [one for one in office.scripts(window) if one.state == "adjudication"]
    assert len(disputed) == 2
    for script in disputed:
        staff_id, item = office.waiting(script)
        assert item.kind == "adjudication"

        office.ask(
            Adjudicate(
                allocation_id=item.allocation_id,
                staff_id=staff_id,
                marks=marks_of(40),
                holistic="fail",
                reason="The plan does not follow from the evidence.",
            )
        )

    told = standing(office, window)
    assert (told.state, told.rule, told.errors) == ("escalated", "over_10_percent_likely", 2)
    again = [
        one
        for one in office.scripts(window)
        if one.second_marking_reasons[-1:] == ["moderation_escalated"]
    ]
    assert len(again) == told.population - 10
    with pytest.raises(Refused, match="scripts_open: 20 of 30"):
        office.release(window)
    stopped = [one for one in office.ask(ListAssessors()).items if one.stopped_because]
    assert [one.stopped_because for one in stopped] == ["moderation_escalated"]
    assert mark_drawn(office, window, 90) == len(again) + 2 + 3
    assert {one.state for one in office.scripts(window)} == {"decided"}
    assert office.release(window).released == 30


def test_moderation_goes_on_without_a_drawn_script_that_is_disregarded(office):
    window = decided(office, 14)
    open_it(office, window)
    drawn = next(
        one for one in office.scripts(window) if one.second_marking_reasons == ["moderation"]
    )
    case = office.ask(
        FileCircumstances(
            application_id=drawn.application_id,
            window_id=window.window_id,
            kind="illness",
            statement="I was in hospital.",
        )
    )
    for script in office.scripts(window):
        if script.state == "second_marking" and script.number != drawn.number:
            mark_one(office, script, 92)
    assert standing(office, window).state == "sampling"

    office.ask(
        DecideCircumstances(
            circumstances_id=case.circumstances_id,
            outcome="disregard_attempt",
            reason="The hospital's letter says so.",
        )
    )

    mark_drawn(office, window, 92)
    told = standing(office, window)
    assert (told.state, told.population, told.checked, told.bound) == ("complete", 11, 11, "0.0000")
    assert office.ask(ProveDraw(moderation_id=told.moderation_id)).holds
    assert office.release(window).released == 13


@pytest.mark.parametrize("second_marks", [0, 6, 12])
def test_moderation_goes_on_with_scripts_that_were_held_or_had_circumstances_meanwhile(
    office, second_marks
):
    """They have second markers already, who have marked none, some or all of them."""
    window = decided(office, 25)
    open_it(office, window)
    drawn = [one for one in office.scripts(window) if one.state == "second_marking"]
    others = [one for one in office.scripts(window) if one.state == "decided"]
    for script in others[:6]:
        office.ask(HoldScript(script_id=script.script_id, reason="like another", integrity=True))
        office.ask(LiftHold(script_id=script.script_id, reason="it is not"))
    for script in others[6:]:
        about = {"application_id": script.application_id, "window_id": window.window_id}
        case = office.ask(FileCircumstances(**about, kind="illness", statement="I was ill."))
        office.ask(WithdrawCircumstances(circumstances_id=case.circumstances_id, reason="better"))
    ids = {one.script_id for one in others[: second_marks // 2] + others[6 : 6 + second_marks // 2]}
    for script in office.scripts(window):
        if script.script_id in ids:
            mark_one(office, script, 90)

    for script in office.scripts(window):
        if script.script_id in {one.script_id for one in drawn}:
            mark_one(office, script, 90)
    while mark_drawn(office, window, 90):
        pass

    told = standing(office, window)
    assert (told.state, told.checked, told.errors) == ("complete", 20, 0)
    assert {script.rule for script in office.scripts(window)} == {"markers_agree"}
    assert office.ask(ProveDraw(moderation_id=told.moderation_id)).holds
    assert office.release(window).released == 25


def test_moderators_mark_blind(office):
    window = decided(office, 12)
    open_it(office, window)
    script = next(
        one for one in office.scripts(window) if one.second_marking_reasons == ["moderation"]
    )
    staff_id, item = office.waiting(script)

    shown = office.shown(script)

    assert (item.kind, shown.opinions) == ("marking", [])
    assert "moderation" not in json.dumps([item.dump(), shown.dump()])
    assert len(office.ask(MarkingQueue(staff_id=staff_id, limit=500)).items) > 0


def test_the_draw_is_proven_once_it_is_over(office):
    window = decided(office, 13)
    open_it(office, window)
    moderation_id = standing(office, window).moderation_id
    with pytest.raises(Refused, match="moderation_open"):
        office.ask(ProveDraw(moderation_id=moderation_id))
    mark_drawn(office, window, 92)
    mark_drawn(office, window, 92)

    (assessor,) = office.assessors(1)
    with pytest.raises(Refused, match="not_permitted"):  # it tells what another marker gave
        office.ask(ProveDraw(moderation_id=moderation_id), Caller("staff", str(assessor)))
    proof = office.ask(ProveDraw(moderation_id=moderation_id))

    assert (proof.holds, len(proof.frame)) == (True, 11)
    assert sorted(one.step for one in proof.frame) == [1] * 10 + [2]


def test_nobody_chooses_the_nonce_and_what_was_given_is_part_of_it(office):
    window = decided(office, 2)
    opened = open_it(office, window)
    mark_drawn(office, window, 92)

    proof = office.ask(ProveDraw(moderation_id=standing(office, window).moderation_id))

    drawn, _, given = proof.nonce.partition("-")
    assert (len(drawn), given) == (32, "published")
    assert proof.nonce_sha256 == opened.nonce_sha256 == commitment_to(proof.nonce)


def test_no_draw_is_proven_while_another_markers_goes_on_by_the_same_nonce(office):
    window = office.marking(2, assessors=2)
    for number in (1, 2):
        office.mark(window, number, 90)
    open_it(office, window)
    first, second = office.ask(ListModerations(window_id=window.window_id)).items
    with office.db.transaction() as tx:
        tx.get_one(Moderation, second.moderation_id).state = "sampling"
    assert first.state != "sampling"

    with pytest.raises(Refused, match="moderation_open"):
        office.ask(ProveDraw(moderation_id=first.moderation_id))


def test_some_near_the_pass_mark_are_looked_at_anyway_by_a_draw_that_is_proven(office):
    window = decided(office, 17)
    open_it(office, window)
    for _ in range(3):
        mark_drawn(office, window, 92)

    proof = office.ask(ProveDraw(moderation_id=standing(office, window).moderation_id))

    drawn = sorted(one.number for one in proof.by_risk if one.step == 1)
    marks = [(one.number, one.score) for one in proof.by_risk]
    frame = {one.number for one in proof.frame}
    seen = {s.number for s in office.scripts(window) if "drawn_by_risk" in s.second_marking_reasons}
    assert proof.holds
    assert len(marks) == 15
    assert drawn == draw_by_risk(proof.batch, proof.nonce, proof.marker, marks, proof.pass_mark)
    assert set(drawn) == seen == {number for number, _ in marks} - frame


def test_moderation_is_opened_once_by_a_lead_when_all_is_decided(office):
    window = office.marking(2)
    (moderator,) = office.assessors(1, "moderator")
    with pytest.raises(Refused, match="scripts_open"):
        open_it(office, window)
    for number in (1, 2):
        office.mark(window, number, 90)
    ask = OpenModeration(window_id=window.window_id)
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ask, Caller("staff", str(moderator)))
    office.ask(ask)
    with pytest.raises(Refused, match="already_open"):
        office.ask(ask)
