"""What people hear together: in the evening, netted, and as things are when it goes out."""

import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest

from headship_contracts.enrolment import events as enrolment
from headship_contracts.notifications.messages import ResendMessage
from headship_contracts.notifications.preferences import SetPreferences, TopicPreference
from headship_contracts.sessions import events as sessions
from kit import clock
from kit.testing import call
from notifications.models import DigestItem

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def session_mails(office):
    found = [m for m in office.messages() if m.template.startswith(("session_", "digest"))]
    return [(message.template, message.status) for message in found]


def moves(told, *days, session_id=None):
    """The session moves from the first of these days to the second, and so on."""
    starts = [NOW + timedelta(days=day) for day in days]
    return [
        told.make(
            sessions.SessionMoved,
            session_id=session_id or told.session_id,
            former_starts_at=former,
            starts_at=latter,
            local_start=f"{latter:%Y-%m-%dT%H:%M}",
            sequence=number,
        )
        for number, (former, latter) in enumerate(pairwise(starts), start=2)
    ]


@pytest.mark.parametrize("reverse", [False, True])
def test_moved_twice_is_one_message_with_the_last_time(office, seated, reverse):
    events = moves(seated, 10, 12, 14)

    office.hear(*(events[::-1] if reverse else events), times=2)
    assert session_mails(office) == []
    office.evening()

    assert session_mails(office) == [("session_moved", "sent")]
    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert "now begins on Monday 16 November 2026" in mail
    assert "was to begin on Thursday 12 November 2026" in mail


@pytest.mark.parametrize("reverse", [False, True])
def test_moved_and_moved_back_is_no_message(office, seated, reverse):
    events = moves(seated, 10, 12, 10)

    office.hear(*(events[::-1] if reverse else events))
    office.evening()

    assert session_mails(office) == []


def test_several_changes_are_lines_of_one_message(office, seated):
    other = uuid4()
    office.hear(
        seated.make(sessions.SessionScheduled, session_id=other, title="Curriculum"),
        seated.make(sessions.ParticipantSeated, session_id=other),
        *moves(seated, 10, 12),
        seated.make(sessions.SessionCancelled, session_id=other, title="Curriculum", sequence=2),
    )

    office.evening()

    assert session_mails(office) == [("digest", "sent")]
    (message,) = office.messages(template="digest")
    assert message.subject == "Changes to your sessions"
    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert '* "School culture" is on Saturday 14 November 2026 at 9:30am' in mail
    assert '* "Curriculum", planned for' in mail


def test_a_digest_is_sent_again_with_what_of_it_is_still_so(office, seated):
    other = uuid4()
    office.hear(
        seated.make(sessions.SessionScheduled, session_id=other, title="Curriculum"),
        seated.make(sessions.ParticipantSeated, session_id=other),
        *moves(seated, 10, 12),
        seated.make(sessions.SessionCancelled, session_id=other, title="Curriculum", sequence=2),
    )
    office.evening()
    (digest,) = office.messages(template="digest")
    order = ResendMessage(message_id=digest.message_id, reason="they deleted it")

    told = []
    for later in ([], moves(seated, 10, 12, 14)[1:]):
        office.hear(*later)
        call(office.service, order)
        office.send(NOW + timedelta(hours=9))
        told.append((office.folder / office.mails()[-1]["file"]).read_text())
    office.evening()

    assert session_mails(office) == [("digest", "sent")] * 3
    assert '* "School culture" is on Saturday 14 November 2026 at 9:30am' in told[0]
    assert '* "School culture" is on Monday 16 November 2026 at 9:30am' in told[1]
    assert all('* "Curriculum", planned for' in mail for mail in told)


def test_a_change_to_a_near_session_is_told_at_once(office, seated):
    office.hear(*moves(seated, 1, 12))
    office.send()

    assert session_mails(office) == [("session_moved", "sent")]
    office.evening()
    assert session_mails(office) == [("session_moved", "sent")]


def test_what_stopped_being_true_is_not_in_the_digest(office, seated):
    other, seat = uuid4(), uuid4()
    office.hear(
        seated.make(sessions.SessionScheduled, session_id=other),
        seated.make(sessions.ParticipantSeated, session_id=other, seat_id=seat),
        *moves(seated, 10, 12),
        *moves(seated, 10, 13, session_id=other),
        seated.make(enrolment.ParticipantWithdrawn, training_status="withdrawn"),
    )

    office.evening()

    (message,) = office.messages(template="digest")
    assert (message.status, message.reason) == ("cancelled", "nothing_left")


def test_a_digest_that_was_held_tells_what_has_happened_meanwhile(office, seated):
    other = uuid4()
    office.hear(
        seated.make(sessions.SessionScheduled, session_id=other),
        seated.make(sessions.ParticipantSeated, session_id=other),
        *moves(seated, 10, 12),
        *moves(seated, 10, 13, session_id=other),
    )
    late = NOW + timedelta(hours=12)  # 21:30
    office.evening(late)
    (held,) = office.messages(template="digest")
    assert held.holds[0].why == "quiet_hours"

    office.hear(*moves(seated, 12, 12, 15)[1:])
    office.send(NOW + DAY)

    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert "Tuesday 17 November 2026" in mail
    office.evening(NOW + 2 * DAY)
    assert session_mails(office) == [("digest", "sent")]


