"""The service is killed while it sends to a real mail server: nothing doubled, nothing lost."""

import signal
import subprocess
import sys
import threading
from collections import Counter
from email import message_from_bytes

import pytest
from mail_server import MailServer

from headship_contracts.assessment import events as assessment
from headship_contracts.enrolment import events as enrolment

RECEIPTS, RESULTS, KILLS, CONNECTIONS = 60, 15, 3, 4

SENDS = """
import sys
from datetime import timedelta
from headship_contracts.enrolment.people import People, PeopleFound, Person
from kit.config import load
from kit.db import ServiceDatabase
from kit.db.engine import open_engine
from kit.testing import SETTINGS, FakeAsk, a_service, run_timer
from notifications.service import NotificationsService
from notifications.settings import NotificationsSettings
from datetime import UTC, datetime

def everybody(request):
    return PeopleFound(people=[
        Person(person_id=one, kind="participant", full_name="Seren", email=f"{one}@example.org")
        for one in request.ids
    ])

settings = SETTINGS | {"MAIL_CHANNEL": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_PORT": sys.argv[2]}
service = a_service(
    NotificationsService,
    db=ServiceDatabase(open_engine(sys.argv[1]), "notifications"),
    ask=FakeAsk({People: everybody}),
    settings=load(NotificationsSettings, settings),
)
run_timer(service, "send_due", datetime(2026, 11, 3, 10, tzinfo=UTC))
"""


class Mailbox:
    """Counts mails by their Message-ID, and lets a test wait for the next few."""

    def __init__(self):
        self.copies = Counter()
        self.arrived = threading.Condition()

    async def handle_DATA(self, _server, _session, envelope):
        with self.arrived:
            self.copies[message_from_bytes(envelope.content)["Message-ID"]] += 1
            self.arrived.notify_all()
        return "250 taken"

    def wait_for(self, mails):
        with self.arrived:
            assert self.arrived.wait_for(lambda: self.copies.total() >= mails, timeout=60)


@pytest.mark.slow
def test_killed_while_sending_no_mail_is_lost_and_none_that_is_not_critical_doubled(office, told):
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    for _ in range(RECEIPTS):
        office.hear(told.make(assessment.SubmissionReceived))
    for _ in range(RESULTS):
        office.hear(told.make(assessment.ResultReleased))
    mailbox = Mailbox()
    server = MailServer(mailbox)
    server.start()
    url = office.db.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", SENDS, url, str(server.port)]

    try:
        for _ in range(KILLS):
            before = mailbox.copies.total()
            with subprocess.Popen(command) as process:
                mailbox.wait_for(before + 6)
                process.send_signal(signal.SIGKILL)
        subprocess.run(command, check=True, timeout=60)
    finally:
        server.stop()

    by_class = {"critical": [], "transactional": []}
    for message in office.messages(limit=500):
        by_class[message.message_class].append(message)
    copies = {
        m.message_id: mailbox.copies[f"<{m.message_id}@example.org>"] for m in office.messages()
    }
    receipts, results = by_class["transactional"], by_class["critical"]
    unknown = [message for message in receipts if message.status == "unknown"]
    assert {message.status for message in receipts} <= {"sent", "unknown"}
    assert len(unknown) <= KILLS * CONNECTIONS
    assert all(copies[m.message_id] == 1 for m in receipts if m.status == "sent")
    assert all(copies[m.message_id] <= 1 for m in unknown)
    assert {message.status for message in results} == {"sent"}
    assert all(copies[m.message_id] >= 1 for m in results)
    assert mailbox.copies.total() <= RECEIPTS + RESULTS + KILLS * CONNECTIONS
