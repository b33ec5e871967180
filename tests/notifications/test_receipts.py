"""What comes back about messages: late, twice, forged or broken; a status only goes forward."""

import json
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from headship_contracts.assessment import events as assessment
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.notifications.messages import SettleMessage
from headship_contracts.notifications.preferences import ListSuppressions, RemoveSuppression
from kit.pages import Request
from kit.testing import call, emitted
from notifications.domain.bounces import read_report
from notifications.models import Message
from notifications.writing import bounces_to

TOKENS = {"RECEIPTS_TOKEN": "returned", "NOTIFY_CALLBACK_TOKEN": "notified"}


@pytest.fixture
def office(an_office):
    return an_office(**TOKENS, BOUNCE_ADDRESS="bounces@mail.example.org")


@pytest.fixture
def sent(office, receipt):
    """A message that went out."""
    office.send()
    (message,) = office.messages()
    assert message.status == "sent"
    return message


def post(office, page, data, token, **query):
    request = Request.from_values(
        path="/receipts",
        method="POST",
        data=data,
        query_string=query,
        headers={"Authorization": f"Bearer {token}"},
    )
    return getattr(office.service, page)(request)


def callback(office, message_id, status, token="notified", **more):
    told = {"id": str(uuid4()), "reference": str(message_id), "status": status, **more}
    return post(office, "take_callback", json.dumps(told), token)


def report(message_id, action="failed", status="5.1.1", words="smtp; 550 no such user", to=None):
    """A delivery report as Postfix and Exim write it."""
    to = f"bounces+{message_id.hex}@mail.example.org" if to is None else to
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@mx.example.org",
            f"To: {to}",
            "Subject: Undelivered Mail Returned to Sender",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
            "",
            "--b",
            "Content-Type: text/plain",
            "",
            "I'm sorry to have to inform you.",
            "",
            "--b",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example.org",
            "",
            "Final-Recipient: rfc822; idris@example.org",
            f"Action: {action}",
            f"Status: {status}",
            f"Diagnostic-Code: {words}",
            "",
            "--b",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: <{message_id}@example.org>",
            "Subject: We have your assessment",
            "",
            "--b--",
            "",
        ]
    ).encode()


def test_a_callback_of_notify_is_kept_and_a_repeated_or_late_one_harmless(office, sent):
    answers = [
        callback(office, sent.message_id, status)
        for status in ("sending", "delivered", "delivered", "temporary-failure")
    ]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert office.messages()[0].status == "delivered"
    assert emitted(office.db, MessageFailed) == []


@pytest.mark.parametrize("token", ["", "wrong", "returned"])
def test_who_cannot_prove_who_they_are_changes_nothing(office, sent, token):
    answer = callback(office, sent.message_id, "permanent-failure", token)

    assert answer.status_code == 401
    assert office.messages()[0].status == "sent"


def test_without_a_token_nobody_is_believed(an_office, told):
    office = an_office()

    assert callback(office, uuid4(), "delivered", "None").status_code == 401


@pytest.mark.parametrize("data", ["", "[]", "{", '{"id": "x", "status": "delivered"}'])
def test_what_is_no_receipt_is_refused(office, data):
    with pytest.raises(Invalid):
        post(office, "take_callback", data, "notified")


def test_a_status_that_does_not_exist_is_named(office, sent):
    with pytest.raises(Invalid, match="perhaps"):
        callback(office, sent.message_id, "perhaps")


def test_a_receipt_of_nobodys_message_is_not_found(office):
    with pytest.raises(NotFound):
        callback(office, uuid4(), "delivered")


def test_mail_that_came_back_for_good_stops_all_mail_to_that_address(office, sent, receipt):
    for _ in range(2):
        post(office, "take_returned_mail", report(sent.message_id), "returned")
    office.hear(receipt.make(assessment.SubmissionReceived))
    office.send()

    first, second = office.messages()
    assert (first.status, second.status) == ("permanent-failure", "permanent-failure")
    assert second.reason.startswith("suppressed: 5.1.1 550 no such user")
    assert len(office.mails()) == 1
    assert {event.permanent for event in emitted(office.db, MessageFailed)} == {True}


def test_a_suppressed_address_can_be_let_go(office, sent, receipt):
    post(office, "take_returned_mail", report(sent.message_id), "returned")
    (found,) = call(office.service, ListSuppressions()).items
    assert found.person_id == receipt.participant_id

    call(office.service, RemoveSuppression(address=found.address.upper()))
    office.hear(receipt.make(assessment.SubmissionReceived))
    office.send()

    assert office.messages()[-1].status == "sent"
    with pytest.raises(NotFound, match="not_suppressed"):
        call(office.service, RemoveSuppression(address=found.address))


@pytest.mark.parametrize(
    ("action", "code", "status", "bad"),
    [
        ("failed", "5.1.1", "permanent-failure", True),
        ("failed", "5.2.2", "permanent-failure", False),
        ("failed", "5.7.1", "permanent-failure", False),
        ("failed", "4.4.7", "temporary-failure", False),
        ("delivered", "2.0.0", "delivered", False),
        ("delayed", "4.4.1", None, False),
        ("relayed", "2.0.0", None, False),
        ("Failed (undeliverable)", "5.0.0", "permanent-failure", False),
    ],
)
def test_reports_are_read_as_their_standard_says(action, code, status, bad):
    message_id = uuid4()

    found = read_report(report(message_id, action, code, "x-unix; exit 1"))

    assert (found.message_id, found.status, found.bad_address) == (message_id, status, bad)


def test_a_report_finds_its_message_by_the_envelope_or_by_what_it_returns():
    message_id = uuid4()
    elsewhere = report(message_id, to="postmaster@example.org")

    assert read_report(elsewhere).message_id == message_id
    by_envelope = report(UUID(int=1), to="x@example.org")
    assert read_report(by_envelope, f"bounces+{message_id.hex}@x.org").message_id == message_id


def an_answer():
    mail = EmailMessage()
    mail["To"] = f"bounces+{uuid4().hex}@mail.example.org"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("I am away until Monday.")
    return mail.as_bytes()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 50,
        b"To: x@example.org\r\n\r\nhello",
        an_answer(),
        b"Content-Type: multipart/report; boundary=\r\n\r\n--",
        b"Content-Type: message/delivery-status\r\n\r\nAction: failed",
        report(uuid4()).replace(b"Action", b"Actio\xc3"),
        b"To: bounces+zz@mail.example.org\r\n\r\n",
    ],
)
def test_what_is_no_report_says_nothing(content):
    assert read_report(content) is None


def test_who_complains_gets_no_more_of_that_topic(office, sent, receipt):
    complaint = report(sent.message_id).replace(b"delivery-status", b"feedback-report")
    post(office, "take_returned_mail", complaint, "returned")

    office.hear(receipt.make(assessment.SubmissionReceived))
    office.hear(receipt.make(assessment.ResultReleased))
    office.send()

    states = {(m.template, m.status, m.reason) for m in office.messages()[1:]}
    assert states == {
        ("submission_receipt", "cancelled", "unsubscribed"),
        ("result", "sent", None),
    }


def test_what_is_unknown_stays_so_until_a_receipt_or_an_operator_says_otherwise(office, sent):
    order = SettleMessage(message_id=sent.message_id, arrived=True, reason="they told us")
    with pytest.raises(Refused, match="not_in_doubt"):
        call(office.service, order)
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(status="unknown"))

    assert call(office.service, order).status == "delivered"


def test_envelopes_name_their_message(office, sent):
    assert bounces_to(office.service.settings, sent.message_id) == (
        f"bounces+{sent.message_id.hex}@mail.example.org"
    )
