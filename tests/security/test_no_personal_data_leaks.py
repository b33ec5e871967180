"""A person with a marked name, address and TRN is in nothing that the platform says of itself."""

import kit.transport.patch  # noqa: F401  first of all, since services run in this process

# isort: split
import base64
import hashlib
import io
import json
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import generate_latest
from sqlalchemy import select

from cli.embedded import DEFAULTS
from cli.services import SERVICES, service_classes
from headship_contracts.enrolment.admissions import MakeAdmissionLink
from headship_contracts.enrolment.applications import (
    AddApplication,
    ApplicationRecord,
    AssignDeliveryPartner,
    GetApplication,
)
from headship_contracts.enrolment.imports import (
    ApplyImport,
    BeginImport,
    PutImportPiece,
    ValidateImport,
)
from headship_contracts.enrolment.people import People
from headship_contracts.enrolment.staff import AddStaff, GetStaff
from headship_contracts.errors import ServiceError
from headship_contracts.messages import Request
from headship_contracts.notifications.mailings import (
    ApplyMailing,
    BeginMailing,
    MailingRecord,
    PutMailingPiece,
)
from kit import log
from kit.bus.retry import RetryPolicy
from kit.db.engine import begin
from kit.db.tables import audit, audit_seals, outbox, parked
from kit.topology import topology_of
from kit.transport.embedded import Embedded
from notifications import applications as told_to_notifications

NAME, ADDRESS, TRN = "Zebedee Quillfeather", "zebedee.quillfeather@example.org", "9000017"
MARKS = re.compile(r"zebedee|quillfeather|9000017", re.IGNORECASE)


@dataclass
class Platform:
    """All four services in this process, and all that they log."""

    running: Embedded
    logged: io.StringIO
    directory: Path

    def ask(self, request: Request[Any]) -> Any:
        return self.running.ask(request)

    def refused(self, request: Request[Any]) -> str:
        """All that a caller is told of a refusal."""
        with pytest.raises(ServiceError) as error:
            self.ask(request)
        return json.dumps([str(error.value), error.value.detail, error.value.fields])

    def upload(self, begin: Callable[..., Any], text: str) -> UUID:
        """A file that is up, by its id."""
        content = text.encode()
        begun = self.ask(begin(size=len(content)))
        piece = {
            "number": 0,
            "content": base64.b64encode(content).decode(),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        if isinstance(begun, MailingRecord):
            self.ask(PutMailingPiece(mailing_id=begun.mailing_id, **piece))
            return begun.mailing_id
        self.ask(PutImportPiece(import_id=begun.import_id, **piece))
        return UUID(str(begun.import_id))

    def said(self, replies: list[str]) -> dict[str, str]:
        """All that was said of the work, with these replies to whoever asked in vain."""
        return {
            "replies of errors": json.dumps(replies),
            "logs": self.logged.getvalue(),
            "events": self.rows(outbox, outbox.c.body),
            "dead letters": self.rows(parked, parked.c.reason),
            "metrics": generate_latest().decode(),
            "the audit trail": self.rows(audit) + self.rows(audit_seals),
        }

    def rows(self, table: Any, *columns: Any) -> str:
        """Some columns of a table of the kit, of all services."""
        found = []
        for database in self.running.databases.values():
            with begin(database.engine) as connection:
                found += [list(row) for row in connection.execute(select(*columns or [table]))]
        return json.dumps(found, default=str)


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    written = io.StringIO()
    log.configure([*SERVICES, "kit"], "DEBUG", stream=written)
    settings = DEFAULTS | {"MAIL_DIRECTORY": str(tmp_path / "mail"), "RETRY_DELAYS": "0.01"}
    with Embedded(service_classes(), tmp_path / "data", settings) as running:
        yield Platform(running, written, tmp_path)
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)


def an_applicant(**told: Any) -> AddApplication:
    fields = {
        "reference": "A-1",
        "full_name": NAME,
        "email": ADDRESS,
        "teacher_reference_number": TRN,
        "course": "npq-headship",
        "cohort": "2026b",
        "work_setting": "another_setting",
    }
    return AddApplication(**fields | told)


