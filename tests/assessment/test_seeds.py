"""A seed cannot be told from a script by anything that its marker sees or does."""

import pytest
from assessment_office import marks_of

from headship_contracts.assessment.allocation import ClaimScript, RenewLease, ReturnScript
from headship_contracts.assessment.events import ScriptAllocated
from headship_contracts.assessment.marking import (
    Adjudicate,
    CriterionMark,
    GetScript,
    MarkingQueue,
    MarkScript,
    SaveDraft,
)
from headship_contracts.assessment.standardisation import AddReferenceScript
from headship_contracts.errors import Refused


@pytest.fixture
def seeded(office):
    """A paper with one seed, and a window of three scripts with one marker."""
    paper = office.paper()
    agreed = {"marks": marks_of(80), "reason": "agreed"}
    office.ask(
        AddReferenceScript(paper_id=paper.paper_id, purpose="seed", text="Seed here.", **agreed)
    )
    window = office.window(paper)
    applications = [office.ready() for _ in range(3)]
    (marker,) = office.assessors(1)
    office.open(window)
    for number, application in enumerate(applications):
        office.submit_here(application, window, f"Script number {number} is here.")
    office.close(window)
    return window, marker


def queue(office, marker):
    return office.ask(MarkingQueue(staff_id=marker, limit=100)).items


def shown(office, marker, item):
    return office.ask(GetScript(allocation_id=item.allocation_id, staff_id=marker))


def seed_and_script(office, marker):
    items = sorted(queue(office, marker), key=lambda one: "Seed" in shown(office, marker, one).text)
    return items[-1], items[0]


def draft_of(item, marker, fence):
    marks = [CriterionMark(criterion="A", mark=12, comment="a long thought")]
    about = {"allocation_id": item.allocation_id, "staff_id": marker, "fence": fence}
    return SaveDraft(marks=marks, holistic=None, reason=None, **about)


def test_a_draft_of_a_seed_is_kept_and_shown_again(office, seeded):
    window, marker = seeded
    assert office.prepare(window, seed_percent=10).seeds == 1
    before = {one.started for one in queue(office, marker)}
    seed, script = seed_and_script(office, marker)

    told = [office.ask(draft_of(one, marker, 1)) for one in (seed, script)]

    assert before == {False}
    assert {one.started for one in told} == {True}
    for one in (seed, script):
        again = shown(office, marker, one)
        assert ([mark.comment for mark in again.draft], again.fence) == (["a long thought"], 1)


def test_a_seeds_ids_are_as_different_as_a_scripts(office, seeded):
    window, marker = seeded
    office.prepare(window, seed_percent=10)
    seed, _ = seed_and_script(office, marker)

    assert all(one.allocation_id != one.script_id for one in queue(office, marker))
    told = {one.allocation_id: one.script_id for one in office.told(ScriptAllocated)}
    assert told[seed.allocation_id] == seed.script_id == shown(office, marker, seed).script_id
    assert len(told) == 4


def test_a_seed_that_was_claimed_has_a_lease_like_a_script(office, seeded):
    window, marker = seeded
    office.prepare(window, pull=True, seed_percent=10)
    office.ask(ClaimScript(window_id=window.window_id, staff_id=marker, seconds=600))

    seed, script = seed_and_script(office, marker)

    assert (seed.lease_until, seed.fence) == (script.lease_until, script.fence)
    assert seed.started
    assert script.started
    given = {"marks": marks_of(80), "holistic": "pass", "staff_id": marker}
    for one in (seed, script):
        about = {"allocation_id": one.allocation_id, "staff_id": marker, "fence": one.fence}
        with pytest.raises(Refused, match="fence_missing"):
            office.ask(MarkScript(allocation_id=one.allocation_id, **given))
        with pytest.raises(Refused, match="nothing_to_adjudicate"):
            office.ask(Adjudicate(allocation_id=one.allocation_id, reason="mine", **given))
        renewed = office.ask(RenewLease(seconds=3_000, **about))
        assert renewed.lease_until > one.lease_until
        assert (renewed.script_id, renewed.number) == (one.script_id, one.number)
        office.ask(ReturnScript(**about))
    assert queue(office, marker) == []
