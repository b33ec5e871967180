"""A seed cannot be told from a script by anything that its marker sees or does."""

from datetime import UTC, datetime, time, timedelta

import pytest
from assessment_office import OPERATOR, marks_of
from sqlalchemy import select

from assessment import marking_pages, reallocating
from assessment.domain import standards
from assessment.domain.allocation.planning import plan
from assessment.models import Allocation, OpenScript, ReferenceMarking
from headship_contracts.assessment.allocation import (
    ClaimScript,
    ReallocateMarker,
    RenewLease,
    ReturnScript,
)
from headship_contracts.assessment.assessors import MakeMarkingLink
from headship_contracts.assessment.events import MarkingOverdue, ScriptAllocated, ScriptWithdrawn
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
from kit import links
from kit.testing import run_timer


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


def claim(office, window, marker):
    return office.ask(ClaimScript(window_id=window.window_id, staff_id=marker, seconds=600))


def claim_all(office, window, marker):
    """All that one marker is given, in order, and which of it is the seed."""
    claimed = [claim(office, window, marker) for _ in range(4)]
    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(office, window, marker)
    seeds = [one for one in claimed if "Seed" in shown(office, marker, one).text]
    return claimed, seeds


def test_the_number_of_a_script_is_as_good_as_that_of_a_seed(office, seeded):
    """One marker has all scripts: no number is left that one of them could have."""
    window, marker = seeded
    office.prepare(window, seed_percent=10)
    seed, _ = seed_and_script(office, marker)

    numbers = {one.number for one in queue(office, marker)}

    told = {script.shown_as for script in office.scripts(window)}
    assert numbers == told | {seed.number}
    assert all(100_000 <= number <= 999_999 for number in numbers)
    assert shown(office, marker, seed).number == seed.number


def test_words_that_do_not_count_are_told_of_a_seed_as_of_a_script(office):
    paper = office.paper()
    text = "Trust comes first.\n\nReferences\n\nA book of trust."
    agreed = {"marks": marks_of(80), "reason": "agreed"}
    office.ask(AddReferenceScript(paper_id=paper.paper_id, purpose="seed", text=text, **agreed))
    window, application = office.window(paper), office.ready()
    (marker,) = office.assessors(1)
    office.open(window)
    office.submit_here(application, window, text)
    office.close(window)
    office.prepare(window)

    told = [shown(office, marker, one) for one in queue(office, marker)]

    assert [(one.words, one.excluded) for one in told] == [(3, 5), (3, 5)]
    links.use(["a secret for tests only, long enough to be taken"])
    token = office.ask(MakeMarkingLink(staff_id=marker)).url.rpartition("/")[2]
    page = marking_pages.show_script(office.db, token, str(told[0].allocation_id))
    assert "5 more do not count" in page.get_data(as_text=True)


def test_a_seed_lies_on_its_own_page_of_a_queue(office, seeded):
    window, marker = seeded
    office.prepare(window, seed_percent=10)
    pages, cursor = [], None
    while cursor is not None or not pages:
        told = office.ask(MarkingQueue(staff_id=marker, limit=1, cursor=cursor))
        pages.append(told.items)
        cursor = told.next_cursor

    assert [len(page) for page in pages] == [1, 1, 1, 1]
    order = [(one.due_on, one.allocation_id) for (one,) in pages]
    assert order == sorted(order)


def test_each_claim_gives_one_script_or_one_seed(office, seeded):
    window, marker = seeded
    office.prepare(window, pull=True, seed_percent=50)

    for number in range(1, 4):
        claimed = claim(office, window, marker)
        lying = queue(office, marker)
        assert len(lying) == number
        assert claimed.allocation_id in {one.allocation_id for one in lying}


def test_no_place_in_the_order_of_claims_tells_a_seed():
    def places(percent, lots):
        had, found = 0, []
        for claimed in range(40):
            while had < standards.seeds_before(claimed, percent, lots.__getitem__):
                found.append(claimed)
                had += 1
        return found

    assert places(10, [3, 12, 9, 7]) == [3, 12, 29, 37]
    assert places(50, [1] * 30) == list(range(1, 40, 2))
    assert places(5, [24, 19]) == [4, 39]


def test_a_seed_that_was_claimed_has_a_lease_like_a_script(office, seeded):
    window, marker = seeded
    office.prepare(window, pull=True, seed_percent=50)
    claimed, (seed,) = claim_all(office, window, marker)
    script = next(one for one in claimed if one is not seed)

    assert {one.allocation_id for one in queue(office, marker) if one.started} == {
        one.allocation_id for one in claimed
    }
    given = {"marks": marks_of(80), "holistic": "pass", "staff_id": marker}
    for one in (seed, script):
        assert one.fence == 1
        about = {"allocation_id": one.allocation_id, "staff_id": marker, "fence": one.fence}
        with pytest.raises(Refused, match="fence_missing"):
            office.ask(MarkScript(allocation_id=one.allocation_id, **given))
        with pytest.raises(Refused, match="nothing_to_adjudicate"):
            office.ask(Adjudicate(allocation_id=one.allocation_id, reason="mine", **given))
        renewed = office.ask(RenewLease(seconds=3_000, **about))
        assert renewed.lease_until > one.lease_until
        assert (renewed.script_id, renewed.number) == (one.script_id, one.number)


def given_back(office, marker, one):
    about = {"allocation_id": one.allocation_id, "staff_id": marker, "fence": one.fence}
    office.ask(ReturnScript(**about))
    with pytest.raises(Refused, match="lease_lost"):
        office.ask(draft_of(one, marker, one.fence))


def lost(office, marker, one):
    """Real time goes on past the end of the lease."""
    with office.db.transaction() as tx:
        for table in (Allocation, ReferenceMarking):
            held = tx.get(table, one.allocation_id)
            if held is not None:
                held.lease_until -= timedelta(days=2)
        for place in tx.scalars(select(OpenScript).where(OpenScript.script_id == one.script_id)):
            place.lease_until -= timedelta(days=2)


@pytest.mark.parametrize("given_up", [given_back, lost])
def test_a_seed_that_was_given_up_comes_again_as_a_script_does(office, seeded, given_up):
    window, marker = seeded
    office.prepare(window, pull=True, seed_percent=50)
    seeds = 0

    for _ in range(3):
        first = claim(office, window, marker)
        seeds += "Seed" in shown(office, marker, first).text
        given_up(office, marker, first)
        again = claim(office, window, marker)
        assert (again.script_id, again.number) == (first.script_id, first.number)
        assert (again.fence, again.allocation_id != first.allocation_id) == (first.fence + 1, True)

    assert seeds == 1
    assert len(queue(office, marker)) == 3
    assert len(office.told(ScriptWithdrawn)) == 3


def test_a_reminder_counts_seeds_as_well(office, seeded):
    window, marker = seeded
    office.prepare(window, seed_percent=10)
    due_on = queue(office, marker)[0].due_on

    run_timer(office.service, "remind_markers", datetime.combine(due_on, time(8), UTC))

    (told,) = office.told(MarkingOverdue)
    assert told.due_soon == len(queue(office, marker)) == 4


def test_who_drops_out_keeps_no_seed(office, seeded):
    window, marker = seeded
    office.assessors(1)
    assert office.prepare(window, seed_percent=10).seeds == 2
    request = ReallocateMarker(window_id=window.window_id, staff_id=marker, reason="is ill")

    reallocating.reallocate_marker(office.db, request, OPERATOR, plan)

    assert queue(office, marker) == []
