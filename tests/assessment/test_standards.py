"""Standardisation before marking, seeds during it, probation, and who is stopped."""

from datetime import timedelta

import pytest
from assessment_office import marks_of

from headship_contracts.assessment.assessors import ListAssessors, SetAssessor, StopAssessor
from headship_contracts.assessment.marking import (
    CriterionMark,
    GetScript,
    MarkingQueue,
    MarkScript,
    PrepareMarking,
)
from headship_contracts.assessment.standardisation import (
    AddReferenceScript,
    GetStandardisation,
    ListChecks,
    RetireReferenceScript,
    StartStandardisation,
)
from headship_contracts.errors import Invalid, Refused
from kit import clock
from kit.identity import Caller


def reference(office, paper_id, purpose="standardisation", total=80, **changes):
    usual = {
        "paper_id": paper_id,
        "purpose": purpose,
        "text": f"A script of {total} marks, agreed by all.",
        "marks": marks_of(total),
        "reason": "Agreed at the standardisation meeting.",
    }
    return office.ask(AddReferenceScript(**usual | changes))


def mark(office, staff_id, allocation_id, total, holistic=None):
    return office.ask(
        MarkScript(
            allocation_id=allocation_id,
            staff_id=staff_id,
            marks=marks_of(total),
            holistic=holistic or ("pass" if total >= 60 else "fail"),
        )
    )


def test_nobody_marks_live_scripts_before_their_standard_is_the_agreed_one(office):
    paper = office.paper()
    for total in (80, 40):
        reference(office, paper.paper_id, total=total)
    window = office.window(paper)
    application = office.ready()
    (staff_id,) = office.assessors(1)
    office.open(window)
    office.submit_here(application, window, "I would begin with trust.")
    office.close(window)

    prepared = office.prepare(window)
    assert [one.reason for one in prepared.reasons] == ["no_marker_without_conflict"]
    about = {"staff_id": staff_id, "paper_id": paper.paper_id}
    begun = office.ask(StartStandardisation(**about))
    assert (begun.passed, len(begun.waiting)) == (False, 2)
    items = office.ask(MarkingQueue(staff_id=staff_id)).items
    assert {item.kind for item in items} == {"standardisation"}
    for item in items:
        shown = office.ask(GetScript(allocation_id=item.allocation_id, staff_id=staff_id))
        mark(office, staff_id, item.allocation_id, 82 if "80" in shown.text else 41)

    now = office.ask(GetStandardisation(**about))
    assert (now.passed, now.right, now.wrong) == (True, 2, 0)
    assert office.prepare(window).unallocated == []


def test_after_a_fail_only_a_lead_begins_another_round(office):
    paper = office.paper()
    reference(office, paper.paper_id)
    (staff_id,) = office.assessors(1)
    about = {"staff_id": staff_id, "paper_id": paper.paper_id}
    (first,) = office.ask(StartStandardisation(**about)).waiting
    mark(office, staff_id, first, 94)

    assert office.ask(StartStandardisation(**about)).waiting == []
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(StartStandardisation(**about, again=True), Caller("staff", str(staff_id)))
    (again,) = office.ask(StartStandardisation(**about, again=True)).waiting
    mark(office, staff_id, again, 78)

    assert office.ask(GetStandardisation(**about)).passed
    told = office.ask(ListChecks(paper_id=paper.paper_id)).items
    assert [(one.score, one.agrees) for one in told] == [(94, False), (78, True)]


def test_a_retired_script_is_asked_of_nobody(office):
    paper = office.paper()
    kept = reference(office, paper.paper_id)
    (staff_id,) = office.assessors(1)
    about = {"staff_id": staff_id, "paper_id": paper.paper_id}
    assert not office.ask(GetStandardisation(**about)).passed

    office.ask(RetireReferenceScript(reference_id=kept.reference_id))

    assert office.ask(GetStandardisation(**about)).passed


def test_definitive_marks_must_fit_the_scheme(office):
    paper = office.paper()

    with pytest.raises(Invalid) as refusal:
        reference(office, paper.paper_id, marks=[CriterionMark(criterion="A", mark=21)])
    assert set(refusal.value.fields) == {"marks.0.mark", "marks"}


