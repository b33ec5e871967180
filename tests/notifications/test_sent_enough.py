"""A server, or GOV.UK Notify, takes no more from us today: everything waits, and nothing fails."""

from datetime import UTC, datetime, timedelta

import blunt_server
import notify_server
import pytest
from sqlalchemy import select

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.notifications.preferences import ListSuppressions
from kit.testing import call, emitted
from notifications.channels.smtp import close_idle
from notifications.domain.statuses import RETRIES
from notifications.models import Message

SPENT = (429, "TooManyRequestsError", "Exceeded send limits (250000) for today")


@pytest.fixture
def office_at(an_office):
    """Makes an office whose mail goes to a server."""

    def make(server):
        return an_office(
            MAIL_CHANNEL="smtp",
            SMTP_HOST="127.0.0.1",
            SMTP_PORT=str(server.port),
            SMTP_TIMEOUT_SECONDS="5",
            SMTP_CONNECTIONS="1",
        )

    close_idle()
    yield make
    close_idle()


@pytest.fixture
def notify():
    with notify_server.running() as server:
        yield server


@pytest.fixture
def at_notify(an_office, notify):
    return an_office(
        MAIL_CHANNEL="notify",
        NOTIFY_API_KEY=notify_server.API_KEY,
        NOTIFY_URL=notify.url,
        NOTIFY_TEMPLATE_ID=notify_server.TEMPLATE,
        NOTIFY_TIMEOUT_SECONDS="3",
        SMTP_CONNECTIONS="1",
    )


def receipts(office, told, number, kind=assessment.SubmissionReceived):
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    for _ in range(number):
        office.hear(told.make(kind))


def waits_until(office):
    """The instants of the wall before which nothing is tried again."""
    with office.db.transaction() as tx:
        return set(tx.scalars(select(Message.next_attempt_at)))


@pytest.mark.parametrize(
    "answer",
    [
        b"550 5.4.5 Daily user sending limit exceeded.",
        b"550 5.1.90 Your message can't be sent because you've reached your daily limit for "
        b"message recipients",
        b"454 Throttling failure: Daily message quota exceeded.",
    ],
)
def test_a_server_that_takes_no_more_today_is_asked_again_later_and_nobody_fails(
    office_at, told, answer
):
    with blunt_server.running(answer) as server:
        office = office_at(server)
        receipts(office, told, 3)
        office.send()
        waiting = office.messages()
        (until,) = waits_until(office)

        office.put_forward()
        office.send()

    assert {(one.attempts, one.status) for one in waiting} <= {(0, "sending"), (0, "created")}
    assert timedelta(minutes=50) < until - datetime.now(UTC) < timedelta(minutes=70)
    assert server.taken == 3
    assert call(office.service, ListSuppressions()).items == []
    assert emitted(office.db, MessageFailed) == []


def test_a_recipient_who_takes_no_more_today_keeps_nobody_else_waiting(office_at, told):
    with blunt_server.running(b"452 4.2.2 mailbox has received its daily limit") as server:
        office = office_at(server)
        receipts(office, told, 3)
        office.send()

    assert sorted(one.status for one in office.messages()) == ["sending", "sent", "sent"]


def test_a_day_s_limit_at_notify_uses_up_no_attempts_and_ends_with_notify_s_day(
    at_notify, notify, told
):
    receipts(at_notify, told, 2)
    receipts(at_notify, told, 1, assessment.ResultReleased)
    notify.answers = [SPENT] * (RETRIES + 2)

    for _ in range(RETRIES + 2):
        at_notify.send()
        (until,) = waits_until(at_notify)
        at_notify.put_forward()
    at_notify.send()

    assert (until.hour, until.minute, until.tzinfo) == (0, 0, UTC)
    assert timedelta() < until - datetime.now(UTC) <= timedelta(days=1)
    assert {(one.status, one.attempts) for one in at_notify.messages()} == {("sent", 1)}
    assert len(notify.taken) == 3


@pytest.mark.parametrize(
    "answer",
    [
        (400, "BadRequestError", "Template not found"),
        (400, "BadRequestError", "Template has been deleted"),
        (400, "BadRequestError", "Missing personalisation: body"),
        (400, "BadRequestError", "Service is not allowed to send emails"),
        (404, "NoResultFound", "No result found"),
    ],
)
def test_what_is_not_right_with_our_template_at_notify_fails_no_message(
    at_notify, notify, told, answer
):
    receipts(at_notify, told, 3)
    notify.answers = [answer]
    at_notify.send()
    (reason,) = {one.reason for one in at_notify.messages()}

    at_notify.put_forward()
    at_notify.send()

    assert answer[2] in reason
    assert {one.status for one in at_notify.messages()} == {"sent"}
    assert call(at_notify.service, ListSuppressions()).items == []


def test_an_address_that_notify_cannot_read_is_suppressed(at_notify, notify, told):
    receipts(at_notify, told, 1)
    notify.answers = [(400, "InvalidEmailError", "Not a valid email address")]

    at_notify.send()

    assert at_notify.messages()[0].status == "permanent-failure"
    assert len(call(at_notify.service, ListSuppressions()).items) == 1
