"""Builders for the tests of assessment: events, papers, and an office with its clock."""

import itertools
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from assessment_enrolment import everybodys_name

from assessment import blinding, preparing, submissions
from assessment.domain.allocation.planning import plan
from assessment.domain.extraction import read_script
from assessment.models import Base
from assessment.service import AssessmentService
from assessment.submissions import Read
from headship_contracts.assessment.marking import (
    CriterionMark,
    GetScript,
    ListScripts,
    MarkingPrepared,
    MarkingQueue,
    MarkScript,
    PrepareMarking,
    QueueItem,
    ScriptRecord,
)
from headship_contracts.assessment.papers import (
    Criterion,
    ListCandidates,
    PaperRecord,
    PublishPaper,
    ScheduleWindow,
    WindowRecord,
)
from headship_contracts.assessment.results import RatifyResults, ReleaseReport, ReleaseResults
from headship_contracts.assessment.submissions import Receipt, SubmitScript
from headship_contracts.enrolment.events import ApplicationAccepted, ApplicationState, StaffChanged
from headship_contracts.messages import Event
from headship_contracts.sessions.events import AssessmentReady
from kit import clock
from kit.db import ServiceDatabase
from kit.db.tables import KIT
from kit.identity import Caller
from kit.testing import a_service, call, deliver, emitted, run_timer

COURSE, COHORT = "npq-headship", "2026b"
OPENS_ON = date(2028, 3, 6)
A_MONTH_BEFORE = datetime(2028, 2, 6, 9, tzinfo=UTC)
OPERATOR = Caller("operator", "tester")

revisions = itertools.count(1)


def a_paper(**changes: Any) -> PublishPaper:
    """Out of 100 marks, 60 pass; criterion A must be met with 8."""
    usual: dict[str, Any] = {
        "course": COURSE,
        "code": "case-1",
        "title": "The new timetable",
        "case_study": "A school of 900 pupils changes its timetable.",
        "question": "How would you lead this change?",
        "criteria": [
            Criterion(
                code="A", name="Understands the school", max_mark=20, must_meet=True, meets_at=8
            ),
            Criterion(code="B", name="Uses the evidence", max_mark=20, weight=2),
            Criterion(code="C", name="Plans the change", max_mark=40),
        ],
        "pass_mark": 60,
        "word_limit": 100,
        "sample_minimum": 0,
        "sample_percent": 0,
    }
    return PublishPaper(**usual | changes)


def an_accepted_application(**changes: Any) -> ApplicationAccepted:
    return an_application(ApplicationAccepted, accepted_at=A_MONTH_BEFORE, **changes)


def an_application(kind: type[ApplicationState], **changes: Any) -> Any:
    usual: dict[str, Any] = {
        "revision": next(revisions),
        "application_id": uuid4(),
        "participant_id": uuid4(),
        "status": "accepted",
        "training_status": "active",
        "course": COURSE,
        "cohort": COHORT,
    }
    return kind(**usual | changes)


def a_readiness(application: ApplicationState, **changes: Any) -> AssessmentReady:
    usual: dict[str, Any] = {
        "revision": next(revisions),
        "application_id": application.application_id,
        "participant_id": application.participant_id,
        "course": application.course,
        "cohort": application.cohort,
        "gate_version": "1",
    }
    return AssessmentReady(**usual | changes)


def staff(*roles: str, **changes: Any) -> StaffChanged:
    usual = {"revision": next(revisions), "staff_id": uuid4(), "roles": list(roles)}
    return StaffChanged(**usual | changes)


