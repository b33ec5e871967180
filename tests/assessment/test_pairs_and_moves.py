"""Two markers from the start, why each was chosen, who drops out, and how it will end."""

from datetime import timedelta

import pytest
from assessment_office import marks_of, staff

from assessment import reallocating
from assessment.domain.allocation.planning import plan
from headship_contracts.assessment.allocation import (
    ExplainAllocation,
    ForecastMarking,
    GetMarkerGraph,
    ReallocateMarker,
)
from headship_contracts.assessment.assessors import (
    DeclareConflict,
    ListConflicts,
    SetAssessor,
    WithdrawConflict,
)
from headship_contracts.assessment.events import MarkingOverdue, ScriptWithdrawn
from headship_contracts.assessment.holds import HoldScript
from headship_contracts.assessment.marking import (
    GetScript,
    MarkingQueue,
    MarkScript,
    ReallocateScript,
)
from headship_contracts.errors import Invalid, Refused
from kit.identity import Caller
from kit.testing import run_timer

OPERATOR = Caller("operator", "tester")


def in_pairs(office, scripts, assessors=3):
    window = office.window()
    applications = [office.ready() for _ in range(scripts)]
    members = office.assessors(assessors)
    office.assessors(1, "moderator")
    office.open(window)
    for number, application in enumerate(applications):
        office.submit_here(application, window, f"Script number {number} is here.")
    office.close(window)
    office.prepare(window, markers_per_script=2)
    return window, members


def queue(office, staff_id):
    return office.ask(MarkingQueue(staff_id=staff_id, limit=500)).items


def mark_all(office, members, total=80):
    for staff_id in members:
        for item in queue(office, staff_id):
            office.ask(
                MarkScript(
                    allocation_id=item.allocation_id,
                    staff_id=staff_id,
                    marks=marks_of(total),
                    holistic="pass" if total >= 60 else "fail",
                )
            )


def test_pairs_mark_side_by_side_in_any_order(office):
    window, members = in_pairs(office, 6)
    assert sorted(len(queue(office, one)) for one in members) == [4, 4, 4]

    mark_all(office, reversed(members))

    told = {(script.state, script.rule) for script in office.scripts(window)}
    assert told == {("decided", "markers_agree")}


def test_the_markers_of_pairs_are_linked(office):
    window, _ = in_pairs(office, 6, assessors=4)

    graph = office.ask(GetMarkerGraph(window_id=window.window_id))

    assert (graph.markers, graph.shared_scripts, graph.connected) == (4, 6, True)


def test_a_lead_learns_why_this_marker(office):
    window, members = in_pairs(office, 3, assessors=3)
    (moderator,) = office.assessors(1, "moderator")
    staff_id, item = office.waiting(office.script(window))
    ask = ExplainAllocation(allocation_id=item.allocation_id)

    told = office.ask(ask)

    assert (told.rule, told.gap, told.staff_id) == ("optimal_plan", "0.000000", staff_id)
    assert {one.staff_id for one in told.others} == set(members) - {staff_id}
    assert all(one.excluded is None and one.cost is not None for one in told.others)
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ask, Caller("staff", str(moderator)))


def test_who_was_excluded_and_why_is_told(office):
    window = office.window()
    application = office.ready()
    keen, near, other = office.assessors(3)
    office.ask(SetAssessor(staff_id=keen, trained_for=["npq-senco"]))
    for key, kind in ((str(application.application_id), "application"),):
        office.ask(DeclareConflict(staff_id=near, kind=kind, key=key, reason="a friend"))
    office.open(window)
    office.submit_here(application, window, "I would begin with trust.")
    office.close(window)
    office.prepare(window)

    staff_id, item = office.waiting(office.script(window))
    told = office.ask(ExplainAllocation(allocation_id=item.allocation_id))

    assert staff_id == other
    assert {one.staff_id: one.excluded for one in told.others} == {
        keen: "not_trained",
        near: "declared",
    }


def test_a_second_marker_found_later_is_explained_too(office):
    window = office.marking(1)
    office.mark(window, 1, 40)
    _, item = office.waiting(office.script(window))

    told = office.ask(ExplainAllocation(allocation_id=item.allocation_id))

    assert told.rule == "least_loaded_without_conflict"
    reasons = [one.excluded for one in told.others]
    assert (reasons.count("marked_before"), reasons.count(None)) == (1, 2)


def drop_out(office, window, staff_id):
    request = ReallocateMarker(window_id=window.window_id, staff_id=staff_id, reason="is ill")
    return reallocating.reallocate_marker(office.db, request, OPERATOR, plan)


