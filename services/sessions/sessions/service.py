"""Every way into sessions: what it can be asked, what it hears, what it does by itself."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from headship_contracts.assessment.events import ResultReleased
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationRemoved,
    ApplicationState,
    DeliveryPartnerChanged,
    ParticipantDeferred,
    ParticipantDetailsChanged,
    ParticipantMerged,
    ParticipantMovedSchool,
    ParticipantRescheduled,
    ParticipantResumed,
    ParticipantTransferred,
    ParticipantWithdrawn,
    SchedulePublished,
    StaffChanged,
)
from headship_contracts.errors import NotFound
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    AttendanceReport,
    DecideCatchUp,
    EngagementPage,
    EngagementRecord,
    GetEngagement,
    GetRegister,
    ListAtRisk,
    RecordAttendance,
    RecordStudy,
    Register,
    StudyReport,
    SubmitCatchUp,
)
from headship_contracts.sessions.groups import (
    AvailabilityRecord,
    FormGroups,
    GetGroup,
    GroupingReport,
    GroupPage,
    GroupWithMembers,
    HubOfferRecord,
    ListGroups,
    SetAvailability,
    SetHubOffer,
)
from headship_contracts.sessions.plans import GetPlan, PlanRecord, PublishPlan
from headship_contracts.sessions.schedule import (
    CalendarAddress,
    CalendarLink,
    CalendarText,
    CancelSession,
    GetCalendar,
    ListSessions,
    MoveSession,
    ScheduleReport,
    ScheduleSessions,
    SessionPage,
    SessionRecord,
)
from kit import Ask, Caller, Config, Database, Transaction, handles, http, rpc, timer
from kit.pages import Request, Response
from sessions import (
    attendance,
    calendars,
    engagement,
    groups,
    metrics,
    offers,
    plans,
    registers,
    rounds,
    schedule,
    study,
    told,
)
from sessions.settings import SessionsSettings


class SessionsService:
    """Plans, groups, sessions, attendance and engagement."""

    name = "sessions"
    db = Database()
    settings = Config(SessionsSettings)
    ask = Ask()

    # plans

    @rpc(PublishPlan)
    def publish_plan(self, tx: Transaction, request: PublishPlan) -> PlanRecord:
        """Build and publish a cohort's dated plan."""
        return plans.publish(tx, request)

    @rpc(GetPlan)
    def get_plan(self, tx: Transaction, request: GetPlan) -> PlanRecord:
        """A cohort's plan."""
        return plans.get(tx, request)

    # groups

    @rpc(SetHubOffer)
    def set_hub_offer(self, tx: Transaction, request: SetHubOffer) -> HubOfferRecord:
        """Say which coaches, slots and venue a hub offers."""
        return offers.set_hub_offer(tx, request)

    @rpc(SetAvailability)
    def set_availability(self, tx: Transaction, request: SetAvailability) -> AvailabilityRecord:
        """Say which slots somebody can do."""
        return offers.set_availability(tx, request)

    @rpc(FormGroups, transaction=False)
    def form_groups(self, request: FormGroups, caller: Caller) -> GroupingReport:
        """Put everyone without a coaching group into one; nobody who has one moves."""
        return rounds.form_groups(self.db, request, self.settings)

    @rpc(ListGroups)
    def list_groups(self, tx: Transaction, request: ListGroups) -> GroupPage:
        """Coaching groups."""
        return groups.list_groups(tx, request)

    @rpc(GetGroup)
    def get_group(self, tx: Transaction, request: GetGroup) -> GroupWithMembers:
        """One coaching group and its members."""
        return groups.get_group(tx, request)

    # the calendar

    @rpc(ScheduleSessions, transaction=False)
    def schedule_sessions(self, request: ScheduleSessions, caller: Caller) -> ScheduleReport:
        """Put a cohort's plan into the calendar, and give everyone their seats."""
        return rounds.schedule_sessions(self.db, request.course, request.cohort, self.settings)

    @rpc(ListSessions)
    def list_sessions(self, tx: Transaction, request: ListSessions) -> SessionPage:
        """Sessions in the order of their start."""
        return schedule.list_sessions(tx, request)

    @rpc(MoveSession)
    def move_session(self, tx: Transaction, request: MoveSession) -> SessionRecord:
        """Give a session another time or venue."""
        return schedule.move(tx, request)

    @rpc(CancelSession, transaction=False)
    def cancel_session(self, request: CancelSession, caller: Caller) -> SessionRecord:
        """Cancel a session; its minutes are asked of nobody then."""
        with self.db.transaction(caller=caller) as tx:
            record = schedule.cancel(tx, request)
        rounds.review_session(self.db, request.session_id, self.settings)
        return record

    @rpc(CalendarLink)
    def calendar_link(self, tx: Transaction, request: CalendarLink) -> CalendarAddress:
        """Where a calendar client finds somebody's sessions."""
        return calendars.link(tx, request, self.settings.public_url)

    @rpc(GetCalendar)
    def get_calendar(self, tx: Transaction, request: GetCalendar) -> CalendarText:
        """Somebody's calendar as text."""
        return calendars.get(tx, request)

    @http("GET", "/calendars/<token>.ics")
    def calendar_feed(self, request: Request, token: str) -> Response:
        """Somebody's calendar, for the client that has its address."""
        try:
            with self.db.transaction() as tx:
                feed = calendars.feed(tx, token)
        except NotFound:
            metrics.calendars_served.labels(outcome="not_found").inc()
            raise
        headers = {"ETag": f'"{feed.etag}"', "Cache-Control": "private, max-age=3600"}
        if request.if_none_match.contains_weak(feed.etag):
            metrics.calendars_served.labels(outcome="unchanged").inc()
            return Response(304, headers=headers)
        metrics.calendars_served.labels(outcome="sent").inc()
        return Response(200, feed.text, headers, "text/calendar; charset=utf-8")

    # attendance

    @rpc(GetRegister, transaction=False)
    def get_register(self, request: GetRegister, caller: Caller) -> Register:
        """The register of a session, with names."""
        with self.db.transaction(caller=caller) as tx:
            register = registers.read(tx, request)
        names = registers.names(self.ask, [line.participant_id for line in register.lines])
        lines = [replace(line, full_name=names.get(line.participant_id)) for line in register.lines]
        return replace(register, lines=lines)

    @rpc(RecordAttendance)
    def record_attendance(self, tx: Transaction, request: RecordAttendance) -> AttendanceReport:
        """Record or correct a session's register."""
        return attendance.record(tx, request, self.settings)

    @rpc(SubmitCatchUp)
    def submit_catch_up(self, tx: Transaction, request: SubmitCatchUp) -> AttendanceRecord:
        """Hand in the reflection on a missed session."""
        return attendance.submit_catch_up(tx, request, self.settings)

    @rpc(DecideCatchUp)
    def decide_catch_up(self, tx: Transaction, request: DecideCatchUp) -> AttendanceRecord:
        """Approve or refuse a catch-up."""
        return attendance.decide_catch_up(tx, request, self.settings)

    @rpc(RecordStudy)
    def record_study(self, tx: Transaction, request: RecordStudy) -> StudyReport:
        """Record self-study of one or many people."""
        return study.record(tx, request, self.settings)

    # engagement

    @rpc(GetEngagement)
    def get_engagement(self, tx: Transaction, request: GetEngagement) -> EngagementRecord:
        """How far somebody has engaged."""
        return engagement.get(tx, request)

    @rpc(ListAtRisk)
    def list_at_risk(self, tx: Transaction, request: ListAtRisk) -> EngagementPage:
        """Who may not reach the gate."""
        return engagement.list_at_risk(tx, request)

    @timer(every=timedelta(days=7), at=time(6, 0), missed="skip")
    def find_people_at_risk(self, at: datetime) -> None:
        """Each week: add up for all, and tell who may not reach the gate."""
        rounds.find_people_at_risk(self.db, at, self.settings)

    @timer(every=timedelta(days=1), at=time(6, 30), missed="skip")
    def open_the_gate(self, at: datetime) -> None:
        """Each day: tell who may sit the assessment, now that their last unit has ended."""
        rounds.open_the_gate(self.db, at, self.settings)

    # what others tell

    @handles(
        ApplicationAccepted,
        ApplicationRejected,
        ApplicationRemoved,
        ParticipantDeferred,
        ParticipantDetailsChanged,
        ParticipantMerged,
        ParticipantMovedSchool,
        ParticipantRescheduled,
        ParticipantResumed,
        ParticipantTransferred,
        ParticipantWithdrawn,
        queue="keep_application",
    )
    def keep_application(self, tx: Transaction, event: ApplicationState) -> None:
        """Follow an application: who is in training has seats, who is not gives them back."""
        told.keep_application(tx, event)

    @handles(DeliveryPartnerChanged, queue="keep_delivery_partner")
    def keep_delivery_partner(self, tx: Transaction, event: DeliveryPartnerChanged) -> None:
        """Follow a hub."""
        told.keep_delivery_partner(tx, event)

    @handles(StaffChanged, queue="keep_staff")
    def keep_staff(self, tx: Transaction, event: StaffChanged) -> None:
        """Follow those who may coach."""
        told.keep_staff(tx, event)

    @handles(SchedulePublished, queue="keep_schedule")
    def keep_schedule(self, tx: Transaction, event: SchedulePublished) -> None:
        """Follow the dates of schedules."""
        told.keep_schedule(tx, event)

    @handles(ResultReleased, queue="finish_programme")
    def finish_programme(self, tx: Transaction, event: ResultReleased) -> None:
        """A result is out: the programme is over for this application."""
        told.finish(tx, event)
