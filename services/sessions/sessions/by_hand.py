"""What cannot be kept where a person, and not the plan, says when, where, or by whom."""

from datetime import datetime
from uuid import UUID

from headship_contracts.errors import Refused
from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions import building, programme, surroundings
from sessions.clashes import Clashes
from sessions.domain.group_dates import hindrances
from sessions.domain.london import today, wall
from sessions.domain.notice import first_days
from sessions.domain.template import Kind
from sessions.models import Group, TrainingSession
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
    found = [
        *_short_notice(tx, session, starts_at, former, settings),
        *_unkept(tx, session, starts_at, settings),
    ]
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
    whose = {
        "group_id": str(session.group_id) if session.group_id else None,
        "delivery_partner_id": str(session.delivery_partner_id)
        if session.delivery_partner_id
        else None,
    }
    return [
        ShortfallRecord.load(building.plain_shortfall(one) | whose)
        for one in hindrances(asked, wall(starts_at).date(), asked.after, given)
    ]


def _outcome(clashes: Clashes, *, allowed: bool, named: bool) -> list[ShortfallRecord]:
    if not allowed:
        blocking = next(one for one in clashes.told if clashes.blocks(one))
        busy = named and blocking.code == "coach_twice"
        raise Refused(BUSY if busy else blocking.code, blocking.detail)
    clashes.stop_if_needed()
    return clashes.told
