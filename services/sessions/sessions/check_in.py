"""Checking in: the facilitator's screen, and a code taken."""

import secrets
from datetime import timedelta

from sqlalchemy import select

from headship_contracts.errors import NotFound, Refused
from headship_contracts.sessions import check_in as contracts
from headship_contracts.sessions.attendance import AttendanceRecord
from kit import Transaction
from sessions import engagement, entries, queries, schemas
from sessions.domain import check_in as rules
from sessions.models import CheckIn, CheckInScreen, TrainingSession
from sessions.settings import SessionsSettings


def make_screen(
    tx: Transaction, request: contracts.MakeCheckInScreen, public_url: str
) -> contracts.CheckInScreen:
    """The address of the facilitator's page."""
    session = queries.session(tx, request.session_id, lock=True)
    if session.status == "cancelled":
        raise Refused("session_cancelled", "nobody checks in to a cancelled session")
    screen = screen_of(tx, session)
    if request.renew:
        screen.token, screen.secret = secrets.token_urlsafe(32), secrets.token_hex(32)
    opens, closes = rules.window(session.starts_at)
    return contracts.CheckInScreen(
        url=f"{public_url.rstrip('/')}/check-in/screen/{screen.token}",
        opens_at=opens,
        closes_at=closes,
    )


def get_code(tx: Transaction, request: contracts.GetCheckInCode) -> contracts.CheckInCode:
    """The code of the moment."""
    session = queries.session(tx, request.session_id, lock=True)
    rules.require_open(session.starts_at, session.status == "cancelled", tx.at)
    screen = screen_of(tx, session)
    code = rules.code_of(screen.secret, session.session_id, rules.step_of(tx.at))
    return contracts.CheckInCode(code=rules.as_read(code), changes_at=rules.changes_at(tx.at))


def check_in(
    tx: Transaction, request: contracts.CheckIn, settings: SessionsSettings
) -> AttendanceRecord:
    """Present, or late: by the code that the screen shows. A register has the last word."""
    person = queries.lock_enrolments(tx, [request.application_id]).get(request.application_id)
    if person is None:
        raise NotFound("application_not_found", str(request.application_id))
    session = queries.session(tx, request.session_id)
    seated = queries.seated(tx, session.session_id, among=[person.application_id])
    if not seated:
        raise Refused("not_seated", "they have no seat in this session")
    rules.require_open(session.starts_at, session.status == "cancelled", tx.at)
    attendance = seated[0][1]
    if attendance is not None and attendance.status and attendance.via == "register":
        raise Refused("register_taken", f"the register says {attendance.status}")
    step = _use(tx, session, request)
    if attendance is not None and attendance.status and attendance.via == "check_in":
        raise Refused("already_checked_in", "they are checked in")

    if attendance is None:
        attendance = entries.begin(tx, session, person.application_id)
    grace = timedelta(minutes=settings.late_after_minutes)
    status, minutes = rules.arrival(session.starts_at, session.ends_at, tx.at, grace)
    attendance.register_status, attendance.minutes = status.value, minutes
    attendance.comment, attendance.via = None, "check_in"
    entries.stand(attendance, status, session, settings.attended_percent)
    entries.note(tx, attendance, person, "check_in")
    tx.add(
        CheckIn(
            session_id=session.session_id,
            application_id=person.application_id,
            step=step,
            at=tx.at,
        )
    )
    engagement.refresh(tx, [person], settings)
    return schemas.attendance_record(attendance)


def screen_of(tx: Transaction, session: TrainingSession) -> CheckInScreen:
    """The session's screen, made when it is first needed. The caller holds the session's lock."""
    screen = tx.get(CheckInScreen, session.session_id)
    if screen is None:
        screen = CheckInScreen(
            session_id=session.session_id,
            token=secrets.token_urlsafe(32),
            secret=secrets.token_hex(32),
        )
        tx.add(screen)
        tx.flush()
    return screen


def screen_behind(tx: Transaction, token: str) -> tuple[TrainingSession, CheckInScreen]:
    """What a facilitator's address shows. Raises NotFound."""
    screen = tx.scalar(select(CheckInScreen).where(CheckInScreen.token == token))
    if screen is None:
        raise NotFound("link_unknown")
    return queries.session(tx, screen.session_id), screen


def _use(tx: Transaction, session: TrainingSession, request: contracts.CheckIn) -> int:
    """The step of a code that is good now and that this person has not used."""
    screen = tx.get(CheckInScreen, session.session_id)
    if screen is None:
        raise Refused("code_wrong", "no screen shows a code for this session")
    step = rules.require_code(screen.secret, session.session_id, request.code, tx.at)
    if tx.get(CheckIn, (session.session_id, request.application_id, step)) is not None:
        raise Refused("code_used", "they have checked in with it")
    return step
