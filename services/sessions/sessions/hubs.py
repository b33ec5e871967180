"""What a hub asks of its own groups, sessions and people. Each query is filtered by the hub."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from headship_contracts.errors import NotFound, Refused
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    AttendanceReport,
    CatchUpPage,
    DecideCatchUp,
    GetRegister,
    ListCatchUps,
    RecordHubAttendance,
    Register,
)
from headship_contracts.sessions.calendars import CalendarAddress, CalendarLink
from headship_contracts.sessions.engagement import EngagementPage, EngagementRecord, GetEngagement
from headship_contracts.sessions.groups import GetGroup, GroupPage, GroupWithMembers, ListGroups
from headship_contracts.sessions.hub import (
    ConfirmHubFacilitator,
    ConfirmHubVenue,
    DecideHubCatchUp,
    GetHubEngagement,
    GetHubGroup,
    GetHubRegister,
    HubCalendarLink,
    ListHubCatchUps,
    ListHubEngagement,
    ListHubGroups,
    ListHubSessions,
    RecordHubRegisters,
)
from headship_contracts.sessions.running import SubstituteFacilitator
from headship_contracts.sessions.schedule import MoveSession, SessionPage, SessionRecord
from kit import Transaction
from kit.hubs import callers
from kit.identity import Caller
from kit.paging import page
from sessions import (
    attendance,
    calendars,
    catch_ups,
    changing,
    engagement,
    engagement_schemas,
    facilitators,
    groups,
    queries,
    registers,
    schedule,
)
from sessions.models import (
    Attendance,
    DeliveryPartner,
    EngagementRow,
    Enrolment,
    Group,
    StaffMember,
    TrainingSession,
)
from sessions.settings import SessionsSettings

ELSEWHERE: Final = {
    "facilitator_busy": "they lead another session at that time",
    "coach_twice": "who leads it leads another session at that time",
    "clashes_block_release": "it would clash with what the plan keeps to",
}
"""Refusals and warnings that name another session, maybe another hub's: as hubs hear them."""


def calling_hub(tx: Transaction) -> UUID:
    """The delivery partner that calls. Raises Refused for one that is unknown or not active."""
    return callers.calling_hub(tx, DeliveryPartner)


def list_groups(tx: Transaction, request: ListHubGroups, settings: SessionsSettings) -> GroupPage:
    hub = calling_hub(tx)
    asked = ListGroups(**vars(request), delivery_partner_id=hub)
    return groups.list_groups(tx, asked, settings, for_staff=False)


def get_group(
    tx: Transaction, request: GetHubGroup, settings: SessionsSettings
) -> GroupWithMembers:
    """Raises NotFound, also for another hub's."""
    own = select(Group.group_id).where(
        Group.group_id == request.group_id, Group.delivery_partner_id == calling_hub(tx)
    )
    _require(tx, own, "group_not_found", request.group_id)
    return groups.get_group(tx, GetGroup(group_id=request.group_id), settings, for_staff=False)


def list_sessions(tx: Transaction, request: ListHubSessions) -> SessionPage:
    """In the order of their start: the hub's own, and its cohorts' webinars."""
    wanted = select(TrainingSession).where(_visible(calling_hub(tx)))
    return schedule.page_of(tx, wanted, request)


def read_register(tx: Transaction, request: GetHubRegister) -> Register:
    """Still without names: every seat of an own session, the hub's people's of a webinar."""
    hub = calling_hub(tx)
    wanted = select(TrainingSession.delivery_partner_id).where(
        TrainingSession.session_id == request.session_id, _visible(hub)
    )
    found = tx.execute(wanted).one_or_none()
    if found is None:
        raise NotFound("session_not_found", str(request.session_id))
    theirs = None if found.delivery_partner_id == hub else hub
    asked = GetRegister(session_id=request.session_id, delivery_partner_id=theirs)
    return registers.read(tx, asked)


def record_registers(
    tx: Transaction, request: RecordHubRegisters, settings: SessionsSettings
) -> AttendanceReport:
    """All entries or none. Raises NotFound for what is another hub's."""
    hub = calling_hub(tx)
    told = RecordHubAttendance(delivery_partner_id=hub, entries=request.entries)
    return attendance.record_for_hub(tx, told, settings)


def list_catch_ups(tx: Transaction, request: ListHubCatchUps) -> CatchUpPage:
    """Of who decided, a hub is told the part and no name."""
    hub = calling_hub(tx)
    asked = ListCatchUps(**vars(request), delivery_partner_id=hub)
    found = catch_ups.list_catch_ups(tx, asked)
    items = [replace(one, decided_by=_part_of(one.decided_by, hub)) for one in found.items]
    return replace(found, items=items)


def _part_of(caller: str | None, hub: UUID) -> str | None:
    """Of a caller as the provider's own list names it."""
    if caller is None:
        return None
    if caller == str(Caller("hub", str(hub))):
        return "hub"
    return "another_hub" if caller.startswith("hub:") else "provider"


