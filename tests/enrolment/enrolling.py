"""Builders for the tests of enrolment: the service on a database, and DfE's simulator beside it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, insert, update

from dfe_simulator import Simulator
from dfe_simulator.control import counts
from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.models import Base, Budget, Cohort, DfeWrite, Schedule, Stream, Traffic
from enrolment.service import EnrolmentService
from enrolment.settings import EnrolmentSettings
from headship_contracts.assessment.events import ResultReleased
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    ApplicationRecord,
    AssignDeliveryPartner,
    GetApplication,
    ListApplications,
    SetPlaces,
)
from headship_contracts.enrolment.declarations import (
    DeclarationRecord,
    ListDeclarations,
    PublishSchedule,
)
from headship_contracts.enrolment.dfe import (
    DfeWriteRecord,
    ListDfeWrites,
    SyncFromDfe,
    SyncReport,
)
from headship_contracts.enrolment.events import Milestone
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.messages import Request
from headship_contracts.sessions.events import EngagementChanged
from kit import clock
from kit.db import ServiceDatabase
from kit.db.tables import KIT
from kit.testing import a_service, call, deliver, run_timer

REGISTERED = datetime(2026, 9, 7, 9, tzinfo=UTC)
"""When the simulator's people have registered, and admissions begin."""

COHORT, AUTUMN = "2026b", "npq-leadership-autumn"

KEPT = ("cohorts", "schedules", "dfe_traffic", "dfe_streams", "dfe_budget")
"""Tables with rows that the migrations put there."""

MILESTONES = [
    Milestone(
        declaration_type=declaration_type,
        opens_on=date.fromisoformat(opens_on),
        deadline_on=date.fromisoformat(deadline_on),
    )
    for declaration_type, opens_on, deadline_on in (
        ("started", "2026-10-01", "2026-11-25"),
        ("retained-1", "2026-11-26", "2027-05-26"),
        ("retained-2", "2027-05-27", "2028-01-24"),
        ("completed", "2028-01-25", "2028-07-25"),
    )
]


@dataclass
class Enrolling:
    """The service and a DfE to talk to. `revision` grows, as those of other services do."""

    service: EnrolmentService
    dfe: Simulator
    at: datetime = REGISTERED
    revision: int = 0
    woken: list[str] = field(default_factory=list)

    @property
    def db(self) -> ServiceDatabase:
        return self.service.db

    def moves_to(self, at: datetime) -> None:
        self.at = at
        clock.set_simulated(at)

    def call(self, request: Request[Any], **options: Any) -> Any:
        return call(self.service, request, **options)

    def run(self, timer: str) -> None:
        run_timer(self.service, timer, self.at)

    def push(self) -> None:
        self.run("push_to_dfe")

    def sync(self, *, everything: bool = False) -> SyncReport:
        return self.call(SyncFromDfe(everything=everything))

    def applications(self, **filters: Any) -> list[ApplicationRecord]:
        """Oldest first; those of one moment in the order of DfE's ids, the same in every run."""
        found = self.call(ListApplications(limit=500, **filters)).items
        return sorted(found, key=lambda each: (each.created_at, str(each.dfe_application_id)))

    def application(self, application_id: UUID) -> ApplicationRecord:
        return self.call(GetApplication(application_id=application_id))

    def declarations(self, **filters: Any) -> list[DeclarationRecord]:
        return self.call(ListDeclarations(limit=500, **filters)).items

    def writes(self, **filters: Any) -> list[DfeWriteRecord]:
        return self.call(ListDfeWrites(limit=500, **filters)).items

    def only_write(self) -> DfeWriteRecord:
        (write,) = self.writes()
        return write

    def patience_ends(self) -> None:
        """The pauses after failures are over."""
        with self.db.transaction() as tx:
            tx.execute(update(DfeWrite).values(next_attempt_at=None))
            tx.execute(update(Traffic).values(stopped_until=None))

    def accepts(self, application: ApplicationRecord) -> ApplicationRecord:
        """Accepted at DfE and here, with a delivery partner."""
        partner = self.call(ListDeliveryPartners()).items[0]
        self.call(
            AssignDeliveryPartner(
                application_id=application.application_id,
                delivery_partner_id=partner.delivery_partner_id,
            )
        )
        self.call(acceptance_of(application))
        self.push()
        return self.application(application.application_id)

    def accepted(self, number: int = 0) -> ApplicationRecord:
        """One of the simulator's people who is eligible, accepted."""
        self.sync()
        eligible = [a for a in self.applications() if a.eligible_for_funding]
        return self.accepts(eligible[number])

    def enrolled(self) -> ApplicationRecord:
        """Accepted, on a schedule with known dates."""
        self.call(autumn_schedule())
        return self.accepted()

    def engages(self, application: ApplicationRecord, first: date, last: date) -> None:
        self.revision += 1
        deliver(self.service, engagement(application, first, last, self.revision))

    def declares(self) -> None:
        """A day's run, and what it owes is sent."""
        self.run("declare_what_is_due")
        self.push()

    def completes(self, application: ApplicationRecord) -> None:
        """Three declarations made; the milestone of the last one is open."""
        for on in (date(2026, 10, 8), date(2026, 12, 3), date(2027, 6, 10)):
            self.moves_to(datetime(on.year, on.month, on.day, 20, tzinfo=UTC))
            self.engages(application, date(2026, 10, 8), on)
            self.declares()
        self.moves_to(datetime(2028, 2, 1, 20, tzinfo=UTC))

    def state_at_dfe(self) -> dict[str, Any]:
        return counts(self.dfe.world, self.dfe.plan.lead_provider)


