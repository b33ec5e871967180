"""Sending: once, when due and still true, to the address of now; after crashes and refusals."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment.people import People
from headship_contracts.notifications.events import MessageFailed
from kit.testing import emitted, run_timer
from notifications import sending
from notifications.channels import NotEver, NotKnown, NotNow
from notifications.domain.statuses import RETRIES
from notifications.models import Message

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


class Channel:
    """A channel that answers as it is told: an error to raise for each mail, or None."""

    name = "a channel"
    beside = False

    def __init__(self, *answers, repeatable=False):
        self.answers = list(answers)
        self.repeatable = repeatable
        self.places = 100 if repeatable else 1
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


def test_a_refusal_for_good_fails_at_once(office, receipt):
    send_by(office, Channel(NotEver("550 no such user", bad_address=True)))
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


def waited(office, wall):
    """As if it had been queued so long ago by the wall's clock."""
    former = time.time_ns() // 1000 - int(wall.total_seconds() * 1_000_000)
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(revision=former))


def test_what_has_waited_three_days_for_its_application_has_failed(office, told):
    office.hear(told.make(assessment.SubmissionReceived))
    office.send()
    waited(office, timedelta(hours=73))

    run_timer(office.service, "time_out", NOW + timedelta(hours=71))
    before = office.messages()[0].status
    run_timer(office.service, "time_out", NOW + timedelta(hours=72, minutes=2))

    (message,) = office.messages()
    assert (before, message.status) == ("created", "technical-failure")
    assert message.reason.startswith("timed_out")
    assert [event.permanent for event in emitted(office.db, MessageFailed)] == [False]


def test_three_days_of_a_demo_are_none(office, told):
    office.hear(told.make(assessment.SubmissionReceived))
    office.send()

    run_timer(office.service, "time_out", NOW + timedelta(days=30))

    assert office.messages()[0].status == "created"


def test_what_nobody_has_looked_at_since_is_sent_and_has_not_timed_out(office, result):
    waited(office, timedelta(days=10))

    run_timer(office.service, "time_out", NOW + timedelta(days=10))
    office.send(NOW + timedelta(days=10))

    assert office.messages()[0].status == "sent"


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


def test_a_mail_that_shows_a_bug_does_not_hold_up_the_next(office, receipt):
    office.hear(receipt.make(assessment.ResultReleased))

    send_by(office, Channel(KeyError("a bug"), KeyError("a bug")))
    put_forward(office)
    send_by(office, Channel())

    states = {message.template: message.status for message in office.messages()}
    assert states == {"submission_receipt": "unknown", "result": "sent"}


def test_a_message_whose_wording_is_gone_fails_and_lets_others_pass(office, receipt):
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(template_version=0))
    office.hear(receipt.make(assessment.ResultReleased))

    office.send()

    told = {message.template: (message.status, message.reason) for message in office.messages()}
    assert told["submission_receipt"] == ("technical-failure", "template_gone")
    assert told["result"] == ("sent", None)


def test_where_twice_is_as_good_as_once_mails_are_marked_together(office, receipt):
    for _ in range(4):
        office.hear(receipt.make(assessment.SubmissionReceived))
    channel = Channel(None, NotNow("disk full"), repeatable=True)

    send_by(office, channel)

    assert len(channel.taken) == 4
    statuses = sorted(message.status for message in office.messages())
    assert statuses == ["sending", "sent", "sent", "sent", "sent"]


class Meeting(Channel):
    """Takes a mail only while each of its places has one in hand."""

    beside = True

    def __init__(self, places):
        super().__init__()
        self.places = places
        self.all_there = threading.Barrier(places)

    def hand_over(self, mail):
        self.all_there.wait(timeout=5)
        super().hand_over(mail)


def test_each_mail_that_is_marked_as_in_hand_is_with_the_channel(office, receipt):
    for _ in range(7):
        office.hear(receipt.make(assessment.SubmissionReceived))
    channel = Meeting(places=4)

    send_by(office, channel)

    assert [message.status for message in office.messages()] == ["sent"] * 8


class Slow(Channel):
    """Takes its time for each mail."""

    def hand_over(self, mail):
        time.sleep(0.05)
        super().hand_over(mail)


def test_a_round_ends_in_time_and_leaves_the_rest_to_the_next(office, receipt, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_ROUND", 0.2)
    for _ in range(29):
        office.hear(receipt.make(assessment.SubmissionReceived))
    channel = Slow()

    send_by(office, channel)
    in_one_round = len(channel.taken)
    monkeypatch.undo()
    send_by(office, channel)

    assert 0 < in_one_round < 10
    assert len(channel.taken) == 30
    assert {message.status for message in office.messages(limit=100)} == {"sent"}


def test_a_round_that_is_over_before_its_first_mail_still_sends_some(office, receipt, monkeypatch):
    monkeypatch.setattr(sending, "LONGEST_ROUND", 0.3)
    everybody = office.ask.answers[People]

    def slowly(request):
        time.sleep(0.35)
        return everybody(request)

    office.ask.answers[People] = slowly
    channel = Channel()

    send_by(office, channel)

    assert len(channel.taken) == 1
