"""A real Debian mail server, and servers that behave badly: each message ends as it should."""

import socket
import time
from email import message_from_string, policy

import exim
import pytest
from loopback import served_by
from sqlalchemy import update

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import Person
from kit.pages import Request
from notifications.channels.smtp import close_idle
from notifications.models import Message


@pytest.fixture(scope="module")
def mail_server():
    with exim.running() as running:
        yield running
        close_idle()


@pytest.fixture
def office_at(an_office):
    """Makes an office whose mail goes to a port."""

    def make(port, **more):
        close_idle()
        usual = {
            "MAIL_CHANNEL": "smtp",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "SMTP_TIMEOUT_SECONDS": "2",
            "SMTP_ANSWER_SECONDS": "2",
            "BOUNCE_ADDRESS": "bounces@hub.test",
            "RECEIPTS_TOKEN": "returned",
        }
        return an_office(**usual | more)

    yield make
    close_idle()


def write_to(office, told, *addresses, kind=assessment.SubmissionReceived):
    """A message to each address; gives them back in this order once they were sent."""
    people = []
    for address in addresses:
        one = type(told)()
        office.people[one.participant_id] = Person(
            person_id=one.participant_id,
            kind="participant",
            full_name="Seren Yarrowdale",
            email=address,
        )
        office.hear(one.make(enrolment.ApplicationReceived, status="pending"), one.make(kind))
        people.append(one.participant_id)
    office.send()
    return [office.messages(person_id=person)[0] for person in people]


def put_forward(office):
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(next_attempt_at=None))