FEE = Decimal("1499.00")
"""What a place costs that DfE does not pay for."""


def acceptance_of(application: ApplicationRecord, **options: Any) -> AcceptApplication:
    """With a funded place for whoever is eligible."""
    return AcceptApplication(
        application_id=application.application_id,
        funded_place=application.eligible_for_funding,
        **options,
    )


def autumn_schedule(**changes: Any) -> PublishSchedule:
    """A made-up leadership schedule for autumn 2026; DfE has not published its own yet."""
    schedule = PublishSchedule(
        schedule=AUTUMN, cohort=COHORT, starts_on=date(2026, 10, 1), milestones=MILESTONES
    )
    return replace(schedule, **changes)


def places(cap: int | None, **scope: Any) -> SetPlaces:
    """The cap of the cohort under test."""
    return SetPlaces(cohort=COHORT, course=HEADSHIP, cap=cap, **scope)


def engagement(
    application: ApplicationRecord, first: date, last: date, revision: int
) -> EngagementChanged:
    """What sessions tells."""
    return EngagementChanged(
        application_id=application.application_id,
        participant_id=application.participant_id,
        revision=revision,
        first_engaged_on=first,
        last_engaged_on=last,
        live_attended_minutes=90,
        live_planned_minutes=100,
        study_attended_minutes=90,
        study_planned_minutes=100,
        attended_minutes=180,
        planned_minutes=200,
    )


def a_result(application: ApplicationRecord, **told: Any) -> ResultReleased:
    """What assessment tells: a first attempt, passed, unless said otherwise."""
    known: dict[str, Any] = {
        "application_id": application.application_id,
        "participant_id": application.participant_id,
        "result_id": uuid4(),
        "revision": 1,
        "attempt": 1,
        "state": "passed",
        "completion_date": date(2028, 1, 28),
    }
    return ResultReleased(**{**known, **told})


def enrol_on(
    db: ServiceDatabase, dfe: Simulator, settings: EnrolmentSettings
) -> Iterator[Enrolling]:
    """The service on this database, at the start of admissions; the clock is put right after."""
    service = a_service(EnrolmentService, db=db, settings=settings)
    programme = Enrolling(service, dfe)
    db.after_wake = programme.woken.append
    programme.moves_to(REGISTERED)
    yield programme
    clock.use_wall_clock()


def empty(db: ServiceDatabase) -> None:
    """As after the migrations, whatever a test before this one left."""
    with db.engine.begin() as connection:
        for table in [*KIT.sorted_tables, *reversed(Base.metadata.sorted_tables)]:
            if table.name not in KEPT:
                connection.execute(table.delete())
        published = Schedule.revision == 1
        connection.execute(delete(Schedule).where(~published))
        connection.execute(delete(Cohort).where(Cohort.cohort > COHORT))
        connection.execute(delete(Traffic))
        nothing_yet = {"failures": 0, "number": 0, "everything": False, "page": 0}
        for name in ("push", "sync"):
            connection.execute(insert(Traffic).values(name=name, **nothing_yet))
        unread = {"cursor_at": None, "since": None, "finished_at": None, "problem": None}
        connection.execute(update(Stream).values(number=0, page=1, **unread))
        connection.execute(update(Budget).values(left=0, filled_at=None))
