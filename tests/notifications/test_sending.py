"""Sending: once, when due and still true, to the address of now; after crashes and refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import update

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.errors import Unavailable
from headship_contracts.notifications.events import MessageFailed
from kit.testing import emitted
from notifications import sending
from notifications.channels import NotEver, NotKnown, NotNow
from notifications.domain.statuses import RETRIES
from notifications.models import Message

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


class Channel:
    """A channel that answers as it is told: an error to raise for each mail, or None."""

    def __init__(self, *answers, repeatable=False):
        self.answers = list(answers)
        self.repeatable = repeatable
        self.taken = []

    @contextmanager
    def open(self) -> Iterator["Channel"]:
        yield self

    def hand_over(self, mail):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken.append(mail)


def send_by(office, channel, at=NOW + timedelta(minutes=1)):
    service = office.service
    sending.send_due(service.db, channel, service.ask, service.settings, at)


def put_forward(office):
    """Let the pause before the next attempt be over."""
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(next_attempt_at=None))


@pytest.fixture
def receipt(office, told):
    """A receipt and what it needs, waiting to be sent."""
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.SubmissionReceived))
    return told


@pytest.fixture
def result(office, told):
    """A result, which is critical, waiting to be sent."""
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.ResultReleased))
    return told


def test_a_message_goes_to_the_name_and_address_of_now(office, receipt):
    office.people[receipt.participant_id] = Person(
        person_id=receipt.participant_id,
        kind="participant",
        full_name="Idris Marshgate",
        email="idris@example.org",
    )

    office.send()

    (mail,) = office.mails()
    email = message_from_bytes((office.folder / mail["file"]).read_bytes(), policy=policy.default)
    (message,) = office.messages()
    assert email["To"] == "idris@example.org"
    assert email["Message-ID"] == f"<{message.message_id}@example.org>"
    plain, html = email.get_body(("plain",)), email.get_body(("html",))
    assert plain.get_content().startswith("Dear Idris Marshgate,")
    assert "<p>Dear Idris Marshgate,</p>" in html.get_content()
    assert (message.status, message.attempts) == ("sent", 1)


def test_a_second_round_sends_nothing_again(office, receipt):
    office.send()
    office.send()

    assert len(office.mails()) == 1


def test_names_are_asked_for_once_for_all_that_is_due(office, receipt):
    office.hear(receipt.make(assessment.ResultReleased), receipt.make(assessment.ScriptAllocated))

    office.send()

    (asked,) = office.ask.asked
    assert len(asked.ids) == 2
    assert len(office.mails()) == 3


def test_messages_wait_while_enrolment_does_not_answer(office, receipt):
    everybody = office.ask.answers[People]
    office.ask.answers[People] = Unavailable("deadline")
    office.send()
    waiting = office.messages()[0]

    office.ask.answers[People] = everybody
    office.send()

    assert (waiting.status, waiting.attempts) == ("created", 0)
    assert office.messages()[0].status == "sent"


def test_someone_without_an_address_is_told_to_enrolment_at_once(office, receipt):
    office.people[receipt.participant_id] = Person(
        person_id=receipt.participant_id, kind="participant", full_name="Idris Marshgate"
    )

    office.send()

    (message,) = office.messages()
    (failed,) = emitted(office.db, MessageFailed)
    assert (message.status, message.reason) == ("permanent-failure", "no_address")
    assert (failed.person_id, failed.permanent) == (receipt.participant_id, True)
    assert failed.template == "submission_receipt"


def test_someone_whom_enrolment_does_not_know_yet_is_asked_for_again(office, receipt):
    everybody = office.ask.answers[People]
    office.ask.answers[People] = PeopleFound(people=[])
    office.send()
    put_off = office.messages()[0]

    office.ask.answers[People] = everybody
    put_forward(office)
    office.send()

    assert (put_off.status, put_off.reason) == ("created", "person_unknown")
    assert office.messages()[0].status == "sent"


def test_a_message_waits_for_what_enrolment_has_not_told_yet(office, told):
    office.hear(told.make(assessment.SubmissionReceived))
    office.send()
    assert office.mails() == []

    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.send()

    assert len(office.mails()) == 1


def test_a_merged_participant_gets_what_was_for_the_former_account(office, receipt, told):
    survivor = told.make(enrolment.StaffChanged).staff_id
    office.hear(told.make(enrolment.ApplicationReceived, status="pending", participant_id=survivor))

    office.send()

    assert office.mails()[0]["to"] == f"{survivor}@example.org"


def test_a_refusal_for_good_fails_at_once(office, receipt):
    send_by(office, Channel(NotEver("550 no such user")))
    send_by(office, Channel())

    (message,) = office.messages()
    assert (message.status, message.reason) == ("permanent-failure", "550 no such user")
    assert [event.permanent for event in emitted(office.db, MessageFailed)] == [True]


def test_a_refusal_for_now_is_tried_again_after_a_pause(office, receipt):
    channel = Channel(NotNow("451 greylisted"))
    send_by(office, channel)
    send_by(office, channel)
    assert channel.taken == []

    put_forward(office)
    send_by(office, channel)

    (message,) = office.messages()
    assert len(channel.taken) == 1
    assert (message.status, message.attempts, message.reason) == ("sent", 2, None)


def test_after_48_more_attempts_a_message_is_given_up(office, receipt):
    channel = Channel(*[NotNow("451 busy")] * (RETRIES + 5))
    for _ in range(RETRIES + 3):
        send_by(office, channel)
        put_forward(office)

    (message,) = office.messages()
    assert (message.status, message.attempts) == ("technical-failure", RETRIES + 1)
    assert [event.permanent for event in emitted(office.db, MessageFailed)] == [False]


def test_one_that_may_have_gone_is_unknown_and_not_sent_again(office, receipt):
    channel = Channel(NotKnown("the line broke"))
    send_by(office, channel)
    put_forward(office)
    send_by(office, channel)

    assert office.messages()[0].status == "unknown"
    assert channel.taken == []


def test_a_critical_one_that_may_have_gone_is_sent_again_under_the_same_id(office, result):
    channel = Channel(NotKnown("the line broke"))
    send_by(office, channel)
    put_forward(office)
    send_by(office, channel)

    (message,) = office.messages()
    (mail,) = channel.taken
    assert message.status == "sent"
    assert mail.mail_id == f"<{message.message_id}@example.org>"


class Death(BaseException):
    """The process dies while the channel has a mail in hand."""


@pytest.mark.parametrize(
    ("waiting", "status", "copies"), [("receipt", "unknown", 0), ("result", "sent", 1)]
)
def test_after_a_crash_only_a_critical_message_is_handed_over_again(
    office, request, waiting, status, copies
):
    request.getfixturevalue(waiting)
    with pytest.raises(Death):
        send_by(office, Channel(Death()))
    assert office.messages()[0].status == "sending"

    channel = Channel()
    send_by(office, channel)

    assert office.messages()[0].status == status
    assert len(channel.taken) == copies


def test_after_a_crash_a_channel_that_makes_no_second_copy_is_given_all_again(office, receipt):
    office.hear(receipt.make(assessment.SubmissionReceived))
    with pytest.raises(Death):
        send_by(office, Channel(None, Death(), repeatable=True))

    channel = Channel(repeatable=True)
    send_by(office, channel)

    assert [message.status for message in office.messages()] == ["sent", "sent"]
    assert len(channel.taken) == 2


def test_a_crash_loses_no_message_that_was_not_in_hand(office, receipt):
    for _ in range(5):
        office.hear(receipt.make(assessment.SubmissionReceived))
    with pytest.raises(Death):
        send_by(office, Channel(None, None, Death()))

    channel = Channel()
    send_by(office, channel)

    statuses = [message.status for message in office.messages()]
    assert sorted(statuses) == ["sent"] * 5 + ["unknown"]
    assert len(channel.taken) == 3


def test_where_twice_is_as_good_as_once_mails_are_marked_together(office, receipt):
    for _ in range(4):
        office.hear(receipt.make(assessment.SubmissionReceived))
    channel = Channel(None, NotNow("disk full"), repeatable=True)

    send_by(office, channel)

    assert len(channel.taken) == 4
    statuses = sorted(message.status for message in office.messages())
    assert statuses == ["sending", "sent", "sent", "sent", "sent"]
