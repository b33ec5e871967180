"""People of a hub that can form no group are in another one's, from the start or planned anew."""

from uuid import uuid4

from training import SLOTS, a_hub, replan

from headship_contracts.sessions.events import ParticipantUngrouped


def test_people_of_a_hub_too_small_join_the_nearest_and_are_not_moved_again(training):
    small = a_hub(training, "51.4543,-0.9781")
    a_hub(training, "51.5074,-0.1278", training.hub)
    training.offer()
    training.offer(hub=small)
    training.accept(8)
    guests = training.accept(2, hub=small)

    report = training.form()
    again = training.form()

    assert (report.waiting, report.elsewhere, report.placed) == (0, 2, 10)
    assert (again.placed, again.waiting) == (0, 0)
    members = set().union(*(training.members(g.group_id) for g in training.groups()))
    assert {event.application_id for event in guests} <= members
    assert {g.delivery_partner_id for g in training.groups()} == {training.hub}


def test_people_of_a_hub_that_loses_its_coach_come_to_the_nearest_hubs_groups(training):
    training.publish()
    left = a_hub(training, "51.4543,-0.9781")
    a_hub(training, "51.5074,-0.1278", training.hub)
    leaves = uuid4()
    training.offer()
    training.offer(hub=left, coaches=[(SLOTS[0], leaves)])
    hosts = {event.application_id for event in training.accept(5)}
    people = {event.application_id for event in training.accept(6, hub=left)}
    training.form()
    training.schedule()
    (ended,) = training.groups(delivery_partner_id=left)

    alone = replan(training, without_coaches=[leaves], delivery_partner_id=left)
    what_if = replan(training, without_coaches=[leaves])
    done = replan(training, without_coaches=[leaves], commit=True)

    assert (alone.elsewhere, alone.waiting) == (0, 6)
    assert (what_if.elsewhere, what_if.ended, what_if.waiting) == (6, [ended.group_id], 0)
    assert {move.application_id for move in done.moved} >= people
    assert {move.delivery_partner_id for move in done.moved} == {training.hub}
    now = {id: g for g in training.groups() for id in training.members(g.group_id)}
    assert {g.delivery_partner_id for g in now.values()} == {training.hub}
    assert now.keys() == hosts | people
    assert [g.size for g in training.groups() if not 5 <= g.size <= 8] == []
    told = [e for e in training.told(ParticipantUngrouped) if e.application_id in people]
    assert {(e.application_id, e.reason) for e in told} == {(id, "regrouped") for id in people}
    for application_id in people:
        theirs = training.sessions(
            application_id=application_id, kind="coaching", status="scheduled"
        )
        assert {s.group_id for s in theirs} == {now[application_id].group_id}
    assert replan(training).moved == []
