"""Markers claim from the pile: nobody twice, nobody in conflict, and a lost claim saves nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from assessment_office import marks_of, staff
from sqlalchemy import update
from test_side_by_side import at_once

from assessment.models import Allocation, OpenScript
from headship_contracts.assessment.allocation import ClaimScript, RenewLease, ReturnScript
from headship_contracts.assessment.assessors import DeclareConflict, SetAssessor
from headship_contracts.assessment.events import ScriptWithdrawn
from headship_contracts.assessment.marking import Adjudicate, GetScript, MarkScript, SaveDraft
from headship_contracts.errors import NotFound, Refused
from kit.identity import Caller


def pile(office, scripts, assessors=2, author=(), **how):
    """A window whose scripts lie on the pile, and its assessors."""
    window = office.window(office.paper(**how.pop("paper", {})))
    applications = [office.ready(**dict(author)) for _ in range(scripts)]
    members = office.assessors(assessors)
    office.open(window)
    for number, application in enumerate(applications):
        office.submit_here(application, window, f"Script number {number} is here.")
    office.close(window)
    office.prepare(window, pull=True, **how)
    return window, members


def claim(office, window, staff_id, **more):
    return office.ask(ClaimScript(window_id=window.window_id, staff_id=staff_id, **more))


def save(office, claimed, staff_id, total=80, **changes):
    usual = {
        "allocation_id": claimed.allocation_id,
        "staff_id": staff_id,
        "marks": marks_of(total),
        "holistic": "pass" if total >= 60 else "fail",
        "fence": claimed.fence,
    }
    return office.ask(MarkScript(**usual | changes))


def run_out(office, claimed):
    """Real time goes on past the end of the lease."""
    with office.db.transaction() as tx:
        held = tx.get(Allocation, claimed.allocation_id)
        past = held.lease_until - timedelta(days=2)
        held.lease_until = past
        tx.execute(
            update(OpenScript)
            .where(OpenScript.script_id == held.script_id, OpenScript.role == held.role)
            .values(lease_until=past)
        )


def test_each_script_is_claimed_once(office):
    window, (one, other) = pile(office, 6)

    claimed = at_once(*[lambda who=who: claim(office, window, who) for who in (one, other) * 4])

    got = [each.script_id for each in claimed if not isinstance(each, Exception)]
    assert sorted(got) == sorted(script.script_id for script in office.scripts(window))
    assert [str(each.code) for each in claimed if isinstance(each, Exception)] == [
        "nothing_to_claim"
    ] * 2


def test_a_claimed_script_is_marked_with_its_fence(office):
    window, (one, _) = pile(office, 1)
    claimed = claim(office, window, one)

    with pytest.raises(Refused, match="fence_missing"):
        save(office, claimed, one, fence=None)
    with pytest.raises(Refused, match="lease_lost"):
        save(office, claimed, one, fence=claimed.fence + 1)
    save(office, claimed, one)

    assert office.script(window).state == "decided"
    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(office, window, one)


def test_a_lost_lease_saves_nothing_and_the_script_goes_to_another(office):
    window, (one, other) = pile(office, 1)
    lost = claim(office, window, one)
    run_out(office, lost)

    with pytest.raises(Refused, match="lease_lost"):
        save(office, lost, one)
    taken = claim(office, window, other)
    with pytest.raises(Refused, match="lease_lost"):
        save(office, lost, one)
    with pytest.raises(Refused, match="lease_lost"):
        office.ask(GetScript(allocation_id=lost.allocation_id, staff_id=one))
    save(office, taken, other, 90)

    assert taken.fence > lost.fence
    assert office.script(window).score == 90
    assert [told.reason for told in office.told(ScriptWithdrawn)] == ["lease_lost"]


def test_who_lost_a_claim_may_claim_again(office):
    window, (one, _) = pile(office, 1)
    run_out(office, claim(office, window, one))

    again = claim(office, window, one)

    assert again.fence == 2
    save(office, again, one)


def test_a_lease_is_renewed_and_a_script_given_back(office):
    window, (one, other) = pile(office, 1)
    claimed = claim(office, window, one, seconds=60)

    renewed = office.ask(
        RenewLease(
            allocation_id=claimed.allocation_id, staff_id=one, fence=claimed.fence, seconds=3600
        )
    )
    assert renewed.lease_until > claimed.lease_until + timedelta(minutes=50)
    office.ask(ReturnScript(allocation_id=claimed.allocation_id, staff_id=one, fence=claimed.fence))
    with pytest.raises(Refused, match="lease_lost"):
        save(office, claimed, one)
    assert claim(office, window, other).script_id == claimed.script_id


def test_a_draft_is_kept_for_its_marker_and_may_be_incomplete(office):
    window, (one, _) = pile(office, 1)
    claimed = claim(office, window, one)

    office.ask(
        SaveDraft(
            allocation_id=claimed.allocation_id,
            staff_id=one,
            marks=marks_of(80)[:1],
            fence=claimed.fence,
        )
    )

    shown = office.ask(GetScript(allocation_id=claimed.allocation_id, staff_id=one))
    assert ([mark.criterion for mark in shown.draft], shown.draft_holistic) == (["A"], None)
    assert (shown.fence, shown.lease_until) == (claimed.fence, claimed.lease_until)


def test_a_second_marking_comes_back_to_the_pile_for_another(office):
    window, (one, other) = pile(office, 1)
    save(office, claim(office, window, one), one, 40)

    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(office, window, one)
    second = claim(office, window, other)
    assert second.kind == "marking"
    save(office, second, other, 42)

    assert office.script(window).rule == "markers_agree"


def test_an_adjudication_is_claimed_by_a_moderator_alone(office):
    window, (one, other) = pile(office, 1)
    (moderator,) = office.assessors(1, "moderator")
    (third,) = office.assessors(1)
    save(office, claim(office, window, one), one, 66)
    save(office, claim(office, window, other), other, 58)

    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(office, window, third)
    claimed = claim(office, window, moderator)

    assert claimed.kind == "adjudication"
    office.ask(
        Adjudicate(
            allocation_id=claimed.allocation_id,
            staff_id=moderator,
            marks=marks_of(61),
            holistic="pass",
            reason="The evidence is there.",
            fence=claimed.fence,
        )
    )
    assert office.script(window).rule == "adjudicated"


HUB = uuid4()


@pytest.mark.parametrize(
    ("author", "marker"),
    [
        ({"school_urn": "100001"}, {"school_urn": "100001"}),
        ({"trust_id": "T1"}, {"trust_id": "T1"}),
        ({"delivery_partner_id": HUB}, {"delivery_partner_id": HUB}),
    ],
)
def test_nobody_claims_a_script_they_have_a_conflict_with(office, author, marker):
    window, _ = pile(office, 1, assessors=0, author=author)
    near, far = staff("assessor", **marker), staff("assessor", school_urn="200002")
    office.tell(near, far)

    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(office, window, near.staff_id)
    assert claim(office, window, far.staff_id).script_id == office.script(window).script_id


def test_a_declared_conflict_is_kept_off_the_pile(office):
    window, (one, other) = pile(office, 1)
    script = office.script(window)
    office.ask(
        DeclareConflict(
            staff_id=one,
            kind="application",
            key=str(script.application_id),
            reason="a neighbour",
        )
    )

    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(office, window, one)
    assert claim(office, window, other).script_id == script.script_id


def test_nobody_claims_more_than_they_take_or_for_another(office):
    window, (one, other) = pile(office, 3)
    office.ask(SetAssessor(staff_id=one, capacity=1))
    claim(office, window, one)

    with pytest.raises(Refused, match="no_room"):
        claim(office, window, one)
    with pytest.raises(NotFound, match="staff_not_found"):
        office.ask(
            ClaimScript(window_id=window.window_id, staff_id=other),
            caller=Caller("staff", str(one)),
        )
    office.ask(SetAssessor(staff_id=other, trained_for=["npq-senco"]))
    with pytest.raises(Refused, match="not_trained"):
        claim(office, window, other)


def test_who_claims_several_times_at_once_gets_no_more_than_they_take(office):
    window, (one,) = pile(office, 4, assessors=1)
    office.ask(SetAssessor(staff_id=one, capacity=1))

    outcomes = at_once(*[lambda: claim(office, window, one)] * 4)

    refused = [outcome.code for outcome in outcomes if isinstance(outcome, Refused)]
    assert refused == ["no_room"] * 3


def test_who_claims_twice_at_once_is_not_both_markers_of_a_script(office):
    window, (one, _) = pile(office, 1, markers_per_script=2)

    outcomes = at_once(*[lambda: claim(office, window, one)] * 4)

    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 3


def test_a_window_whose_scripts_are_allocated_has_nothing_to_claim(office):
    window = office.marking(1)

    with pytest.raises(Refused, match="nothing_to_claim"):
        claim(office, window, office.script(window).waits_for)
