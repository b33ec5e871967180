"""GOV.UK Notify by its own client, against a server that keeps its API."""

import json
from datetime import timedelta
from uuid import uuid4

import notify_server
import pytest
from conftest import NOW
from sqlalchemy import update

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import Person
from kit.pages import Request
from kit.testing import run_timer
from notifications import receipts
from notifications.models import Message


@pytest.fixture
def notify():
    with notify_server.running() as server:
        yield server


@pytest.fixture
def settings(notify):
    return {
        "MAIL_CHANNEL": "notify",
        "NOTIFY_API_KEY": notify_server.API_KEY,
        "NOTIFY_URL": notify.url,
        "NOTIFY_TEMPLATE_ID": notify_server.TEMPLATE,
        "NOTIFY_CALLBACK_TOKEN": "notified",
        "NOTIFY_TIMEOUT_SECONDS": "3",
        "PUBLIC_URL": "https://headship.example.org",
    }


@pytest.fixture
def office(an_office, settings):
    return an_office(**settings)


def put_forward(office):
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(next_attempt_at=None))
    office.send()


def test_notify_gets_our_words_our_reference_and_the_way_out(office, notify, receipt):
    office.send()

    (mail,) = notify.taken
    (message,) = office.messages()
    assert message.status == "sent"
    assert mail["reference"] == str(message.message_id)
    assert mail["personalisation"]["subject"] == "We have your assessment"
    assert "* 1402 words of at most 1500" in mail["personalisation"]["body"]
    assert mail["one_click_unsubscribe_url"].startswith("https://headship.example.org/unsubscribe/")


def test_a_way_out_that_notify_would_not_take_is_left_out(an_office, settings, notify, told):
    office = an_office(**settings | {"PUBLIC_URL": "http://headship.example.org"})
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.SubmissionReceived))

    office.send()

    assert notify.taken[0].get("one_click_unsubscribe_url") is None


def test_what_looks_like_markup_in_a_name_is_none_at_notify(office, notify, receipt):
    office.people[receipt.participant_id] = Person(
        person_id=receipt.participant_id,
        kind="participant",
        full_name="# [x](https://evil.example)",
        email="a@example.org",
    )

    office.send()

    body = notify.taken[0]["personalisation"]["body"]
    assert "evil" not in body
    assert not any(line.startswith("# ") for line in body.splitlines())


@pytest.mark.parametrize(
    ("answer", "status", "taken"),
    [(429, "sending", 0), (403, "sending", 0), (400, "permanent-failure", 0), (500, "unknown", 0)],
)
def test_an_answer_of_notify_s_is_understood(office, notify, receipt, answer, status, taken):
    notify.answers = [answer]

    office.send()

    assert office.messages()[0].status == status
    assert len(notify.taken) == taken


def test_an_address_that_notify_refuses_is_suppressed(office, notify, receipt):
    office.people[receipt.participant_id] = Person(
        person_id=receipt.participant_id,
        kind="participant",
        full_name="Seren",
        email="refused@example.org",
    )
    office.send()
    office.hear(receipt.make(assessment.SubmissionReceived))
    office.send()

    assert office.messages()[1].reason.startswith("suppressed")


def test_what_notify_took_without_an_answer_is_found_again(office, notify, receipt):
    notify.answers = ["drop"]
    office.send()
    assert office.messages()[0].status == "unknown"

    run_timer(office.service, "look_up_doubts", office.messages()[0].settled_at)

    assert office.messages()[0].status == "sent"
    assert len(notify.taken) == 1


def test_notify_is_asked_about_each_message_in_doubt_in_its_turn(
    office, notify, receipt, monkeypatch
):
    monkeypatch.setattr(receipts, "AT_ONCE", 2)
    for number, answer in enumerate([500, 500, "drop"]):
        if number:
            office.hear(receipt.make(assessment.SubmissionReceived))
        notify.answers = [answer]
        office.send(NOW + timedelta(minutes=number + 1))

    for _ in range(2):
        run_timer(office.service, "look_up_doubts", NOW + timedelta(minutes=5))

    assert [m.status for m in office.messages()] == ["unknown", "unknown", "sent"]


def test_a_critical_message_that_notify_took_without_an_answer_is_not_sent_twice(
    office, notify, result
):
    notify.answers = ["drop"]
    office.send()
    put_forward(office)

    assert office.messages()[0].status == "sent"
    assert len(notify.taken) == 1


def test_a_key_that_notify_does_not_know_waits_for_the_right_one(an_office, settings, notify, told):
    unknown = f"tests-{notify_server.SERVICE}-{uuid4()}"
    office = an_office(**settings | {"NOTIFY_API_KEY": unknown})
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.SubmissionReceived))

    office.send()

    (message,) = office.messages()
    assert message.status == "sending"
    assert "403" in message.reason


def test_notify_that_is_down_is_tried_again(an_office, settings, told):
    office = an_office(**settings | {"NOTIFY_URL": "http://127.0.0.1:9"})
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.SubmissionReceived))

    office.send()

    assert office.messages()[0].status == "sending"


@pytest.mark.parametrize("became", ["delivered", "permanent-failure", "temporary-failure"])
def test_a_receipt_that_was_lost_is_asked_for_after_three_days(office, notify, receipt, became):
    office.send()
    notify.became[notify.taken[0]["id"]] = became
    sent_at = office.messages()[0].sent_at

    run_timer(office.service, "time_out", sent_at + timedelta(hours=71))
    before = office.messages()[0].status
    run_timer(office.service, "time_out", sent_at + timedelta(hours=72))

    assert (before, office.messages()[0].status) == ("sent", became)


@pytest.mark.parametrize("known", [True, False])
def test_what_notify_does_not_know_the_end_of_has_timed_out(office, notify, receipt, known):
    office.send()
    at = office.messages()[0].sent_at + timedelta(hours=73)
    if not known:
        notify.taken.clear()

    run_timer(office.service, "time_out", at)

    (message,) = office.messages()
    assert (message.status, message.reason) == ("temporary-failure", "timed_out")


def test_notify_that_is_down_is_asked_again_an_hour_later(office, notify, receipt):
    office.send()
    at = office.messages()[0].sent_at + timedelta(hours=73)
    notify.became[notify.taken[0]["id"]] = "delivered"
    notify.outage = True
    run_timer(office.service, "time_out", at)
    during = office.messages()[0].status

    notify.outage = False
    run_timer(office.service, "time_out", at + timedelta(hours=1))

    assert (during, office.messages()[0].status) == ("sent", "delivered")


def test_a_callback_finds_its_message_by_notify_s_own_id(office, notify, receipt):
    office.send()
    told = {"id": notify.taken[0]["id"], "reference": None, "status": "permanent-failure"}
    request = Request.from_values(
        method="POST",
        data=json.dumps(told),
        headers={"Authorization": "Bearer notified"},
    )

    assert office.service.take_callback(request).status_code == 200
    assert office.messages()[0].status == "permanent-failure"
