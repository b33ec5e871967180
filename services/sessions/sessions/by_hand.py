"""What cannot be kept where a person, and not the plan, says when, where, or by whom."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from headship_contracts.errors import Refused
from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions import building, programme, queries, surroundings
from sessions.audiences import of_group, of_hub
from sessions.clashes import Clashes
from sessions.domain.group_dates import hindrances
from sessions.domain.london import today, wall
from sessions.domain.notice import first_days
from sessions.domain.shortfalls import Shortfall, closed_schools
from sessions.domain.template import Kind
from sessions.domain.terms import Crowd, School
from sessions.models import Enrolment, Group, TrainingSession
from sessions.settings import SessionsSettings

BUSY = "facilitator_busy"
"""What a refusal calls `coach_twice` where a facilitator was asked for by name."""


def check_time(
    tx: Transaction,
    session: TrainingSession,
    starts_at: datetime,
    venue: str | None,
    settings: SessionsSettings,
    *,
    former: datetime | None = None,
) -> list[ShortfallRecord]:
    """What is told of a session at this time: its facilitator or venue is taken, its people hear
    too late of it (or of its move from `former`), or it breaks a rule that the planner keeps.

    Refused where the provider has set (CLASH_SEVERITIES) that this blocks.
    """
    clashes = Clashes(tx, settings.severities, around=starts_at)
    found = _short_notice(tx, session, starts_at, former, settings)
    if starts_at != former:  # else only the venue changes
        found += _unkept(tx, session, starts_at, settings)
    allowed = clashes.tell_all(found)
    allowed &= _look(tx, clashes, session, starts_at, venue)
    named = former is None and session.facilitator_staff_id is not None
    return _outcome(clashes, allowed=allowed, named=named)


def check_facilitator(
    tx: Transaction, session: TrainingSession, staff_id: UUID, settings: SessionsSettings
) -> list[ShortfallRecord]:
    """What is told of somebody's leading this session: they lead another one then.

    Refused as `facilitator_busy` where that blocks.
    """
    clashes = Clashes(tx, settings.severities, around=session.starts_at)
    allowed = _look(tx, clashes, session, session.starts_at, None, staff_id)
    return _outcome(clashes, allowed=allowed, named=True)


def check_person(
    tx: Transaction,
    person: Enrolment,
    group: Group,
    settings: SessionsSettings,
    *,
    without: Collection[UUID] = (),
) -> list[ShortfallRecord]:
    """What is told of somebody's coming into a group, `without` members who leave it: they hear too
    late of a session, or their school is closed then, and those of too many others with it.

    Refused where that blocks. Of the sessions themselves nothing changes.
    """
    others = [
        member
        for member in queries.members(tx, [group.group_id])[group.group_id]
        if member.application_id not in without
    ]
    schools = [School(one.school_urn, one.local_authority) for one in (*others, person)]
    calendars = programme.calendars(tx, schools)
    crowd, own = Crowd(calendars, schools), Crowd(calendars, schools[-1:])
    held = {
        seat.session_id
        for seat, _ in queries.seats_ahead(tx, [person.application_id], tx.at)
        if seat.held
    }
    theirs = [of_group(group.group_id), of_hub(group.delivery_partner_id)]
    found: list[ShortfallRecord] = []
    for session in queries.sessions_ahead(tx, group.course, group.cohort, theirs, tx.at):
        day = wall(session.starts_at).date()
        if session.session_id not in held:
            found += _short_notice(tx, session, session.starts_at, None, settings)
        if (
            session.group_id is not None
            and own.closed(day)
            and crowd.too_many(day, settings.closed_percent)
        ):
            found += _told(session, closed_schools(crowd, day, session.unit_code))
    clashes = Clashes(tx, settings.severities, around=tx.at)
    allowed = clashes.tell_all(found)
    return _outcome(clashes, allowed=allowed, named=False)


def _look(
    tx: Transaction,
    clashes: Clashes,
    session: TrainingSession,
    starts_at: datetime,
    venue: str | None,
    leads: UUID | None = None,
) -> bool:
    group = tx.get(Group, session.group_id) if session.group_id else None
    coach = session.facilitator_staff_id or (group.coach_staff_id if group else None)
    return clashes.look(
        session.unit_code,
        starts_at,
        session.minutes,
        session_id=session.session_id,
        coach=leads or coach,
        venue=venue,
        group_id=session.group_id,
        hub=session.delivery_partner_id,
    )


def _short_notice(
    tx: Transaction,
    session: TrainingSession,
    starts_at: datetime,
    former: datetime | None,
    settings: SessionsSettings,
) -> list[ShortfallRecord]:
    holidays = programme.bank_holidays().days
    earliest = first_days(today(tx.at), holidays, settings.notice)[Kind(session.kind)]
    soonest = today(min(starts_at, former or starts_at))
    if soonest >= earliest:
        return []
    days = settings.notice[Kind(session.kind)]
    told = f"{session.unit_code} on {soonest}: people are to know {days} working days before"
    code = "notice_too_short"
    return [ShortfallRecord(code=code, detail=told, unit_code=session.unit_code, day=soonest)]


def _unkept(
    tx: Transaction, session: TrainingSession, starts_at: datetime, settings: SessionsSettings
) -> list[ShortfallRecord]:
    """What the planner would not do either: by its own rules for this group, hub or cohort."""
    asked, given = surroundings.of(tx, session, settings)
    found = hindrances(asked, wall(starts_at).date(), asked.after, given)
    return _told(session, found)


def _told(session: TrainingSession, found: Iterable[Shortfall]) -> list[ShortfallRecord]:
    whose = {
        "group_id": str(session.group_id) if session.group_id else None,
        "delivery_partner_id": str(session.delivery_partner_id)
        if session.delivery_partner_id
        else None,
    }
    return [ShortfallRecord.load(building.plain_shortfall(one) | whose) for one in found]


def _outcome(clashes: Clashes, *, allowed: bool, named: bool) -> list[ShortfallRecord]:
    if not allowed:
        blocking = next(one for one in clashes.told if clashes.blocks(one))
        busy = named and blocking.code == "coach_twice"
        raise Refused(BUSY if busy else blocking.code, blocking.detail)
    clashes.stop_if_needed()
    return clashes.told
