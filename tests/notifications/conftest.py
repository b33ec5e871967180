"""Builders for the tests of notifications: events, people, and the service without a bus."""

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, update

from headship_contracts.assessment import events as assessment
from headship_contracts.assessment.assessors import MarkingLinks
from headship_contracts.assessment.submissions import SubmissionLinks
from headship_contracts.enrolment import events as enrolment
from headship_contracts.enrolment.people import People, PeopleFound, Person
from headship_contracts.enrolment.waitlist import OfferLinks
from headship_contracts.links import LinksFound, PersonalLink
from headship_contracts.messages import Event
from headship_contracts.notifications.messages import ListMessages, MessageRecord
from headship_contracts.sessions import events as sessions
from headship_contracts.sessions.check_in import CheckInLinks
from kit import clock, links
from kit.config import load
from kit.db import ServiceDatabase
from kit.db.tables import KIT
from kit.testing import (
    SETTINGS,
    Databases,
    FakeAsk,
    a_service,
    call,
    deliver,
    deliver_together,
    run_timer,
)
from notifications.models import Base, Message
from notifications.service import NotificationsService
from notifications.settings import NotificationsSettings

sys.path.insert(0, str(Path(__file__).parent))  # the stand-ins beside these tests
sys.path.insert(0, str(Path(__file__).parents[2]))  # what the benchmark runs, too

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
PAGES = "https://headship.example.org"


@dataclass
class Told:
    """Events about one participant and their programme; each call is a newer revision."""

    application_id: UUID = field(default_factory=uuid4)
    participant_id: UUID = field(default_factory=uuid4)
    session_id: UUID = field(default_factory=uuid4)
    window_id: UUID = field(default_factory=uuid4)
    candidate_id: UUID = field(default_factory=uuid4)
    revision: int = 100

    def make(self, kind: type[Event], **wanted: Any) -> Any:
        """An event of this kind; what is not wanted otherwise has an ordinary value."""
        self.revision += 1
        ordinary = {
            "revision": self.revision,
            "application_id": self.application_id,
            "participant_id": self.participant_id,
            "course": "npq-headship",
            "cohort": "2026b",
            "status": "accepted",
            "training_status": "active",
            "accepted_at": NOW,
            "reason": "other",
            "was_accepted": True,
            "cause": "vanished",
            "effective_on": NOW.date(),
            "delivery_partner_id": uuid4(),
            "name": "Ashgrove Teaching School Hub",
            "staff_id": uuid4(),
            "roles": ["assessor"],
            "declaration_type": "started",
            "due_on": date(2026, 11, 20),
            "deadline_on": date(2026, 11, 25),
            "days_left": 21,
            "state": "passed",
            "completion_date": date(2026, 11, 1),
            "plan_id": uuid4(),
            "version": 1,
            "starts_on": date(2026, 11, 2),
            "last_unit_ends_on": date(2028, 3, 31),
            "group_id": uuid4(),
            "slot": "tue-16:00",
            "seat_id": uuid4(),
            "session_id": self.session_id,
            "kind": "webinar",
            "title": "School culture",
            "starts_at": NOW + timedelta(days=10),
            "ends_at": NOW + timedelta(days=10, hours=2),
            "local_start": "2026-11-12T09:30",
            "former_starts_at": NOW + timedelta(days=9),
            "sequence": 1,
            "attendance_id": uuid4(),
            "minutes": 0,
            "outcome": "approved",
            "missable": 2,
            "candidate_id": self.candidate_id,
            "window_id": self.window_id,
            "attempt": 1,
            "opens_at": NOW + timedelta(days=20),
            "expires_at": NOW + timedelta(days=5),
            "extension_id": uuid4(),
            "former_closes_at": NOW + timedelta(days=28),
            "closes_at": NOW + timedelta(days=28),
            "word_limit": 1_500,
            "submission_id": uuid4(),
            "received_at": NOW,
            "words": 1_402,
            "sha256": "ab" * 32,
            "allocation_id": uuid4(),
            "script_id": uuid4(),
            "role": "first",
            "result_id": uuid4(),
            "circumstances_id": uuid4(),
            "appeal_id": uuid4(),
            "stage": "provider",
        }
        if kind is sessions.AttendanceRecorded:
            ordinary["status"] = "absent"
        names = {member.name for member in dataclasses.fields(kind)}
        return kind(**{k: v for k, v in (ordinary | wanted).items() if k in names})


def links_to(request: OfferLinks | SubmissionLinks | CheckInLinks | MarkingLinks) -> LinksFound:
    """What the services of the pages answer: an address of its own for each who is asked about."""
    return LinksFound(
        links=[
            PersonalLink(
                application_id=one.application_id,
                staff_id=one.staff_id,
                window_id=one.window_id,
                url=f"{PAGES}/{request.wire.method}/{one.application_id or one.staff_id}.a_b-c",
            )
            for one in request.wanted
        ]
    )


