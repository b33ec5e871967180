"""What is measured, one case to a process: `python -m bench.enrolment.cases CASE [ARGUMENT…]`.

download URL        read all applications from DfE page by page and parse the JSON, no more
sync WHAT           read them as enrolment does; WHAT: first, or again
parse FILE          read a CSV file and count its rows
import FILE         bring it up, check it and apply it
prepare             accept everyone of the simulator, each with evidence for `started`
declare             make all declarations that can be made
lines FILE          parse as many declarations as JSON lines

All of it as in a running service, whose one thread does something else while it waits.
"""

import kit.transport.patch  # noqa: F401  before anything opens a socket

# isort: split
import base64
import csv
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import requests

from bench.enrolment.office import (
    COHORT,
    COURSE,
    PAGE,
    REGISTERED,
    SCHOOL,
    an_office,
    autumn,
    events_told,
    measured,
)
from enrolment.service import EnrolmentService
from headship_contracts.enrolment.applications import (
    ApplicationRecord,
    AssignDeliveryPartner,
    ListApplications,
)
from headship_contracts.enrolment.batches import DeclareBatch
from headship_contracts.enrolment.dfe import SyncFromDfe
from headship_contracts.enrolment.imports import (
    PIECE_BYTES,
    ApplyImport,
    BeginImport,
    PutImportPiece,
    ValidateImport,
)
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.sessions.events import EngagementChanged
from kit import clock
from kit.testing import call, deliver

A_SCHOOL = School(
    urn=SCHOOL,
    name="Example School",
    local_authority="Kent",
    phase="primary",
    establishment_type="34",
)


def download(url: str) -> None:
    """The bare rate: the same pages, parsed, and nothing done with them."""
    headers = {"Authorization": f"Bearer {os.environ['DFE_API_TOKEN']}"}
    seen = page = 0
    with measured() as told, requests.Session() as session:
        while True:
            page += 1
            asked = {"page[page]": str(page), "page[per_page]": str(PAGE)}
            reply = session.get(f"{url}/api/v3/npq-applications", params=asked, headers=headers)
            reply.raise_for_status()
            found = json.loads(reply.content)["data"]
            if not found:
                break
            seen += len(found)
        told.tell(records=seen)


def sync() -> None:
    """Everything, as the weekly sync does; what it told is counted."""
    office = an_office()
    before = events_told(office)
    with measured() as told:
        report = call(office, SyncFromDfe(everything=True))
        told.tell(
            records=report.seen,
            received=report.received,
            changed=report.changed,
            problem=report.problem,
        )
        told.told = (told.told or {}) | {"events": events_told(office) - before}


def parse(path: str) -> None:
    with measured() as told, Path(path).open(newline="", encoding="utf-8") as file:
        told.tell(records=sum(1 for _ in csv.DictReader(file)))


def import_file(path: str) -> None:
    """As the command line does: pieces up, validated, applied."""
    office = an_office()
    call(office, AddSchools(schools=[A_SCHOOL]))
    with measured() as told:
        begun = call(office, BeginImport(size=Path(path).stat().st_size))
        for number, piece in enumerate(_pieces(Path(path))):
            call(
                office,
                PutImportPiece(
                    import_id=begun.import_id,
                    number=number,
                    content=base64.b64encode(piece).decode(),
                    sha256=hashlib.sha256(piece).hexdigest(),
                ),
            )
        call(office, ValidateImport(import_id=begun.import_id))
        done = call(office, ApplyImport(import_id=begun.import_id, mode="valid_rows"))
        told.tell(records=done.rows, applied=done.applied, bad=done.bad, unchanged=done.unchanged)


def prepare() -> None:
    """Everyone has a place at DfE; here they get a delivery partner and have been to a session."""
    office = an_office()
    with measured() as told:
        call(office, autumn())
        _accept_all_at_dfe()
        call(office, SyncFromDfe(everything=True))
        partner = call(office, ListDeliveryPartners()).items[0]
        people = list(_applications(office))
        for application in people:
            call(
                office,
                AssignDeliveryPartner(
                    application_id=application.application_id,
                    delivery_partner_id=partner.delivery_partner_id,
                ),
            )
            deliver(office, _attended(application))
        told.tell(records=len(people))


def declare() -> None:
    office = an_office()
    clock.set_simulated(datetime(2026, 10, 20, 20, tzinfo=UTC))
    with measured() as told:
        report = call(office, DeclareBatch(cohort=COHORT, course=COURSE))
        told.tell(records=report.made, not_made=[str(line) for line in report.not_made[:3]])


def lines(path: str) -> None:
    with measured() as told, Path(path).open(encoding="utf-8") as file:
        told.tell(records=sum(1 for line in file if json.loads(line)))


def _accept_all_at_dfe() -> None:
    url, token = os.environ["DFE_API_URL"], os.environ["DFE_API_TOKEN"]
    headers = {
        "Authorization": f"Bearer {token}",
        "X-With-Server-Date": REGISTERED.isoformat(),
    }
    body = {"data": {"type": "npq-application-accept", "attributes": {"funded_place": True}}}
    with requests.Session() as session:
        session.headers.update(headers)
        page = 1
        while True:
            asked = {"page[page]": str(page), "page[per_page]": "1000"}
            reply = session.get(f"{url}/api/v3/npq-applications", params=asked)
            found = reply.json()["data"]
            if not found:
                return
            for one in found:
                accepted = session.post(
                    f"{url}/api/v3/npq-applications/{one['id']}/accept", json=body
                )
                accepted.raise_for_status()
            page += 1


def _applications(office: EnrolmentService) -> Iterator[ApplicationRecord]:
    cursor = None
    while True:
        page = call(office, ListApplications(cohort=COHORT, limit=500, cursor=cursor))
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _attended(application: ApplicationRecord) -> EngagementChanged:
    return EngagementChanged(
        application_id=application.application_id,
        participant_id=application.participant_id,
        revision=1,
        first_engaged_on=date(2026, 10, 8),
        last_engaged_on=date(2026, 10, 19),
        live_attended_minutes=90,
        live_planned_minutes=90,
        study_attended_minutes=0,
        study_planned_minutes=0,
        attended_minutes=90,
        planned_minutes=90,
    )


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["download", url]:
            download(url)
        case ["sync"]:
            sync()
        case ["parse", path]:
            parse(path)
        case ["import", path]:
            import_file(path)
        case ["prepare"]:
            prepare()
        case ["declare"]:
            declare()
        case ["lines", path]:
            lines(path)
        case _:
            sys.exit(__doc__)