def test_who_wants_all_at_once_gets_it_so(office, seated):
    want(office, seated.participant_id, "sessions", "at_once")

    office.hear(*moves(seated, 10, 12))
    office.send()

    assert session_mails(office) == [("session_moved", "sent")]


def test_who_wants_nothing_of_a_topic_gets_nothing(office, seated):
    want(office, seated.participant_id, "sessions", "never")

    office.hear(*moves(seated, 10, 12))
    office.evening()

    (message,) = office.messages(template="session_moved")
    assert (message.status, message.reason) == ("cancelled", "unsubscribed")


def want(office, person_id, topic, wanted):
    topics = [TopicPreference(topic=topic, wanted=wanted)]
    call(office.service, SetPreferences(person_id=person_id, topics=topics))


@pytest.fixture
def hub(office, told):
    """A hub with one member of staff, and a participant with it."""
    hub_id, staff_id = uuid4(), uuid4()
    office.hear(
        told.make(enrolment.StaffChanged, staff_id=staff_id, delivery_partner_id=hub_id),
        told.make(enrolment.ApplicationAccepted, delivery_partner_id=hub_id),
    )
    office.evening(NOW + timedelta(hours=8))
    office.evening(NOW + timedelta(hours=32))
    return hub_id, staff_id


def test_a_hub_hears_once_a_day_of_its_participants_by_name(office, told, hub):
    hub_id, staff_id = hub
    office.hear(
        told.make(sessions.SessionScheduled),
        told.make(sessions.AttendanceRecorded),
        told.make(sessions.EngagementAtRisk, missable=1),
        told.make(enrolment.DeclarationDue, delivery_partner_id=hub_id),
    )

    office.evening(NOW + 2 * DAY)

    first, second = office.messages(person_id=staff_id)
    assert {first.template, second.template} == {"digest_hub"}
    mail = next(m for m in office.mails() if m["message_id"] == str(second.message_id))
    text = (office.folder / mail["file"]).read_text().replace("=\n", "")
    assert "* Seren Yarrowdale can miss 1 more sessions" in text
    assert text.count("* Seren Yarrowdale") == 3
    assert "Seren" not in second.subject


def test_a_break_that_is_taken_back_the_same_day_is_no_news(office, told, hub):
    hub_id, staff_id = hub
    before = len(office.messages(person_id=staff_id))
    office.hear(
        told.make(
            enrolment.ParticipantDeferred, training_status="deferred", delivery_partner_id=hub_id
        ),
        told.make(enrolment.ParticipantResumed, delivery_partner_id=hub_id),
    )

    office.evening(NOW + 2 * DAY)

    assert len(office.messages(person_id=staff_id)) == before


def moves_on(office, told, hub_id, staff_id):
    office.hear(
        told.make(enrolment.StaffChanged, staff_id=staff_id, delivery_partner_id=uuid4()),
    )


def is_suspended(office, told, hub_id, staff_id):
    office.hear(
        told.make(enrolment.DeliveryPartnerChanged, delivery_partner_id=hub_id, status="suspended")
    )


@pytest.mark.parametrize("happens", [moves_on, is_suspended])
def test_who_is_no_longer_at_a_hub_hears_no_more_of_its_participants(office, told, hub, happens):
    _hub_id, staff_id = hub
    office.hear(told.make(sessions.EngagementAtRisk, missable=1))
    happens(office, told, *hub)

    office.evening(NOW + 2 * DAY)

    last = office.messages(person_id=staff_id)[-1]
    assert (last.status, last.reason) == ("cancelled", "nothing_left")


@pytest.mark.parametrize(("days", "told_as"), [((10, 3, 10), None), ((10, 3, 1), 10)])
def test_what_is_changed_at_short_notice_is_told_with_what_they_have_not_heard_of(
    office, seated, days, told_as
):
    first, second = moves(seated, *days)
    office.hear(first)
    clock.set_simulated(NOW + timedelta(hours=1))
    near = dataclasses.replace(second, former_starts_at=NOW + timedelta(hours=40))
    near = dataclasses.replace(near, starts_at=first.former_starts_at) if told_as is None else near
    office.hear(near)
    office.send(NOW + timedelta(hours=2))
    office.evening()

    found = session_mails(office)
    if told_as is None:
        assert found == []
        return
    assert found == [("session_moved", "sent")]
    mail = (office.folder / office.mails()[-1]["file"]).read_text()
    assert "was to begin on Thursday 12 November 2026" in mail


def test_an_item_is_told_once_however_often_the_evening_comes(office, seated):
    office.hear(*moves(seated, 10, 12))

    for _ in range(3):
        office.evening()

    assert len(session_mails(office)) == 1
    with office.db.transaction() as tx:
        assert {item.state for item in tx.query(DigestItem)} == {"told"}