def seeded(office, seeds=3):
    """A window of ten scripts for one marker, with three seeds among them."""
    paper = office.paper()
    for number in range(seeds):
        reference(office, paper.paper_id, "seed", total=80 + number, text=f"Seed {number} is here.")
    window = office.window(paper)
    applications = [office.ready() for _ in range(10)]
    (staff_id,) = office.assessors(1)
    office.open(window)
    for number, application in enumerate(applications):
        office.submit_here(application, window, f"Script number {number} is here.")
    office.close(window)
    office.prepare(window, seed_percent=10 * seeds)
    return window, staff_id


def items_of(office, staff_id):
    """(seeds, live ones) of a queue, told apart by their texts."""
    items = office.ask(MarkingQueue(staff_id=staff_id, limit=500)).items
    texts = {
        item.allocation_id: office.ask(
            GetScript(allocation_id=item.allocation_id, staff_id=staff_id)
        ).text
        for item in items
    }
    seeds = [item for item in items if texts[item.allocation_id].startswith("Seed")]
    return seeds, [item for item in items if item not in seeds]


def test_seeds_lie_unrecognised_among_the_scripts(office):
    _, staff_id = seeded(office)

    seeds, live = items_of(office, staff_id)

    assert (len(seeds), len(live)) == (3, 10)
    assert {item.kind for item in seeds} == {item.kind for item in live}
    numbers = [item.number for item in [*seeds, *live]]
    assert len(set(numbers)) == len(numbers)
    receipt = mark(office, staff_id, seeds[0].allocation_id, 80)
    assert (receipt.score, receipt.indicative) == (80, "pass")


def test_two_seeds_of_three_judged_otherwise_stop_a_marker(office):
    _, staff_id = seeded(office)
    seeds, live = items_of(office, staff_id)

    mark(office, staff_id, seeds[0].allocation_id, 80)
    mark(office, staff_id, seeds[1].allocation_id, 50)
    mark(office, staff_id, live[0].allocation_id, 90)
    mark(office, staff_id, seeds[2].allocation_id, 55)

    with pytest.raises(Refused, match="stopped"):
        mark(office, staff_id, live[1].allocation_id, 90)
    (told,) = office.ask(ListAssessors()).items
    assert told.stopped_because == "seeds_marked_otherwise"
    office.limit(probation_scripts=2)
    resumed = office.ask(SetAssessor(staff_id=staff_id, resume=True))
    assert (resumed.stopped_because, resumed.probation_left) == (None, 2)
    mark(office, staff_id, live[1].allocation_id, 90)


def test_who_resumes_is_judged_by_what_they_mark_from_then_on(office):
    _, staff_id = seeded(office, seeds=5)
    seeds, live = items_of(office, staff_id)
    for seed in seeds[:2]:
        mark(office, staff_id, seed.allocation_id, 50)
    office.ask(SetAssessor(staff_id=staff_id, resume=True))
    clock.set_simulated(clock.now() + timedelta(minutes=1))

    mark(office, staff_id, seeds[2].allocation_id, 82)
    mark(office, staff_id, live[0].allocation_id, 90)
    mark(office, staff_id, seeds[3].allocation_id, 50)
    mark(office, staff_id, live[1].allocation_id, 90)
    mark(office, staff_id, seeds[4].allocation_id, 50)

    with pytest.raises(Refused, match="stopped"):
        mark(office, staff_id, live[2].allocation_id, 90)


def test_a_new_markers_first_scripts_are_marked_twice(office):
    office.limit(probation_scripts=2)
    window = office.marking(3, assessors=1)

    for number in (1, 2, 3):
        office.mark(window, number, 90)

    reasons = [script.second_marking_reasons for script in office.scripts(window)]
    assert reasons == [["probation"], ["probation"], []]


def test_a_lead_stops_a_marker(office):
    window = office.marking(1, assessors=1)
    staff_id, item = office.waiting(office.script(window))
    office.ask(StopAssessor(staff_id=staff_id, reason="is ill"))

    with pytest.raises(Refused, match="stopped"):
        mark(office, staff_id, item.allocation_id, 90)
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(
            StopAssessor(staff_id=staff_id, reason="revenge"), Caller("staff", str(staff_id))
        )


def test_marking_is_planned_beside_the_service(office):
    """Through the call itself, in a child process, as in production."""
    window = office.window()
    applications = [office.ready() for _ in range(3)]
    office.assessors(3)
    office.open(window)
    for number, application in enumerate(applications):
        office.submit_here(application, window, f"Script number {number} is here.")
    office.close(window)

    prepared = office.ask(PrepareMarking(window_id=window.window_id, markers_per_script=2))

    assert (prepared.allocated, prepared.gap, prepared.connected) == (3, "0.000000", True)
