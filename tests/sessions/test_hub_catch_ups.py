"""Catch-ups of a hub's people, as the hub sees and decides them."""

import pytest
from as_hub import own_sessions
from training import then

from headship_contracts.enrolment.events import ParticipantTransferred
from headship_contracts.errors import NotFound
from headship_contracts.sessions import hub as asked
from headship_contracts.sessions.attendance import DecideCatchUp, ListCatchUps
from kit.identity import Caller


@pytest.fixture
def ids(training):
    return training.a_running_cohort()


def test_a_hub_reviews_its_own_peoples_catch_ups(training, ids, ours, theirs):
    session = own_sessions(ours)[0]
    training.hold(session, {ids[0]: "absent"})
    training.catch_up(session, ids[0])
    decide = asked.DecideHubCatchUp(
        session_id=session.session_id, application_id=ids[0], approved=True
    )

    assert theirs(asked.ListHubCatchUps()).items == []
    with pytest.raises(NotFound):
        theirs(decide)
    assert [one.application_id for one in ours(asked.ListHubCatchUps()).items] == [ids[0]]
    assert ours(decide).counts
    assert ours(asked.ListHubCatchUps()).items == []


def test_a_hub_is_told_by_whose_part_a_catch_up_was_decided_and_no_name(
    training, ids, ours, theirs
):
    by_hub, by_staff, overtaken = own_sessions(ours)[:3]
    for session in (by_hub, by_staff, overtaken):
        training.hold(session, {ids[0]: "absent"})
        training.catch_up(session, ids[0])
    review = {"application_id": ids[0], "approved": True}
    ours(asked.DecideHubCatchUp(session_id=by_hub.session_id, **review))
    decide = DecideCatchUp(session_id=by_staff.session_id, **review)
    training.call(decide, caller=Caller("staff", "wilma.warden"))

    everything = asked.ListHubCatchUps(pending=False)
    seen = {one.session_id: one.decided_by for one in ours(everything).items}
    assert seen == {
        by_hub.session_id: "hub",
        by_staff.session_id: "provider",
        overtaken.session_id: None,
    }

    training.hears(
        then(training.accepted[ids[0]], ParticipantTransferred, delivery_partner_id=theirs.hub)
    )
    seen = {one.session_id: one.decided_by for one in theirs(everything).items}
    assert seen[by_hub.session_id] == "another_hub"
    provider = training.call(ListCatchUps(pending=False)).items
    assert {one.decided_by for one in provider} >= {"staff:wilma.warden", f"hub:{ours.hub}"}
