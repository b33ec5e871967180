"""Who changes hubs keeps group and seats until a new place was proposed and confirmed."""

from dataclasses import replace
from uuid import uuid4

import pytest
from training import then

from headship_contracts.enrolment.events import ParticipantTransferred, ParticipantWithdrawn
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.groups import SetAvailability
from headship_contracts.sessions.transfers import (
    DecidePlaceProposal,
    ListPlaceProposals,
    ProposePlace,
)
from kit import clock


@pytest.fixture
def new_hub(training):
    return uuid4()


@pytest.fixture
def moved(training, new_hub):
    """Someone in a group at the old hub, who is then transferred; the new one has two groups."""
    training.publish()
    training.offer()
    events = training.accept(6)
    training.form()
    training.offer(hub=new_hub)
    training.accept(6, hub=new_hub, slots=["tue-16:00"])
    training.accept(5, hub=new_hub, slots=["thu-16:00"])
    training.form()
    training.schedule()
    event = events[0]
    training.hears(then(event, ParticipantTransferred, delivery_partner_id=new_hub), times=2)
    return event


def propose(training):
    training.timer("propose_places", clock.now())


def proposals(training, **told):
    return training.call(ListPlaceProposals(**told)).items


def hubs_of(training, application_id):
    return {s.delivery_partner_id for s in training.sessions(application_id=application_id)}


def decide(training, proposal, confirmed=True):
    return training.call(DecidePlaceProposal(proposal_id=proposal.proposal_id, confirmed=confirmed))


def group_in(training, hub, slot):
    (group,) = [g for g in training.groups(delivery_partner_id=hub) if g.slot == slot]
    return group


def test_a_transfer_changes_nothing_until_the_proposed_place_is_confirmed(training, moved, new_hub):
    propose(training)
    propose(training)
    training.form()
    training.schedule()
    (proposal,) = proposals(training)
    before = hubs_of(training, moved.application_id)

    decided = decide(training, proposal)

    assert (proposal.state, proposal.slot) == ("open", "tue-16:00")  # the one they prefer
    assert before == {None, training.hub}
    assert hubs_of(training, moved.application_id) == {None, new_hub}
    assert moved.application_id in training.members(proposal.group_id)
    assert (decided.state, decided.decided_by) == ("confirmed", "staff:tester")
    assert proposals(training) == []


def test_a_policy_confirms_at_once(training, moved, new_hub):
    training.service.settings = replace(training.service.settings, transfer_policy="policy")

    propose(training)

    assert hubs_of(training, moved.application_id) == {None, new_hub}
    assert [one.decided_by for one in proposals(training, state="confirmed")] == ["policy"]


def test_a_declined_place_leaves_all_as_it_was_and_the_team_names_another(training, moved, new_hub):
    propose(training)
    decide(training, proposals(training)[0], confirmed=False)
    propose(training)
    none_by_itself = proposals(training)
    other = group_in(training, new_hub, "thu-16:00")

    proposal = training.call(
        ProposePlace(application_id=moved.application_id, group_id=other.group_id)
    )
    decide(training, proposal)

    assert none_by_itself == []
    assert moved.application_id in training.members(other.group_id)


def test_without_a_place_the_reason_is_told_until_there_is_one(training, moved, new_hub):
    training.call(SetAvailability(application_id=moved.application_id, slots=["mon-09:00"]))
    propose(training)
    (without,) = proposals(training)
    with pytest.raises(Refused, match="no_place_proposed"):
        decide(training, without)

    training.call(SetAvailability(application_id=moved.application_id, slots=["thu-16:00"]))
    propose(training)

    (found,) = proposals(training)
    assert (without.group_id, without.reason) == (None, "does_not_fit")
    assert found.slot == "thu-16:00"


def test_a_place_that_is_gone_by_the_time_it_is_confirmed_is_refused(training, moved, new_hub):
    propose(training)
    (proposal,) = proposals(training)
    training.accept(2, hub=new_hub, slots=["tue-16:00"])
    training.form()

    with pytest.raises(Refused, match="group_full"):
        decide(training, proposal)

    assert hubs_of(training, moved.application_id) == {None, training.hub}


@pytest.mark.parametrize("what", ["withdraws", "goes back", "goes on"])
def test_a_proposal_is_void_once_it_is_no_longer_needed(training, moved, new_hub, what):
    propose(training)
    (proposal,) = proposals(training)
    now = then(moved, ParticipantTransferred, delivery_partner_id=new_hub)
    if what == "withdraws":
        training.hears(then(now, ParticipantWithdrawn))
    elif what == "goes back":
        training.hears(then(now, ParticipantTransferred, delivery_partner_id=training.hub))
    else:
        training.hears(then(now, ParticipantTransferred, delivery_partner_id=uuid4()))

    assert proposals(training) == []
    with pytest.raises(Refused, match="proposal_decided"):
        decide(training, proposal)


def test_what_cannot_be_proposed_is_refused(training, moved, new_hub):
    (stranger,) = training.accept(1, slots=[])
    old = training.groups(delivery_partner_id=training.hub)[0]

    with pytest.raises(Refused, match="nothing_to_propose"):
        training.call(ProposePlace(application_id=stranger.application_id))
    with pytest.raises(Invalid):
        training.call(ProposePlace(application_id=moved.application_id, group_id=old.group_id))
    with pytest.raises(NotFound):
        training.call(DecidePlaceProposal(proposal_id=uuid4(), confirmed=True))


def test_no_group_is_proposed_whose_coach_does_not_provide_what_they_need(training, moved):
    needs = SetAvailability(
        application_id=moved.application_id, slots=["thu-16:00"], needs=["captions"]
    )
    training.call(needs)

    propose(training)

    (told,) = proposals(training)
    assert (told.group_id, told.reason) == (None, "does_not_fit")
