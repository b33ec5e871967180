"""What a mail server refuses: whose fault it is, and what follows from it."""

import json
from datetime import timedelta
from uuid import uuid4

import blunt_server
import pytest

from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.notifications.preferences import (
    ListSuppressions,
    RemoveSuppression,
    SetPreferences,
    TopicPreference,
)
from kit import clock
from kit.pages import Request
from kit.testing import call, emitted
from notifications.channels.smtp import close_idle
from notifications.domain.bounces import read_report


@pytest.fixture
def office_at(an_office):
    """Makes an office whose mail goes to a server."""

    def make(server, connections=1, **more):
        return an_office(
            MAIL_CHANNEL="smtp",
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=str(server.port),
            SMTP_TIMEOUT_SECONDS="5",
            SMTP_CONNECTIONS=str(connections),
            **more,
        )

    close_idle()
    yield make
    close_idle()


def write_to(office, told, number=1):
    """Joining instructions for so many."""
    for _ in range(number):
        office.hear(type(told)().make(enrolment.ApplicationAccepted))
    office.send()
    return office.messages()


def suppressed(office):
    return len(call(office.service, ListSuppressions()).items)


@pytest.mark.parametrize(
    "answer",
    [
        b"550 relay not permitted",
        b"550 Administrative prohibition",
        b"553 sorry, that domain isn't in my list of allowed rcpthosts",
        b"554 5.7.1 this looks like spam",
        b"550 5.7.1 blocked 185.5.1.10",
        b"552 5.3.4 too much",
        b"550 5.4.1 no answer from host",
        b"550 5.2.1 the user is receiving mail at a rate that prevents more",
    ],
)
def test_what_is_not_the_address_s_fault_suppresses_nobody_and_is_no_task(office_at, told, answer):
    with blunt_server.running(answer) as server:
        office = office_at(server)
        (message,) = write_to(office, told)

    assert message.status == "permanent-failure"
    assert suppressed(office) == 0
    assert [event.permanent for event in emitted(office.db, MessageFailed)] == [False]


@pytest.mark.parametrize(
    "answer",
    [
        b"550 5.1.1 gone",
        b"550 no such user here",
        b"550 Unrouteable address",
        b"553 User unknown",
        b"550 5.4.1 Recipient address rejected: Access denied. [DB5EUR03FT012.example]",
    ],
)
def test_an_address_that_is_none_is_suppressed_and_a_task(office_at, told, answer):
    with blunt_server.running(answer) as server:
        office = office_at(server)
        write_to(office, told)

    assert suppressed(office) == 1
    assert [event.permanent for event in emitted(office.db, MessageFailed)] == [True]


@pytest.mark.parametrize(
    "answer",
    [
        b"504 5.5.2 <pod-7>: Helo command rejected: need fully-qualified hostname",
        b"554 5.7.1 <unknown[10.2.1.7]>: Client host rejected: Access denied",
        b"553 5.7.1 <headship@example.org>: Sender address rejected: not owned by user",
    ],
)
def test_who_is_refused_when_the_recipient_is_named_tries_again(office_at, told, answer):
    with blunt_server.running(answer) as server:
        office = office_at(server)
        (message,) = write_to(office, told)
        office.put_forward()
        office.send()

    assert (message.status, suppressed(office)) == ("sending", 0)
    assert office.messages()[0].status == "sent"


def test_a_server_that_wants_a_name_of_the_internet_s_is_greeted_with_it(office_at, told):
    with blunt_server.running() as server:
        office = office_at(server, SMTP_HELO_NAME="mail.provider.example")
        write_to(office, told)

    assert server.greeted == [b"mail.provider.example"]


def test_an_answer_with_letters_that_nobody_can_store_stops_no_other_message(office_at, told):
    with blunt_server.running(b"550 no\x00such \x1b[1muser") as server:
        office = office_at(server)
        found = write_to(office, told, 3)

    assert sorted(one.status for one in found) == ["permanent-failure", "sent", "sent"]
    assert "550 no such [1muser" in {one.reason for one in found}