def wait_for(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_one_refused_recipient_of_many_keeps_nobody_else_from_theirs(office_at, mail_server, told):
    office = office_at(mail_server.port)

    found = write_to(
        office, told, "a@hub.test", "nobody@hub.test", "b@hub.test", "x@elsewhere.test"
    )

    assert [one.status for one in found] == [
        "sent",
        "permanent-failure",
        "sent",
        "permanent-failure",
    ]
    wait_for(lambda: mail_server.mail().count(f"Message-ID: <{found[2].message_id}@") == 1)
    (again,) = write_to(office, told, "nobody@hub.test")
    assert again.reason.startswith("suppressed: 550 5.1.1")
    (other,) = write_to(office, told, "x@elsewhere.test")
    assert other.reason.startswith("550 5.7.1")  # ours to put right, not the address's fault


def test_a_greylisted_message_goes_out_later(office_at, mail_server, told):
    office = office_at(mail_server.port)
    (first,) = write_to(office, told, "later@hub.test")
    assert (first.status, first.attempts) == ("sending", 1)
    assert "greylisted" in first.reason

    mail_server.end_greylisting()
    put_forward(office)
    office.send()

    assert office.messages()[0].status == "sent"


def test_the_report_of_a_real_mail_server_suppresses_the_address(office_at, mail_server, told):
    office = office_at(mail_server.port)
    (sent,) = write_to(office, told, "bounce@hub.test")
    assert sent.status == "sent"
    verp = f"bounces+{sent.message_id.hex}@hub.test"
    wait_for(lambda: f"Envelope-to: {verp}" in mail_server.mail())

    returned = mail_server.mail().split("From MAILER-DAEMON ")[-1].partition("\n")[2]
    for _ in range(2):
        request = Request.from_values(
            method="POST", data=returned, headers={"Authorization": "Bearer returned"}
        )
        assert office.service.take_returned_mail(request).status_code == 200

    (message,) = office.messages()
    assert message.status == "permanent-failure"
    assert "this mailbox is closed" in message.reason
    (again,) = write_to(office, told, "Bounce@hub.test")
    assert again.reason.startswith("suppressed")


def test_odd_addresses_arrive_as_their_holders_write_them(office_at, mail_server, told):
    office = office_at(mail_server.port)

    found = write_to(office, told, "jörg@hub.test", '"two words"@hub.test', "tag+x@hub.test")

    assert [one.status for one in found] == ["sent"] * 3
    wait_for(lambda: "To: jörg@hub.test" in mail_server.mail())
    wait_for(lambda: 'To: "two words"@hub.test' in mail_server.mail())


@pytest.mark.parametrize(
    "address", ["nobody", "a@b@c", "a..b@hub.test", "x@hub.test\r\nBcc: all@hub.test", "@hub.test"]
)
def test_an_address_that_cannot_exist_is_not_tried(office_at, mail_server, told, address):
    office = office_at(mail_server.port)

    (found,) = write_to(office, told, address)

    assert found.status == "permanent-failure"
    assert found.reason.startswith("bad_address")


class BadServer:
    """Speaks SMTP up to a point, then stalls or hangs up; takes every later mail."""

    def __init__(self, trouble):
        self.trouble, self.taken = trouble, 0

    def serve(self, connection):
        with connection.makefile("rwb") as lines:
            self._talk(lines)

    def _talk(self, lines):
        say(lines, b"220 bad.test")
        for line in iter(lines.readline, b""):
            word = line[:4].upper()
            if word == b"DATA":
                if not self._data(lines):
                    return
            elif word == b"QUIT":
                return
            else:
                say(lines, b"250 fine")

    def _data(self, lines):
        trouble, self.trouble = self.trouble, None
        if trouble == "stalls before the text":
            lines.read()  # until the other side gives up
            return False
        say(lines, b"354 go on")
        if trouble == "hangs up in the text":
            lines.read(20)
            return False
        for line in iter(lines.readline, b""):
            if line == b".\r\n":
                break
        if trouble == "stalls after the text":
            self.taken += 1
            lines.read()
            return False
        if trouble == "hangs up after the text":
            self.taken += 1
            return False
        if trouble == "421 after the text":
            say(lines, b"421 closing down")
            return False
        if trouble == "thinks about it":
            time.sleep(3)
        self.taken += 1
        say(lines, b"250 taken")
        return True


def say(lines, words):
    lines.write(words + b"\r\n")
    lines.flush()


@pytest.mark.parametrize(
    ("trouble", "plain", "critical"),
    [
        ("stalls before the text", "sent", "sent"),
        ("hangs up in the text", None, "sent"),
        ("421 after the text", "sent", "sent"),
        ("stalls after the text", "unknown", "sent"),
        ("hangs up after the text", "unknown", "sent"),
    ],
)
@pytest.mark.parametrize("kind", [assessment.SubmissionReceived, assessment.ResultReleased])
def test_a_server_that_stalls_or_hangs_up_loses_nothing_and_doubles_only_what_is_critical(
    office_at, told, trouble, plain, critical, kind
):
    server = BadServer(trouble)
    with served_by(server.serve) as port:
        office = office_at(port, SMTP_CONNECTIONS="1")
        write_to(office, told, "a@hub.test", kind=kind)
        put_forward(office)
        office.send()

    (message,) = office.messages()
    expected = plain if kind is assessment.SubmissionReceived else critical
    assert message.status in ((expected,) if expected else ("sent", "unknown"))
    if kind is assessment.SubmissionReceived:
        assert server.taken <= 1
    else:
        assert server.taken >= 1


def test_a_server_that_looks_through_a_mail_before_it_takes_it_gets_it_once(office_at, told):
    server = BadServer("thinks about it")
    with served_by(server.serve) as port:
        office = office_at(port, SMTP_CONNECTIONS="1", SMTP_ANSWER_SECONDS="20")
        (found,) = write_to(office, told, "a@hub.test", kind=assessment.ResultReleased)

    assert (found.status, server.taken) == ("sent", 1)


def test_a_mail_server_that_is_down_is_tried_once_for_all(office_at, told):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        office = office_at(probe.getsockname()[1], SMTP_CONNECTIONS="1")
        began = time.monotonic()

        found = write_to(office, told, *[f"p{number}@hub.test" for number in range(20)])

    assert {one.status for one in found} <= {"created", "sending"}
    assert {one.attempts for one in found} == {1}
    assert time.monotonic() - began < 60


def test_mail_arrives_whole(office_at, mail_server, told):
    named = {"MAIL_FROM_NAME": "Example Provider", "PUBLIC_URL": "https://h.test"}
    office = office_at(mail_server.port, **named)

    (sent,) = write_to(office, told, "whole@hub.test")
    wait_for(lambda: f"<{sent.message_id}@" in mail_server.mail())

    mail = next(
        one for one in mail_server.mail().split("\nFrom ") if f"<{sent.message_id}@" in one
    ).partition("\n")[2]
    email = message_from_string(mail, policy=policy.default)
    assert email["Return-path"] == f"<bounces+{sent.message_id.hex}@hub.test>"
    assert email["From"] == "Example Provider <headship@example.org>"
    assert email["List-Unsubscribe"].startswith("<https://h.test/unsubscribe/")
    assert "1402 words" in email.get_body(("plain",)).get_content()