@dataclass
class Office:
    """The service, the people that enrolment knows, and the mails that went out."""

    service: Any
    people: dict[UUID, Person]
    ask: FakeAsk
    folder: Path

    @property
    def db(self) -> ServiceDatabase:
        found: ServiceDatabase = self.service.db
        return found

    def hear(self, *events: Event, times: int = 1) -> None:
        for event in events:
            deliver(self.service, event, times=times)

    def hear_together(self, *events: Event) -> None:
        deliver_together(self.service, *events)

    def send(self, at: datetime = NOW + timedelta(minutes=1)) -> None:
        run_timer(self.service, "send_due", at)

    def evening(self, at: datetime = NOW + timedelta(hours=8)) -> None:
        """Tell what has waited until 17:00, and send it."""
        run_timer(self.service, "tell_together", at)
        self.send(at)

    def remind(self, at: datetime) -> None:
        run_timer(self.service, "remind", at)

    def put_forward(self) -> None:
        """Let the pause before the next attempt be over."""
        with self.db.transaction() as tx:
            tx.execute(update(Message).values(next_attempt_at=None))

    def messages(self, **wanted: Any) -> list[MessageRecord]:
        return call(self.service, ListMessages(**wanted)).items[::-1]

    def templates(self) -> list[str]:
        return sorted(message.template for message in self.messages())

    def mails(self) -> list[dict[str, Any]]:
        index = self.folder / "index.jsonl"
        return (
            [json.loads(line) for line in index.read_text().splitlines()] if index.exists() else []
        )


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture(scope="session")
def notifications_database(migrated_databases: Databases) -> Iterator[ServiceDatabase]:
    """One database for all these tests: each begins by emptying it."""
    with migrated_databases.a_database("notifications") as database:
        yield database


@pytest.fixture
def an_office(
    notifications_database: ServiceDatabase, tmp_path: Path
) -> Iterator[Callable[..., Office]]:
    """At the instant NOW. Makes the service on an empty database; enrolment knows everybody."""
    with notifications_database.engine.begin() as connection:
        for table in (*Base.metadata.tables.values(), *KIT.tables.values()):
            connection.execute(delete(table))

    def make(**settings: str) -> Office:
        people: dict[UUID, Person] = {}

        def answer(request: People) -> PeopleFound:
            return PeopleFound(
                people=[
                    people.get(one)
                    or Person(
                        person_id=one,
                        kind="participant",
                        full_name="Seren Yarrowdale",
                        email=f"{one}@example.org",
                    )
                    for one in request.ids
                ]
            )

        folder = tmp_path / "outbox"
        given = SETTINGS | {"MAIL_DIRECTORY": str(folder), "PROVIDER_NAME": "Example Provider"}
        pages = dict.fromkeys((OfferLinks, SubmissionLinks, CheckInLinks, MarkingLinks), links_to)
        ask = FakeAsk({People: answer, **pages})
        service = a_service(
            NotificationsService,
            db=notifications_database,
            ask=ask,
            settings=load(NotificationsSettings, given | settings),
        )
        return Office(service, people, ask, folder)

    clock.set_simulated(NOW)
    links.use([SETTINGS["LINK_SECRETS"]])
    yield make
    clock.use_wall_clock()
    notifications_database.after_wake = lambda _timer: None


@pytest.fixture
def office(an_office: Callable[..., Office]) -> Office:
    return an_office(TEAM_ADDRESS="team@example.org")


@pytest.fixture
def accepted(office: Office, told: Told) -> Told:
    """A participant whose acceptance was heard, and whose joining instructions went out."""
    office.hear(told.make(enrolment.ApplicationAccepted))
    office.send()
    return told


@pytest.fixture
def entered(office: Office, accepted: Told) -> Told:
    """The same, entered for a window that opens in 20 days and closes in 28."""
    office.hear(accepted.make(assessment.CandidateEntered))
    office.send()
    return accepted


@pytest.fixture
def seated(office: Office, accepted: Told) -> Told:
    """The same, with a seat in a session in ten days."""
    office.hear(accepted.make(sessions.SessionScheduled), accepted.make(sessions.ParticipantSeated))
    return accepted


@pytest.fixture
def receipt(office: Office, told: Told) -> Told:
    """A receipt and what it needs, waiting to be sent."""
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.SubmissionReceived))
    return told


@pytest.fixture
def result(office: Office, told: Told) -> Told:
    """A result, which is critical, waiting to be sent."""
    office.hear(told.make(enrolment.ApplicationReceived, status="pending"))
    office.hear(told.make(assessment.ResultReleased))
    return told
