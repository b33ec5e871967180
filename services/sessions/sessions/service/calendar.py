"""Sessions with a date, and the calendars that show them."""

from headship_contracts.errors import NotFound
from headship_contracts.messages import Done
from headship_contracts.sessions.calendars import (
    CalendarAddress,
    CalendarLink,
    CalendarText,
    GetCalendar,
    RevokeCalendar,
)
from headship_contracts.sessions.running import (
    ScheduleSession,
    SetJoiningDetails,
    SubstituteFacilitator,
)
from headship_contracts.sessions.schedule import (
    CancelSession,
    ListSessions,
    MoveSession,
    ScheduleReport,
    ScheduleSessions,
    SessionPage,
    SessionRecord,
)
from kit import Caller, Database, Transaction, http, rpc
from kit.pages import Request, Response
from sessions import calendars, changing, extras, metrics, rounds, schedule
from sessions.settings import SessionsSettings


class Calendar:
    db: Database
    settings: SessionsSettings

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
        return changing.move(tx, request, self.settings)

    @rpc(ScheduleSession)
    def schedule_session(self, tx: Transaction, request: ScheduleSession) -> SessionRecord:
        """One more session of a unit, for whoever books a seat in it."""
        return extras.schedule(tx, request, self.settings)

    @rpc(SubstituteFacilitator)
    def substitute_facilitator(
        self, tx: Transaction, request: SubstituteFacilitator
    ) -> SessionRecord:
        """Have somebody else lead a session."""
        return changing.substitute_facilitator(tx, request, self.settings)

    @rpc(SetJoiningDetails)
    def set_joining_details(self, tx: Transaction, request: SetJoiningDetails) -> SessionRecord:
        """Say how a session is joined."""
        return changing.set_joining_details(tx, request)

    @rpc(CancelSession, transaction=False)
    def cancel_session(self, request: CancelSession, caller: Caller) -> SessionRecord:
        """Cancel a session; its minutes are asked of nobody then."""
        with self.db.transaction(caller=caller) as tx:
            record = changing.cancel(tx, request)
        rounds.review_session(self.db, request.session_id, self.settings)
        return record

    @rpc(CalendarLink)
    def calendar_link(self, tx: Transaction, request: CalendarLink) -> CalendarAddress:
        """Where a calendar client finds somebody's sessions."""
        return calendars.link(tx, request, self.settings.public_url)

    @rpc(RevokeCalendar)
    def revoke_calendar(self, tx: Transaction, request: RevokeCalendar) -> Done:
        """A calendar's address is no longer good."""
        return calendars.revoke(tx, request)

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