def test_who_drops_out_keeps_what_is_begun_and_nobody_else_loses_any(office):
    window = office.marking(12, assessors=4)
    before = {script.script_id: script.waits_for for script in office.scripts(window)}
    staff_id = office.script(window).waits_for
    mine = queue(office, staff_id)
    office.ask(GetScript(allocation_id=mine[0].allocation_id, staff_id=staff_id))

    told = drop_out(office, window, staff_id)

    after = {script.script_id: script.waits_for for script in office.scripts(window)}
    assert (told.moved, told.kept_started, told.unallocated) == (2, 1, [])
    assert {s for s in before if before[s] != after[s]} == {item.script_id for item in mine[1:]}
    assert [one.allocation_id for one in queue(office, staff_id)] == [mine[0].allocation_id]
    assert {told.reason for told in office.told(ScriptWithdrawn)} == {"marker_drops_out"}


def test_what_lies_with_who_has_left_is_told_and_goes_to_others(office):
    window = office.marking(4, assessors=2)
    staff_id = office.script(window).waits_for
    office.tell(staff(staff_id=staff_id, active=False))

    told = office.ask(ForecastMarking(window_id=window.window_id))
    assert {one.staff_id for one in told.markers if one.left} == {staff_id}
    assert told.late
    assert drop_out(office, window, staff_id).moved == 2

    assert staff_id not in {script.waits_for for script in office.scripts(window)}
    assert not office.ask(ForecastMarking(window_id=window.window_id)).late


def test_what_nobody_can_take_over_is_named(office):
    window = office.marking(2, assessors=1)
    staff_id = office.script(window).waits_for

    told = drop_out(office, window, staff_id)

    assert (told.moved, len(told.unallocated)) == (0, 2)


def test_one_that_is_begun_moves_only_if_asked_for(office):
    window = office.marking(1, assessors=2)
    former, item = office.waiting(office.script(window))
    office.ask(GetScript(allocation_id=item.allocation_id, staff_id=former))

    with pytest.raises(Refused, match="already_started"):
        office.ask(ReallocateScript(allocation_id=item.allocation_id, reason="is ill"))
    office.ask(
        ReallocateScript(allocation_id=item.allocation_id, reason="is ill", even_started=True)
    )

    assert office.script(window).waits_for not in (None, former)


def test_a_script_whose_integrity_is_in_doubt_is_marked_by_two(office):
    window = office.marking(2)
    office.mark(window, 1, 90)
    for script in office.scripts(window):
        office.ask(HoldScript(script_id=script.script_id, reason="like another", integrity=True))
    office.mark(window, 2, 90)

    told = [(script.state, script.second_marking_reasons) for script in office.scripts(window)]
    assert told == [("second_marking", ["integrity"])] * 2


def test_conflicts_are_declared_by_oneself_and_withdrawn(office):
    one, other = office.assessors(2)
    mine = {"staff_id": one, "kind": "school", "key": "100001", "reason": "governor there"}

    declared = office.ask(DeclareConflict(**mine), Caller("staff", str(one)))
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(DeclareConflict(**mine), Caller("staff", str(other)))
    with pytest.raises(Invalid) as refusal:
        office.ask(DeclareConflict(**mine | {"kind": "participant"}))
    assert list(refusal.value.fields) == ["key"]
    office.ask(WithdrawConflict(conflict_id=declared.conflict_id))

    (told,) = office.ask(ListConflicts(staff_id=one)).items
    assert told.withdrawn_at is not None


def test_the_forecast_tells_the_pace_and_who_will_be_late(office):
    window = office.marking(10, assessors=1, marking_days=7)
    staff_id = office.script(window).waits_for
    for number in (1, 2):
        office.mark(window, number, 90)
    office.at(window.closes_at + timedelta(days=4))

    told = office.ask(ForecastMarking(window_id=window.window_id))

    (marker,) = told.markers
    assert (told.decided, told.open, told.expected_seconds, told.room) == (2, 8, 0, None)
    assert (marker.staff_id, marker.marked, marker.waiting, marker.late) == (staff_id, 2, 8, True)
    assert told.late
    office.ask(SetAssessor(staff_id=staff_id, capacity=10))
    office.mark(window, 3, 40)
    again = office.ask(ForecastMarking(window_id=window.window_id))
    assert (again.room, again.short_of) == (0, again.expected_seconds)


def test_markers_are_reminded_before_and_after_the_due_date(office):
    window = office.marking(2, assessors=1, marking_days=7)
    began = window.closes_at + timedelta(hours=9)

    for days in range(12):
        run_timer(office.service, "remind_markers", began + timedelta(days=days))

    told = [
        (one.due_soon, one.overdue, (one.on - one.due_on).days)
        for one in office.told(MarkingOverdue)
    ]
    assert told == [(2, 0, -3), (2, 0, -1), (2, 0, 0), (0, 2, 1), (0, 2, 3)]
