"""Every way into enrolment. What each one does is told in the file named by its noun."""

from datetime import datetime, time, timedelta

from enrolment import (
    applications,
    declarations,
    due,
    evidence,
    imports,
    organisations,
    places,
    push,
    schedules,
    sync,
    training,
    writes,
)
from enrolment.dfe.client import DfeClient
from enrolment.settings import EnrolmentSettings
from headship_contracts.assessment.events import ResultReleased, SubmissionMissed
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    AddApplication,
    ApplicationPage,
    ApplicationRecord,
    AssignDeliveryPartner,
    DeferParticipant,
    GetApplication,
    ListApplications,
    ListPlaces,
    PlacesList,
    PlacesRecord,
    RejectApplication,
    ResumeParticipant,
    SetPlaces,
    WithdrawParticipant,
)
from headship_contracts.enrolment.declarations import (
    CohortRecord,
    DeclarationPage,
    DueDeclarations,
    DuePage,
    ListDeclarations,
    ListSchedules,
    PublishCohort,
    PublishSchedule,
    ScheduleList,
    ScheduleRecord,
)
from headship_contracts.enrolment.dfe import (
    DfeStatus,
    DfeStatusRecord,
    DfeWritePage,
    DfeWriteRecord,
    ListDfeWrites,
    RetryDfeWrite,
    SyncFromDfe,
    SyncReport,
)
from headship_contracts.enrolment.organisations import (
    AddDeliveryPartner,
    AddSchools,
    AddStaff,
    DeliveryPartnerPage,
    DeliveryPartnerRecord,
    ListDeliveryPartners,
    ListStaff,
    StaffPage,
    StaffRecord,
)
from headship_contracts.enrolment.people import People, PeopleFound
from headship_contracts.errors import Conflict
from headship_contracts.messages import Done
from headship_contracts.notifications.events import MessageFailed
from headship_contracts.sessions.events import EngagementChanged
from kit import Caller, Config, Database, Transaction, handles, rpc, timer


