"""What other services tell is kept once, the newest wins, and order does not matter."""

from datetime import date
from itertools import permutations
from uuid import uuid4

import pytest
from sqlalchemy import select
from training import COHORT, STARTS_ON, an_application, then

from headship_contracts.assessment.events import ResultReleased
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationRemoved,
    DeliveryPartnerChanged,
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantTransferred,
    ParticipantWithdrawn,
    SchedulePublished,
    StaffChanged,
)
from headship_contracts.messages import EVENTS
from headship_contracts.sessions.events import ParticipantSeated, ParticipantUngrouped
from kit.bus.handler import handlers_of
from sessions.models import DeliveryPartner, Enrolment, ProgrammeEnd, Schedule, StaffMember
from sessions.service import SessionsService


def rows(training, model):
    with training.service.db.transaction() as tx:
        return list(tx.scalars(select(model)))


def a_result(revision, state="failed", application_id=None):
    return ResultReleased(
        revision=revision,
        result_id=uuid4(),
        application_id=application_id or uuid4(),
        participant_id=uuid4(),
        attempt=1,
        state=state,
        completion_date=date(2028, 6, 1),
    )


APPLICATION, HUB, STAFF = an_application(), uuid4(), uuid4()


@pytest.mark.parametrize(
    ("older", "newer", "model", "kept"),
    [
        (
            APPLICATION,
            then(APPLICATION, ParticipantWithdrawn),
            Enrolment,
            {"training_status": "withdrawn"},
        ),
        (
            DeliveryPartnerChanged(revision=1, delivery_partner_id=HUB, status="active", name="A"),
            DeliveryPartnerChanged(revision=2, delivery_partner_id=HUB, status="removed", name="B"),
            DeliveryPartner,
            {"status": "removed", "name": "B"},
        ),
        (
            StaffChanged(revision=1, staff_id=STAFF, roles=["coach"], trust_id="t1"),
            StaffChanged(revision=2, staff_id=STAFF, roles=["lead"], trust_id="t2", active=False),
            StaffMember,
            {"roles": ["lead"], "trust_id": "t2", "active": False},
        ),
        (
            SchedulePublished(
                revision=1, schedule="s", cohort=COHORT, starts_on=STARTS_ON, milestones=[]
            ),
            SchedulePublished(
                revision=2, schedule="s", cohort=COHORT, starts_on=date(2027, 1, 4), milestones=[]
            ),
            Schedule,
            {"starts_on": date(2027, 1, 4)},
        ),
        (
            a_result(1, application_id=APPLICATION.application_id),
            a_result(2, "passed", application_id=APPLICATION.application_id),
            ProgrammeEnd,
            {"state": "passed"},
        ),
    ],
    ids=["application", "delivery partner", "staff", "schedule", "result"],
)
@pytest.mark.parametrize("newer_first", [True, False])
def test_the_newest_is_kept_in_any_order_and_however_often(
    training, older, newer, model, kept, newer_first
):
    for event in (newer, older) if newer_first else (older, newer):
        training.hears(event, times=2)
        training.hears(event)  # sent again as another message, as after a restore

    (row,) = rows(training, model)
    assert {name: getattr(row, name) for name in kept} == kept
    assert row.revision == newer.revision


def test_every_order_of_a_story_ends_alike(training):
    training.publish()
    training.offer()
    training.schedule()
    stories = []
    for order in permutations(range(4)):
        accepted = an_application(delivery_partner_id=training.hub)
        story = [
            accepted,
            then(accepted, ParticipantDeferred),
            then(accepted, ParticipantResumed),
            then(accepted, ParticipantTransferred, delivery_partner_id=HUB),
        ]
        for number in order:
            training.hears(story[number])
        stories.append(accepted.application_id)

    seats = {id: len(training.sessions(application_id=id)) for id in stories}

    assert set(seats.values()) == {10}  # the webinars: the new hub has no days yet


def test_a_withdrawal_before_the_acceptance_leaves_no_seat_and_no_group(training):
    training.publish()
    training.offer()
    training.schedule()
    accepted = an_application(delivery_partner_id=training.hub)
    withdrawn = then(accepted, ParticipantWithdrawn)

    training.hears(withdrawn)
    training.hears(accepted)

    assert training.told(ParticipantSeated) == []
    assert training.form().waiting == 0


@pytest.mark.parametrize(
    ("kind", "told", "reason"),
    [
        (
            ApplicationRejected,
            {
                "status": "rejected",
                "training_status": None,
                "reason": "other",
                "was_accepted": True,
            },
            "rejected",
        ),
        (
            ApplicationRemoved,
            {"status": "removed", "training_status": None, "cause": "vanished"},
            "removed",
        ),
        (ParticipantDeferred, {}, "deferred"),
        (ParticipantWithdrawn, {}, "withdrawn"),
    ],
)
def test_whoever_is_out_of_training_leaves_group_and_seats_once(training, kind, told, reason):
    ids = training.a_running_cohort()

    training.hears(then(training.accepted[ids[0]], kind, **told), times=3)

    (left,) = training.told(ParticipantUngrouped)
    assert left.reason == reason
    assert training.sessions(application_id=ids[0]) == []


def test_we_handle_exactly_the_events_that_say_we_hear_them():
    handled = {event for handler in handlers_of(SessionsService) for event in handler.events}

    said = {
        event
        for event in EVENTS.values()
        if "sessions" in event.wire.heard_by and event.wire.source in ("enrolment", "assessment")
    }
    assert handled == said


def test_an_accepted_application_that_comes_twice_is_one_enrolment(training):
    event = an_application(ApplicationAccepted)

    training.hears(event, times=2)

    assert [row.application_id for row in rows(training, Enrolment)] == [event.application_id]
