"""Two accounts of one person become one: what was chosen and what waits is not lost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import People, PeopleFound
from headship_contracts.notifications.preferences import (
    GetPreferences,
    SetPreferences,
    TopicPreference,
)
from headship_contracts.sessions import events as sessions
from kit import clock, links
from kit.pages import Request
from kit.testing import call


def choose(office, who, language=None, **topics):
    wanted = [TopicPreference(topic=topic, wanted=how) for topic, how in topics.items()]
    call(office.service, SetPreferences(person_id=who, topics=wanted, language=language))


def merge(office, told):
    """The participant's account becomes another one's, and enrolment forgets the former."""
    former, told.participant_id = told.participant_id, uuid4()
    answer = office.ask.answers[People]
    office.ask.answers[People] = lambda request: PeopleFound(
        people=[one for one in answer(request).people if one.person_id != former]
    )
    return told.make(enrolment.ParticipantMerged, former_participant_id=former)


def merged(office, told):
    office.hear(merge(office, told))


@pytest.mark.parametrize("late", [False, True])
def test_what_somebody_turned_off_stays_off_after_their_accounts_became_one(office, accepted, late):
    choose(office, accepted.participant_id, attendance="never", language="cy")
    merge_told = merge(office, accepted)
    newer = accepted.make(enrolment.ParticipantDetailsChanged, fields=["email"])

    office.hear(*([newer, merge_told] if late else [merge_told, newer]))
    office.hear(accepted.make(sessions.CatchUpDecided))
    office.send()

    (message,) = office.messages(template="catch_up_decided")
    assert (message.status, message.reason) == ("cancelled", "unsubscribed")
    now = call(office.service, GetPreferences(person_id=accepted.participant_id))
    assert now.language == "cy"


def test_what_the_remaining_account_chose_holds(office, accepted):
    choose(office, accepted.participant_id, programme="never", language="cy")
    told = merge(office, accepted)
    choose(office, accepted.participant_id, programme="at_once", language="en")

    office.hear(told)

    now = call(office.service, GetPreferences(person_id=accepted.participant_id))
    assert {one.topic: one.wanted for one in now.topics}["programme"] == "at_once"
    assert now.language == "en"


@pytest.mark.parametrize("when", ["before the evening", "in the night"])
def test_what_waits_to_be_told_together_comes_to_the_remaining_account(office, seated, when):
    other = {"session_id": uuid4()}
    office.hear(
        seated.make(sessions.SessionScheduled, **other),
        seated.make(sessions.ParticipantSeated, **other),
    )
    start = seated.make(sessions.SessionMoved).starts_at
    office.hear(seated.make(sessions.SessionMoved), seated.make(sessions.SessionMoved, **other))
    night = start.replace(day=2, hour=21)
    if when == "in the night":
        office.evening(night)
    merged(office, seated)

    office.evening(night + timedelta(hours=12))

    (message,) = office.messages(template="digest")
    assert (message.status, message.person_id) == ("sent", seated.participant_id)
    assert office.mails()[-1]["to"] == f"{seated.participant_id}@example.org"


def test_a_receipt_that_waits_comes_to_the_remaining_account(office, accepted):
    office.hear(accepted.make(assessment.SubmissionReceived))
    merged(office, accepted)

    office.send()

    (message,) = office.messages(template="submission_receipt")
    assert (message.status, message.person_id) == ("sent", accepted.participant_id)


def test_a_link_in_a_mail_from_before_turns_it_off_for_the_remaining_account(office, accepted):
    office.hear(accepted.make(sessions.CatchUpDecided))
    office.send()
    former = accepted.participant_id
    merged(office, accepted)
    office.hear(accepted.make(enrolment.ParticipantDetailsChanged, fields=["email"]))
    token = links.sign("unsubscribe", f"{former}:attendance", clock.now() + timedelta(days=300))
    click = Request.from_values(method="POST", data={"List-Unsubscribe": "One-Click"})

    office.service.unsubscribe(click, token)
    office.hear(accepted.make(sessions.CatchUpDecided))
    office.send(clock.now() + timedelta(hours=1))

    *_others, last = office.messages(template="catch_up_decided")
    assert (last.status, last.reason) == ("cancelled", "unsubscribed")
