"""Two tellings of one record handled at once, or in one group, on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

from conftest import NOW
from sqlalchemy import text, update
from test_sending import Channel, send_by

from cli.backing.processes import wait_until
from headship_contracts.enrolment import events as enrolment
from headship_contracts.sessions import events as sessions
from kit.db import ServiceDatabase
from notifications.models import Attendance, Message
from notifications.queueing import Wanted, add
from notifications.templates import OWN

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def somebody_waits(database: ServiceDatabase) -> bool:
    """Whether a transaction waits for another one's row."""
    with database.engine.connect() as connection:
        return bool(connection.scalar(WAITS))


def test_two_first_tellings_of_one_register_entry_are_both_kept(office, accepted):
    absent = accepted.make(sessions.AttendanceRecorded)
    present = accepted.make(
        sessions.AttendanceRecorded, status="present", attendance_id=absent.attendance_id
    )

    with ThreadPoolExecutor(1) as other_worker:
        with office.db.transaction() as tx:
            tx.add(
                Attendance(
                    attendance_id=absent.attendance_id,
                    application_id=absent.application_id,
                    session_id=absent.session_id,
                    status=absent.status,
                    revision=absent.revision,
                )
            )
            tx.flush()
            second = other_worker.submit(office.hear, present)
            assert wait_until(lambda: somebody_waits(office.db), 60)
        second.result(timeout=60)

    with office.db.transaction() as tx:
        assert tx.get(Attendance, absent.attendance_id).status == "present"


def test_the_newest_telling_holds_when_an_older_one_follows_in_its_group(office, accepted):
    deferred = accepted.make(enrolment.ParticipantDeferred, training_status="deferred")
    withdrawn = accepted.make(enrolment.ParticipantWithdrawn, training_status="withdrawn")
    office.hear_together(withdrawn, deferred)

    office.hear(accepted.make(sessions.ParticipantGrouped))
    office.send()

    (message,) = office.messages(template="group_joined")
    assert (message.status, message.reason) == ("cancelled", "participant_withdrawn")


class Beside(Channel):
    """While it has its first mail in hand, something else happens."""

    def __init__(self, meanwhile):
        super().__init__()
        self.meanwhile = [meanwhile]

    def hand_over(self, mail):
        if self.meanwhile:
            self.meanwhile.pop()()
        super().hand_over(mail)


def test_a_replica_of_a_former_release_leaves_newer_words_to_a_newer_one(office, receipt):
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(template_version=OWN - 1))

    office.send()
    (waiting,) = office.messages()
    with office.db.transaction() as tx:  # by a release that has them
        tx.execute(update(Message).values(template_version=1, next_attempt_at=None))
    office.send()

    (message,) = office.messages()
    assert (waiting.status, message.status) == ("created", "sent")


def test_a_replica_of_a_former_release_leaves_new_templates_to_a_newer_one(office, receipt):
    with office.db.transaction() as tx:
        tx.execute(update(Message).values(template="of_a_release_to_come"))

    office.send()

    (waiting,) = office.messages()
    assert (waiting.status, waiting.reason) == ("created", None)


def test_what_another_replica_is_about_to_send_counts_for_the_day(an_office, told):
    office = an_office(INFORMATIONAL_PER_DAY="2")
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.send()

    def plans(*keys):
        with office.db.transaction(at=NOW) as tx:
            for key in keys:
                values = {"starts on": "x", "last unit ends on": "y", "has group": False}
                about = {"person_id": told.participant_id, "application_id": told.application_id}
                add(tx, Wanted(template="plan_published", key=key, values=values, **about))

    def other_replica():
        plans("third")
        send_by(office, other)

    plans("first", "second")
    channel, other = Beside(other_replica), Channel()

    send_by(office, channel)

    assert (len(channel.taken), len(other.taken)) == (2, 0)
    (held,) = office.messages(status="created")
    assert [hold.why for hold in held.holds] == ["enough_for_today"]