def test_a_server_that_takes_few_mails_in_a_connection_gets_the_rest_in_another(office_at, told):
    with blunt_server.running(each=3) as server:
        office = office_at(server)
        found = write_to(office, told, 10)

    assert {(one.status, one.attempts) for one in found} == {("sent", 1)}
    assert server.taken == 10


def test_a_server_that_allows_few_connections_gets_all_by_those(office_at, told):
    with blunt_server.running(at_once=2) as server:
        office = office_at(server, connections=4)
        found = write_to(office, told, 20)

    assert {(one.status, one.attempts) for one in found} == {("sent", 1)}
    assert server.taken == 20
    assert server.turned_away > 0


def test_a_server_that_allows_nobody_now_is_tried_again(office_at, told):
    with blunt_server.running(at_once=0) as server:
        office = office_at(server, connections=4)
        found = write_to(office, told, 8)
        assert {one.status for one in found} <= {"created", "sending"}

        server.at_once = 4
        office.put_forward()
        office.send()

    assert {one.status for one in office.messages()} == {"sent"}


def returned(status, said):
    message_id = uuid4()
    lines = [
        f"To: bounces+{message_id.hex}@example.org",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.org",
        "",
        "Final-Recipient: rfc822; a@example.org",
        "Action: failed",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {said}",
        "",
        "--b--",
        "",
    ]
    return read_report("\r\n".join(lines).encode())


@pytest.mark.parametrize(
    ("status", "said", "bad"),
    [
        ("5.7.1", "550 5.7.1 client host [185.5.1.10] blocked", False),
        ("5.0.0", "550 client host [185.5.1.10] blocked", False),
        ("5.0.0", "550 5.1.1 no such user", True),
        ("5.1.1", "550 nobody", True),
    ],
)
def test_numbers_in_a_report_are_not_taken_for_its_code(status, said, bad):
    assert returned(status, said).bad_address is bad


def test_a_report_s_words_can_be_stored():
    assert returned("5.1.1", "550 no\x00such user").reason == "5.1.1 550 no such user"


@pytest.fixture
def notified(an_office):
    return an_office(NOTIFY_CALLBACK_TOKEN="notified", RECEIPTS_TOKEN="returned")


def callback(office, message, status):
    told = {"id": str(uuid4()), "reference": str(message.message_id), "status": status}
    request = Request.from_values(
        method="POST", data=json.dumps(told), headers={"Authorization": "Bearer notified"}
    )
    assert office.service.take_callback(request).status_code == 200


def test_a_receipt_that_is_repeated_does_not_suppress_what_was_let_go(notified, told):
    (message,) = write_to(notified, told)
    callback(notified, message, "permanent-failure")
    (found,) = call(notified.service, ListSuppressions()).items
    call(notified.service, RemoveSuppression(address=found.address))

    callback(notified, message, "permanent-failure")

    assert suppressed(notified) == 0


def test_a_late_receipt_does_not_suppress_where_mail_arrived(notified, told):
    (message,) = write_to(notified, told)

    for status in ("delivered", "permanent-failure"):
        callback(notified, message, status)

    assert notified.messages()[0].status == "delivered"
    assert suppressed(notified) == 0


def test_a_complaint_that_is_repeated_does_not_turn_off_what_its_reader_turned_on(notified, told):
    (message,) = write_to(notified, told)
    wants = TopicPreference(topic="programme", wanted="at_once")
    complaint = "\r\n".join(
        [
            f"To: bounces+{message.message_id.hex}@example.org",
            'Content-Type: multipart/report; boundary="b"',
            "",
            "--b",
            "Content-Type: message/feedback-report",
            "",
            "Feedback-Type: abuse",
            "",
            "--b--",
            "",
        ]
    )

    def complain():
        headers = {"Authorization": "Bearer returned"}
        request = Request.from_values(method="POST", data=complaint, headers=headers)
        notified.service.take_returned_mail(request)

    def how():
        asked = SetPreferences(person_id=message.person_id, topics=[])
        topics = call(notified.service, asked).topics
        return next(one.wanted for one in topics if one.topic == "programme")

    clock.set_simulated(message.sent_at + timedelta(hours=1))
    complain()
    first = how()
    call(notified.service, SetPreferences(person_id=message.person_id, topics=[wants]))
    complain()

    assert (first, how()) == ("never", "at_once")
