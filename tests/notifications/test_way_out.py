"""The link at the end of a message to its reader's choices: not all mail programs show a header."""

from email import message_from_bytes, policy

import notify_server
import pytest

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.messages import ReadMessage
from headship_contracts.notifications.preferences import SetPreferences
from headship_contracts.notifications.templates import SaveWording
from kit.pages import Request
from kit.testing import call

PAGES = {"PUBLIC_URL": "https://headship.example.org"}
WORDS = "Choose which of these messages you get"


def mails(office):
    return {
        one["template"]: message_from_bytes(
            (office.folder / one["file"]).read_bytes(), policy=policy.default
        )
        for one in office.mails()
    }


def text(email, kind):
    return email.get_body((kind,)).get_content()


@pytest.fixture
def office(an_office):
    return an_office(**PAGES)


@pytest.fixture
def result(office, told):
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.ResultReleased))
    return told


def test_every_message_that_can_be_turned_off_ends_with_the_way_out(office, accepted):
    email = mails(office)["joining"]

    address = email["List-Unsubscribe"].strip("<>")
    assert text(email, "plain").splitlines()[-1] == f"{WORDS}: {address}"
    assert f'<a href="{address}">{WORDS}</a>' in text(email, "html")
    token = address.rpartition("/")[2]
    page = office.service.show_preferences(Request.from_values(), token)
    assert page.status_code == 200


def test_the_key_in_it_stands_in_the_mail_alone(office, accepted):
    (message,) = office.messages()

    kept = call(office.service, ReadMessage(message_id=message.message_id)).body

    assert kept.splitlines()[-1] == f"{WORDS}: (your own link)"


def test_what_cannot_be_turned_off_has_none(office, result):
    office.send()

    assert WORDS not in text(mails(office)["result"], "plain")


def test_it_is_in_the_reader_s_language(office, told):
    request = SetPreferences(person_id=told.participant_id, topics=[], language="cy")
    call(office.service, request)
    save = {"template": "joining", "language": "cy", "subject": "Croeso", "body": "Croeso."}
    call(office.service, SaveWording(**save))
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.send()

    assert "Dewiswch pa rai o'r negeseuon hyn" in text(mails(office)["joining"], "plain")


def test_notify_gets_it_as_a_link(an_office, told):
    with notify_server.running() as notify:
        office = an_office(
            **PAGES,
            MAIL_CHANNEL="notify",
            NOTIFY_API_KEY=notify_server.API_KEY,
            NOTIFY_URL=notify.url,
            NOTIFY_TEMPLATE_ID=notify_server.TEMPLATE,
        )
        office.hear(told.make(enrolment.ApplicationAccepted))
        office.send()

    (mail,) = notify.taken
    ending = f"---\n\n[{WORDS}]({mail['one_click_unsubscribe_url']})\n"
    assert mail["personalisation"]["body"].endswith(ending)