def marks_of(total: int) -> list[CriterionMark]:
    """Marks with this weighted sum, 8 to 100; the criterion that must be met is."""
    a = min(20, max(8, total // 5))
    b = (total - a) // 4
    given = {"A": a, "B": b, "C": total - a - 2 * b}
    return [CriterionMark(criterion=code, mark=mark) for code, mark in given.items()]


def empty(db: ServiceDatabase) -> None:
    """Leave nothing of the test before, neither assessment's nor the kit's."""
    with db.engine.begin() as connection:
        for table in [*KIT.sorted_tables, *reversed(Base.metadata.sorted_tables)]:
            connection.execute(table.delete())


class Office:
    """The service with its database and clock, asked as its callers would ask."""

    def __init__(self, db: ServiceDatabase) -> None:
        self.db = db
        self.service = a_service(AssessmentService, db=db)
        self.limit(probation_scripts=0)  # so that a test's marks are marked twice for its reasons
        self.at(A_MONTH_BEFORE)

    def at(self, instant: datetime) -> None:
        """Let the clock stand there, and turn the windows."""
        clock.set_simulated(instant)
        run_timer(self.service, "turn_windows", instant)

    def limit(self, **settings: int) -> None:
        """Run the service with these settings instead."""
        self.service.settings = replace(self.service.settings, **settings)

    def ask(self, request: Any, caller: Caller = OPERATOR, key: str | None = None) -> Any:
        return call(self.service, request, caller=caller, idempotency_key=key)

    def tell(self, *events: Event, times: int = 1) -> None:
        for event in events:
            deliver(self.service, event, times=times)

    def told(self, kind: type[Event]) -> list[Any]:
        return emitted(self.db, kind)

    def paper(self, **changes: Any) -> PaperRecord:
        return self.ask(a_paper(**changes))

    def window(self, paper: PaperRecord | None = None, opens_on: date = OPENS_ON) -> WindowRecord:
        paper = paper or self.paper()
        return self.ask(
            ScheduleWindow(course=COURSE, cohort=COHORT, paper_id=paper.paper_id, opens_on=opens_on)
        )

    def ready(self, **changes: Any) -> ApplicationAccepted:
        """An application that is accepted and ready to be assessed."""
        application = an_accepted_application(**changes)
        self.tell(application, a_readiness(application))
        return application

    def assessors(self, number: int, *roles: str) -> list[UUID]:
        members = [staff(*(roles or ("assessor",))) for _ in range(number)]
        self.tell(*members)
        return [member.staff_id for member in members]

    def candidates(self, window: WindowRecord) -> dict[UUID, str]:
        """Application → state."""
        page = self.ask(ListCandidates(window_id=window.window_id))
        return {candidate.application_id: candidate.state for candidate in page.items}

    def open(self, window: WindowRecord) -> None:
        self.at(window.opens_at + timedelta(hours=9))

    def close(self, window: WindowRecord, *, names_told: bool = True) -> None:
        self.at(window.closes_at + timedelta(hours=9))
        if names_told:
            blinding.remove_names(self.db, everybodys_name)

    def submit(
        self,
        application: ApplicationState,
        window: WindowRecord,
        content: bytes = b"I would begin with trust.",
        filename: str = "script.txt",
        raw: str | None = None,
        key: str | None = None,
        **changes: Any,
    ) -> Receipt:
        """Submit a file as a caller would; `raw` stands for what should be base64."""
        usual = {
            "application_id": application.application_id,
            "window_id": window.window_id,
            "filename": filename,
            "content": b64encode(content).decode() if raw is None else raw,
            "own_work": True,
        }
        return self.ask(SubmitScript(**usual | changes), key=key)

    def submit_here(
        self,
        application: ApplicationState,
        window: WindowRecord,
        text: str,
        read: Read = read_script,
    ) -> Receipt:
        """Submit plain text, read in this process: quicker where many scripts are needed."""
        request = SubmitScript(
            application_id=application.application_id,
            window_id=window.window_id,
            filename="script.txt",
            content=b64encode(text.encode()).decode(),
            own_work=True,
        )
        return submissions.submit(self.db, request, OPERATOR, read)

    def submit_slowly(
        self,
        application: ApplicationState,
        window: WindowRecord,
        text: str,
        *,
        meanwhile: Callable[[], Any],
    ) -> Receipt:
        """Submit `text`; while it is being read, `meanwhile` happens."""

        def read(upload: dict[str, Any]) -> dict[str, Any]:
            meanwhile()
            return read_script(upload)

        return self.submit_here(application, window, text, read)

    def prepare(
        self, window: WindowRecord, nonce: str | None = "nonce", **how: Any
    ) -> MarkingPrepared:
        """Planned in this process: quicker than in a child, which `ask` has."""
        request = PrepareMarking(window_id=window.window_id, nonce=nonce, **how)
        return preparing.prepare(self.db, request, OPERATOR, plan)

    def marking(self, scripts: int, assessors: int = 4, **paper: Any) -> WindowRecord:
        """A window in marking, with so many scripts by authors without any conflict."""
        window = self.window(self.paper(**paper))
        applications = [self.ready() for _ in range(scripts)]
        self.assessors(assessors)
        self.assessors(1, "moderator")
        self.open(window)
        for number, application in enumerate(applications):
            self.submit_here(application, window, f"Script number {number} is here.")
        self.close(window)
        self.prepare(window)
        return window

    def scripts(self, window: WindowRecord) -> list[ScriptRecord]:
        return self.ask(ListScripts(window_id=window.window_id, limit=500)).items

    def script(self, window: WindowRecord, number: int = 1) -> ScriptRecord:
        return self.scripts(window)[number - 1]

    def waiting(self, script: ScriptRecord) -> tuple[UUID, QueueItem]:
        """With whom the script lies, and that person's line for it."""
        queue = self.ask(MarkingQueue(staff_id=script.waits_for, limit=500)).items
        return script.waits_for, next(one for one in queue if one.script_id == script.script_id)

    def mark(self, window: WindowRecord, number: int, total: int, holistic: str = "") -> UUID:
        """Whoever has this script gives it `total` marks; gives back who."""
        staff_id, item = self.waiting(self.script(window, number))
        holistic = holistic or ("pass" if total >= 60 else "fail")
        self.ask(
            MarkScript(
                allocation_id=item.allocation_id,
                staff_id=staff_id,
                marks=marks_of(total),
                holistic=holistic,
            )
        )
        return staff_id

    def ratify(self, window: WindowRecord, why: str | None = "not the matter here") -> Any:
        return self.ask(RatifyResults(window_id=window.window_id, unmoderated_because=why))

    def release(self, window: WindowRecord, key: str | None = None) -> ReleaseReport:
        """Ratify and release the window's results, whether moderated or not."""
        self.ratify(window)
        return self.ask(ReleaseResults(window_id=window.window_id), key=key)

    def shown(self, script: ScriptRecord) -> Any:
        """The script as whoever has it sees it."""
        staff_id, item = self.waiting(script)
        return self.ask(GetScript(allocation_id=item.allocation_id, staff_id=staff_id))
