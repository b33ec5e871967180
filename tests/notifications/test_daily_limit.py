"""How many messages leave in a day of London's: no more than may, whatever happens meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from conftest import NOW
from sqlalchemy import text
from test_replicas import Beside
from test_sending import Channel, Death, send_by

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import People
from headship_contracts.errors import Unavailable
from headship_contracts.notifications.messages import CountMessages
from kit import clock
from kit.testing import call, run_timer
from notifications import metrics, rounds
from notifications.channels import NotEver, NotKnown, NotNow
from notifications.domain.quiet import Calendar, next_day, read_hours
from notifications.figures import read

TOMORROW = datetime(2026, 11, 3, 7, 30, tzinfo=UTC)
MONDAY_TO_COME = datetime(2026, 11, 9, 7, 30, tzinfo=UTC)


@pytest.fixture
def limited(an_office):
    return an_office(MAIL_PER_DAY="3")


def receipts(office, told, number, *, results=0):
    """So many receipts wait to be sent, and results, which are critical."""
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    for _ in range(number):
        office.hear(told.make(assessment.SubmissionReceived))
    for _ in range(results):
        office.hear(told.make(assessment.ResultReleased))


def today(office, at=NOW):
    clock.set_simulated(at)
    return call(office.service, CountMessages()).today


def counted(office, at=NOW):
    """By the channel of these tests, which no setting names."""
    with office.db.transaction() as tx:
        rows = tx.execute(
            text("SELECT messages FROM daily_counts WHERE day = :day"), {"day": at.date()}
        )
        return sum(row.messages for row in rows)


def statuses(office):
    return sorted(message.status for message in office.messages(limit=100))


def test_what_is_over_the_limit_waits_until_tomorrow_and_is_told_why(limited, told):
    receipts(limited, told, 5)

    limited.send()
    (held, other) = limited.messages(status="created")
    limited.send(NOW + timedelta(hours=14))
    in_the_evening = len(limited.mails())
    limited.send(TOMORROW)

    assert in_the_evening == 3
    assert [hold.why for hold in held.holds] == ["daily_limit"]
    assert held.holds[0].until == other.due_at == TOMORROW
    assert statuses(limited) == ["sent"] * 5


def test_critical_messages_count_and_are_never_held_back(limited, told):
    receipts(limited, told, 2, results=5)

    limited.send()

    by_template = {(m.template, m.status) for m in limited.messages()}
    assert by_template == {("result", "sent"), ("submission_receipt", "created")}
    assert today(limited) == 5


def test_without_a_limit_everything_leaves(an_office, told):
    office = an_office(MAIL_PER_DAY="0")
    receipts(office, told, 5)

    office.send()

    assert statuses(office) == ["sent"] * 5
    assert call(office.service, CountMessages()).per_day == 0


def test_two_replicas_together_send_no_more_than_may_leave(limited, told):
    receipts(limited, told, 2)
    other = Channel()

    def other_replica():
        for _ in range(4):
            limited.hear(told.make(assessment.SubmissionReceived))
        send_by(limited, other)

    channel = Beside(other_replica)
    send_by(limited, channel)

    assert (len(channel.taken), len(other.taken)) == (2, 1)
    assert statuses(limited) == ["created"] * 3 + ["sent"] * 3


def test_after_a_crash_only_what_was_in_hand_counts(limited, told):
    receipts(limited, told, 3)
    with pytest.raises(Death):
        send_by(limited, Channel(Death()))
    assert counted(limited) == 3

    channel = Channel()
    send_by(limited, channel)

    assert statuses(limited) == ["sent", "sent", "unknown"]
    assert counted(limited) == 3


def test_what_a_crash_left_the_day_before_is_not_taken_off_today(limited, told):
    receipts(limited, told, 3)
    before_midnight = NOW + timedelta(minutes=1)
    with pytest.raises(Death):
        send_by(limited, Channel(Death()), before_midnight)
    limited.hear(told.make(assessment.SubmissionReceived))

    send_by(limited, Channel(), TOMORROW)

    assert counted(limited, NOW) == 1
    assert counted(limited, TOMORROW) == 3
    assert statuses(limited) == ["sent"] * 3 + ["unknown"]


@pytest.mark.parametrize(
    ("answer", "number"), [(NotNow("451 busy"), 0), (NotEver("550 no"), 0), (NotKnown("?"), 1)]
)
def test_what_did_not_leave_does_not_count(limited, told, answer, number):
    receipts(limited, told, 1)

    send_by(limited, Channel(answer))

    assert counted(limited) == number


def test_what_could_not_be_addressed_does_not_count(limited, told):
    receipts(limited, told, 3)
    everybody, limited.ask.answers[People] = limited.ask.answers[People], Unavailable("deadline")
    limited.send()

    limited.ask.answers[People] = everybody
    limited.send()

    assert statuses(limited) == ["sent"] * 3
    assert today(limited) == 3


def test_operators_see_how_many_have_left_and_how_many_may(limited, told):
    receipts(limited, told, 2)
    limited.send()

    found = call(limited.service, CountMessages())
    with limited.db.transaction(at=NOW) as tx:
        gauge = read(tx)[metrics.messages_today]

    assert (found.today, found.per_day) == (2, 3)
    assert gauge["file",] == 2
    assert today(limited, TOMORROW) == 0


def test_former_days_are_forgotten(limited, told):
    receipts(limited, told, 1)
    limited.send()

    run_timer(limited.service, "look_up_doubts", NOW + timedelta(days=1))
    assert counted(limited) == 1
    run_timer(limited.service, "look_up_doubts", NOW + timedelta(days=4))

    assert counted(limited) == 0


@pytest.mark.parametrize(
    ("message_class", "at", "hours", "until"),
    [
        ("transactional", NOW, "20:00-07:30", TOMORROW),
        ("informational", datetime(2026, 11, 6, 12, tzinfo=UTC), "20:00-07:30", MONDAY_TO_COME),
        # no night: midnight in London, which is an hour before UTC's in summer
        (
            "transactional",
            datetime(2026, 7, 1, 12, tzinfo=UTC),
            "00:00-00:00",
            datetime(2026, 7, 1, 23, tzinfo=UTC),
        ),
    ],
)
def test_tomorrow_begins_when_it_is_decent(message_class, at, hours, until):
    assert next_day(message_class, at, read_hours(hours), Calendar(())) == until


def test_a_round_s_id_tells_the_day_in_london():
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert str(rounds.day_of_round(rounds.new_round(late))) == "2026-07-02"
    assert rounds.new_round(late) != rounds.new_round(late)