def decide_catch_up(
    tx: Transaction, request: DecideHubCatchUp, settings: SessionsSettings
) -> AttendanceRecord:
    """Of one of the hub's people. Raises NotFound for another's."""
    hub = calling_hub(tx)
    person = queries.lock_enrolments(tx, {request.application_id}).get(request.application_id)
    if person is None or person.delivery_partner_id != hub:
        raise NotFound("application_not_found", str(request.application_id))
    attended = exists().where(
        Attendance.session_id == TrainingSession.session_id,
        Attendance.application_id == request.application_id,
    )
    seen = select(TrainingSession.session_id).where(
        TrainingSession.session_id == request.session_id, or_(_visible(hub), attended)
    )
    _require(tx, seen, "session_not_found", request.session_id)
    return catch_ups.decide(tx, DecideCatchUp(**vars(request)), settings)


def confirm_facilitator(
    tx: Transaction, request: ConfirmHubFacilitator, settings: SessionsSettings
) -> SessionRecord:
    """Somebody of the hub's own staff leads one of its sessions."""
    hub = calling_hub(tx)
    _lock_own(tx, hub, request.session_id)
    theirs = select(StaffMember.staff_id).where(
        StaffMember.staff_id == request.staff_id, StaffMember.delivery_partner_id == hub
    )
    _require(tx, theirs, "staff_not_found", request.staff_id)
    change = SubstituteFacilitator(**vars(request))
    return _discreetly(lambda: changing.substitute_facilitator(tx, change, settings))


def confirm_venue(
    tx: Transaction, request: ConfirmHubVenue, settings: SessionsSettings
) -> SessionRecord:
    """Where one of the hub's sessions takes place; asked again, nothing changes."""
    session = _lock_own(tx, calling_hub(tx), request.session_id)
    changing.changeable(tx, request.session_id, request.expected_revision)
    if session.venue == request.venue:
        return facilitators.record(tx, session)
    told = MoveSession(**vars(request), local_start=session.local_start, fold=session.fold or None)
    return _discreetly(lambda: changing.move(tx, told, settings))


def get_engagement(tx: Transaction, request: GetHubEngagement) -> EngagementRecord:
    """Of one of the hub's people. Raises NotFound for another's."""
    hub = calling_hub(tx)
    _require_person(tx, hub, request.application_id)
    return engagement.get(tx, GetEngagement(application_id=request.application_id))


def list_engagement(tx: Transaction, request: ListHubEngagement) -> EngagementPage:
    """Of the hub's people, by application."""
    wanted = (
        select(EngagementRow, Enrolment)
        .join(Enrolment, Enrolment.application_id == EngagementRow.application_id)
        .where(Enrolment.delivery_partner_id == calling_hub(tx))
    )
    if request.at_risk:
        wanted = wanted.where(EngagementRow.risk.is_not(None), queries.UNDER_WAY)
    for name in ("course", "cohort"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Enrolment, name) == value)
    keys = (EngagementRow.application_id,)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    records = [engagement_schemas.engagement_record(row, person) for row, person in found]
    return EngagementPage(items=records, next_cursor=cursor)


def calendar_link(
    tx: Transaction, request: HubCalendarLink, settings: SessionsSettings
) -> CalendarAddress:
    """Of the hub, or of one of its people. Raises NotFound for another's."""
    hub = calling_hub(tx)
    if request.application_id is None:
        asked, for_hub = CalendarLink(delivery_partner_id=hub, renew=request.renew), None
    else:
        _require_person(tx, hub, request.application_id)
        asked = CalendarLink(application_id=request.application_id, renew=request.renew)
        for_hub = hub
    return calendars.link(tx, asked, settings.public_url, for_hub=for_hub)


def _visible(hub: UUID) -> ColumnElement[bool]:
    """A session of the hub's, or a webinar of a cohort in which it has people."""
    has_people = exists().where(
        Enrolment.delivery_partner_id == hub,
        Enrolment.course == TrainingSession.course,
        Enrolment.cohort == TrainingSession.cohort,
    )
    return or_(
        TrainingSession.delivery_partner_id == hub,
        and_(TrainingSession.delivery_partner_id.is_(None), has_people),
    )


def _lock_own(tx: Transaction, hub: UUID, session_id: UUID) -> TrainingSession:
    session = tx.scalar(
        select(TrainingSession)
        .where(TrainingSession.session_id == session_id, TrainingSession.delivery_partner_id == hub)
        .with_for_update()
    )
    if session is None:
        raise NotFound("session_not_found", str(session_id))
    return session


def _require_person(tx: Transaction, hub: UUID, application_id: UUID) -> None:
    theirs = select(Enrolment.application_id).where(
        Enrolment.application_id == application_id, Enrolment.delivery_partner_id == hub
    )
    _require(tx, theirs, "application_not_found", application_id)


def _discreetly(change: Callable[[], SessionRecord]) -> SessionRecord:
    """What was changed, and that it clashes, but not with which session of whom."""
    try:
        told = change()
    except Refused as error:
        if error.code not in ELSEWHERE:
            raise
        raise Refused(error.code, ELSEWHERE[error.code]) from None
    warned = [replace(one, detail=ELSEWHERE.get(one.code, one.detail)) for one in told.shortfalls]
    return replace(told, shortfalls=warned)


def _require(tx: Transaction, wanted: Select[Any], code: str, asked: UUID) -> None:
    if tx.execute(wanted).first() is None:
        raise NotFound(code, str(asked))