def eventually(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + 20
    while not (value := found()) and time.monotonic() < end:
        time.sleep(0.05)
    return value


def test_nothing_that_is_said_of_the_work_names_the_person(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_given: object) -> None:
        raise RuntimeError(f"no place for {NAME!r} <{ADDRESS}>, TRN {TRN}")

    monkeypatch.setattr(told_to_notifications, "keep_application", fails)

    applied: ApplicationRecord = platform.ask(an_applicant())
    staff = platform.ask(AddStaff(full_name=NAME, email=ADDRESS, roles=["coach"]))
    link = platform.ask(MakeAdmissionLink(application_id=applied.application_id, step="statement"))
    platform.ask(People(ids=[applied.participant_id, staff.staff_id]))
    platform.ask(GetApplication(application_id=applied.application_id))
    replies = [
        platform.refused(an_applicant(reference="A-2", email=f"{NAME}@@")),
        platform.refused(an_applicant(reference="A-3", course=NAME)),
        platform.refused(an_applicant(reference="A-4", teacher_reference_number=f"{TRN}1")),
        platform.refused(an_applicant(reference=NAME * 20)),
        platform.refused(AddStaff(full_name=NAME, email=f"{NAME}", roles=["coach"])),
        platform.refused(AddStaff(full_name=NAME, email=ADDRESS, roles=[NAME])),
        platform.refused(GetStaff(broker_user=NAME.replace(" ", "."))),
        platform.refused(
            AssignDeliveryPartner(
                application_id=applied.application_id, delivery_partner_id=uuid4()
            )
        ),
    ]
    eventually(lambda: "RuntimeError" in platform.rows(parked, parked.c.reason))

    said = platform.said(replies) | {
        "queues": str(topology_of(service_classes(), RetryPolicy.of_seconds(["1"]))),
        "addresses": link.url,
    }

    assert "RuntimeError" in said["dead letters"]
    assert "add_application" in said["logs"]
    assert "application_received" in said["events"]
    assert marked(said) == {}


def test_nothing_that_is_said_of_files_names_whom_they_are_about(platform: Platform) -> None:
    """Of applications and of a mailing: what was taken, what was not, and what is no such file."""
    people = platform.upload(
        BeginImport,
        "full_name,email,trn,course,cohort,work_setting\n"
        f"{NAME},{ADDRESS},{TRN},npq-headship,2026b,another_setting\n"
        f"{NAME},{NAME}@@,{TRN}1,{NAME},{NAME},{NAME}\n",
    )
    mailing = platform.upload(
        partial(BeginMailing, template="announcement", key="parking"),
        "Email address,Name,Heading,Text\n"
        f"{ADDRESS},{NAME},Parking,About {NAME}\n{NAME}@@,{NAME},Parking,{TRN}\n",
    )
    nothing = f"{NAME},{ADDRESS}\n{TRN},{TRN}\n"
    replies = [
        platform.refused(ApplyImport(import_id=people)),
        platform.refused(ApplyMailing(mailing_id=mailing)),
        platform.refused(ValidateImport(import_id=platform.upload(BeginImport, nothing))),
    ]

    taken = platform.ask(ApplyImport(import_id=people, mode="valid_rows"))
    queued = platform.ask(ApplyMailing(mailing_id=mailing, mode="valid_rows"))
    eventually(lambda: "application_received" in platform.rows(outbox, outbox.c.body))

    assert (taken.applied, taken.bad, queued.applied, queued.bad) == (1, 1, 1, 1)
    said = platform.said(replies)
    assert "apply_mailing" in said["logs"]
    assert marked(said) == {}


def marked(said: Mapping[str, str]) -> dict[str, list[str]]:
    """Where a mark stands, and which."""
    found = {where: sorted(set(MARKS.findall(text))) for where, text in said.items()}
    return {where: marks for where, marks in found.items() if marks}