class EnrolmentService:
    """Who applies, who is accepted, and what DfE is told of it."""

    name = "enrolment"
    db = Database()
    settings = Config(EnrolmentSettings)

    @rpc(ListApplications)
    def list_applications(self, tx: Transaction, request: ListApplications) -> ApplicationPage:
        """Applications that fit every filter."""
        return applications.list_applications(tx, request)

    @rpc(GetApplication)
    def get_application(self, tx: Transaction, request: GetApplication) -> ApplicationRecord:
        """One application."""
        return applications.get_application(tx, request)

    @rpc(AddApplication)
    def add_application(self, tx: Transaction, request: AddApplication) -> ApplicationRecord:
        """Import an applicant who is not at DfE."""
        return imports.add_application(tx, request)

    @rpc(AcceptApplication)
    def accept_application(self, tx: Transaction, request: AcceptApplication) -> ApplicationRecord:
        """Hold a place, and tell DfE."""
        return applications.accept(tx, request)

    @rpc(RejectApplication)
    def reject_application(self, tx: Transaction, request: RejectApplication) -> ApplicationRecord:
        """Reject, at DfE and here."""
        return applications.reject(tx, request)

    @rpc(AssignDeliveryPartner)
    def assign_delivery_partner(
        self, tx: Transaction, request: AssignDeliveryPartner
    ) -> ApplicationRecord:
        """Say who looks after a participant."""
        return applications.assign_delivery_partner(tx, request)

    @rpc(SetPlaces)
    def set_places(self, tx: Transaction, request: SetPlaces) -> PlacesRecord:
        """Set a cap."""
        return places.set_places(tx, request)

    @rpc(ListPlaces)
    def list_places(self, tx: Transaction, request: ListPlaces) -> PlacesList:
        """The caps of a cohort and course."""
        return places.list_places(tx, request)

    @rpc(DeferParticipant)
    def defer_participant(self, tx: Transaction, request: DeferParticipant) -> ApplicationRecord:
        """Pause training, at DfE and here."""
        return training.defer(tx, request)

    @rpc(ResumeParticipant)
    def resume_participant(self, tx: Transaction, request: ResumeParticipant) -> ApplicationRecord:
        """Go on with training, at DfE and here."""
        return training.resume(tx, request)

    @rpc(WithdrawParticipant)
    def withdraw_participant(
        self, tx: Transaction, request: WithdrawParticipant
    ) -> ApplicationRecord:
        """End training early, at DfE and here."""
        return training.withdraw(tx, request)

    @rpc(PublishCohort)
    def publish_cohort(self, tx: Transaction, request: PublishCohort) -> CohortRecord:
        """Make a cohort known."""
        return schedules.publish_cohort(tx, request)

    @rpc(PublishSchedule)
    def publish_schedule(self, tx: Transaction, request: PublishSchedule) -> ScheduleRecord:
        """Set the dates of a schedule."""
        return schedules.publish_schedule(tx, request)

    @rpc(ListSchedules)
    def list_schedules(self, tx: Transaction, request: ListSchedules) -> ScheduleList:
        """The schedules that are known."""
        return schedules.list_schedules(tx, request)

    @rpc(ListDeclarations)
    def list_declarations(self, tx: Transaction, request: ListDeclarations) -> DeclarationPage:
        """Declarations and their evidence."""
        return declarations.list_declarations(tx, request)

    @rpc(DueDeclarations)
    def due_declarations(self, tx: Transaction, request: DueDeclarations) -> DuePage:
        """What is open and not declared, and why."""
        return due.due_declarations(tx, request)

    @rpc(AddDeliveryPartner)
    def add_delivery_partner(
        self, tx: Transaction, request: AddDeliveryPartner
    ) -> DeliveryPartnerRecord:
        """Add or change a delivery partner."""
        return organisations.add_delivery_partner(tx, request)

    @rpc(ListDeliveryPartners)
    def list_delivery_partners(
        self, tx: Transaction, request: ListDeliveryPartners
    ) -> DeliveryPartnerPage:
        """Delivery partners by name."""
        return organisations.list_delivery_partners(tx, request)

    @rpc(AddStaff)
    def add_staff(self, tx: Transaction, request: AddStaff) -> StaffRecord:
        """Add or change someone who works for the programme."""
        return organisations.add_staff(tx, request)

    @rpc(ListStaff)
    def list_staff(self, tx: Transaction, request: ListStaff) -> StaffPage:
        """Who works for the programme."""
        return organisations.list_staff(tx, request)

    @rpc(AddSchools)
    def add_schools(self, tx: Transaction, request: AddSchools) -> Done:
        """Add or change schools."""
        return organisations.add_schools(tx, request)

    @rpc(People)
    def people(self, tx: Transaction, request: People) -> PeopleFound:
        """Names and addresses of participants and staff."""
        return organisations.people(tx, request)

    @rpc(SyncFromDfe, transaction=False)
    def sync_from_dfe(self, request: SyncFromDfe, _caller: Caller) -> SyncReport:
        """Read from DfE now."""
        return self._sync(everything=request.everything)

    @rpc(ListDfeWrites)
    def list_dfe_writes(self, tx: Transaction, request: ListDfeWrites) -> DfeWritePage:
        """What DfE was told, or is owed."""
        return writes.list_dfe_writes(tx, request)

    @rpc(RetryDfeWrite)
    def retry_dfe_write(self, tx: Transaction, request: RetryDfeWrite) -> DfeWriteRecord:
        """Send something again now."""
        return push.retry_dfe_write(tx, request)

    @rpc(DfeStatus)
    def dfe_status(self, tx: Transaction, request: DfeStatus) -> DfeStatusRecord:
        """Is DfE reachable, and what is it owed?"""
        return writes.dfe_status(tx, request)

    @handles(EngagementChanged, queue="keep_engagement")
    def keep_engagement(self, tx: Transaction, event: EngagementChanged) -> None:
        """Engagement is evidence for `started` and the retentions."""
        evidence.keep_engagement(tx, event)

    @handles(ResultReleased, queue="keep_result")
    def keep_result(self, tx: Transaction, event: ResultReleased) -> None:
        """A result is evidence for `completed`, and after that an outcome for DfE."""
        evidence.keep_result(tx, event)

    @handles(SubmissionMissed, queue="keep_missed_submission")
    def keep_missed_submission(self, tx: Transaction, event: SubmissionMissed) -> None:
        """Why there is no result."""
        evidence.keep_missed_submission(tx, event)

    @handles(MessageFailed, queue="note_failed_address")
    def note_failed_address(self, tx: Transaction, event: MessageFailed) -> None:
        """An address does not work."""
        evidence.note_failed_address(tx, event)

    @timer(every=timedelta(seconds=5), missed="skip")
    def push_to_dfe(self, _at: datetime) -> None:
        """Send what DfE is owed; woken whenever something is."""
        with self._dfe() as client:
            push.push(self.db, client)

    @timer(every=timedelta(minutes=1), missed="skip")
    def sync_regularly(self, at: datetime) -> None:
        """Read what changed at DfE, once in each interval that is set."""
        if sync.is_due(self.db, at, self.settings.dfe_sync_interval):
            self._sync_if_free(everything=False)

    @timer(every=timedelta(days=7), at=time(3, 17), missed="skip")
    def sync_everything(self, _at: datetime) -> None:
        """Read all from DfE: only so can be seen what is no longer there."""
        self._sync_if_free(everything=True)

    @timer(every=timedelta(days=1), at=time(5, 0), missed="skip")
    def declare_what_is_due(self, at: datetime) -> None:
        """Make the declarations that are due and evidenced; warn of deadlines."""
        declarations.declare_what_is_due(self.db, at)

    def _sync_if_free(self, *, everything: bool) -> None:
        try:
            self._sync(everything=everything)
        except Conflict:
            return  # somebody asked for one just now

    def _sync(self, *, everything: bool) -> SyncReport:
        interval = self.settings.dfe_sync_interval
        with self._dfe() as client:
            return sync.sync(self.db, client, everything=everything, interval=interval)

    def _dfe(self) -> DfeClient:
        return DfeClient(
            self.settings.dfe_api_url,
            self.settings.dfe_api_token,
            timeout=self.settings.dfe_timeout,
            page_size=self.settings.dfe_page_size,
        )
