"""What a hub is told of messages: those to its own people, and nothing that is theirs to tell."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from conftest import NOW

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.errors import Refused
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.notifications.hub import ListHubMessages
from kit import clock
from kit.db.engine import begin
from kit.identity import Caller
from kit.testing import call
from notifications.hubs import NOT_TOLD, concerned
from notifications.templates import shipped

OURS, THEIRS = uuid4(), uuid4()

ABOUT_RESULTS = [
    (assessment.ResultReleased, {}),
    (assessment.ResubmissionOffered, {}),
    (assessment.AppealReceived, {}),
    (assessment.AppealDecided, {"decision": "dismissed", "next_by": date(2026, 12, 1)}),
    (assessment.CircumstancesDecided, {"outcome": "accepted"}),
    (assessment.ExtensionGranted, {}),
]


@pytest.fixture
def ours(office, told):
    """A participant of ours, one of theirs, and the two hubs."""
    for hub in (OURS, THEIRS):
        known = {"delivery_partner_id": hub, "status": "active"}
        office.hear(told.make(enrolment.DeliveryPartnerChanged, **known))
    office.hear(told.make(enrolment.ApplicationAccepted, delivery_partner_id=OURS))
    other = type(told)()
    office.hear(other.make(enrolment.ApplicationAccepted, delivery_partner_id=THEIRS))
    return told


def listed(office, hub, **filters):
    caller = Caller("hub", str(hub))
    return call(office.service, ListHubMessages(**filters), caller=caller).items


def test_a_hub_has_the_messages_to_its_own_people(office, ours):
    (message,) = listed(office, OURS)

    assert (message.template, message.application_id) == ("joining", ours.application_id)
    assert len(listed(office, THEIRS)) == 1
    assert listed(office, THEIRS, application_id=ours.application_id) == []
    assert listed(office, OURS, template="result") == []
    with pytest.raises(Refused, match="unknown_caller"):
        listed(office, uuid4())


def test_a_hub_is_told_of_no_message_to_who_only_applied(office, ours):
    applied = type(ours)()
    offered = {"status": "pending", "training_status": None, "delivery_partner_id": OURS}
    office.hear(applied.make(enrolment.PlaceOffered, **offered))
    assert "place_offered" in office.templates()

    assert {one.application_id for one in listed(office, OURS)} == {ours.application_id}

    office.hear(applied.make(enrolment.ApplicationAccepted, delivery_partner_id=OURS))
    assert "place_offered" in {one.template for one in listed(office, OURS)}


def test_a_hub_is_not_told_by_a_message_how_an_assessment_went_or_what_was_pleaded(office, ours):
    office.hear(ours.make(assessment.CandidateEntered))
    later = NOW + timedelta(days=30)
    office.hear(ours.make(assessment.CandidateEntered, closes_at=later))  # for them alone
    for kind, more in ABOUT_RESULTS:
        office.hear(ours.make(kind, **more))
    queued = {message.template for message in office.messages()}
    assert queued >= NOT_TOLD | {"result"}

    seen = {message.template for message in listed(office, OURS)}

    assert "result" in seen  # that it is out, as progress says, too
    assert not seen & NOT_TOLD
    for template in NOT_TOLD:
        assert listed(office, OURS, template=template) == []


SECOND = {"window_id": uuid4(), "candidate_id": uuid4(), "attempt": 2}


@pytest.mark.parametrize("passed", [True, False], ids=["who passes", "who fails"])
def test_a_hub_cannot_tell_by_messages_who_passed_from_who_failed_and_sat_again(
    office, ours, passed
):
    for kind in (assessment.CandidateEntered, assessment.SubmissionReceived):
        office.hear(ours.make(kind))
    state = "passed" if passed else "failed"
    result = ours.make(assessment.ResultReleased, state=state)
    office.hear(result)
    if not passed:
        clock.set_simulated(NOW + timedelta(days=60))
        again = dict(SECOND, submission_id=uuid4())
        for kind in (
            assessment.CandidateEntered,
            assessment.SubmissionReceived,
            assessment.SubmissionRefused,
            assessment.SubmissionMissed,
            assessment.CandidateRemoved,
        ):
            office.hear(ours.make(kind, **again))
        for more in ({"attempt": 2}, {"result_id": result.result_id, "replaces": 7}):
            office.hear(ours.make(assessment.ResultReleased, state="passed", **more))
    sent = len(office.messages())
    assert sent == (5 if passed else 12)

    seen = sorted(message.template for message in listed(office, OURS))
    with begin(office.db.engine) as connection:
        told = concerned(connection, [failure_of(message) for message in office.messages()])

    assert seen == ["assessment_entered", "joining", "result", "submission_receipt"]
    assert told.count({OURS}) == len(seen)


def failure_of(message):
    return MessageFailed(
        revision=1,
        message_id=message.message_id,
        person_id=message.person_id or uuid4(),
        permanent=True,
        template=message.template,
    )


def test_the_feed_tells_of_failed_messages_that_the_list_has(office, ours):
    office.hear(ours.make(assessment.CandidateEntered))
    office.hear(ours.make(assessment.ResubmissionOffered))
    failed = [
        failure_of(message)
        for template in ("joining", "resubmission_offered")
        for message in office.messages(template=template)
        if message.application_id == ours.application_id
    ]

    with begin(office.db.engine) as connection:
        assert concerned(connection, failed) == [{OURS}, set()]


def test_every_template_about_results_is_thought_of():
    about_results = {one.name for one in shipped().values() if one.topic == "results"}

    assert about_results - NOT_TOLD == {"result"}
    assert {one.name for one in shipped().values()} >= NOT_TOLD
