"""Calendars: a participant's sessions as a feed, and the address where it is found."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound
from headship_contracts.sessions.schedule import (
    CalendarAddress,
    CalendarLink,
    CalendarText,
    GetCalendar,
)
from kit import Transaction
from sessions import programme, queries
from sessions.domain.calendar import Entry, is_shown, render
from sessions.models import CalendarToken, Seat, TrainingSession


@dataclass(frozen=True)
class Feed:
    """A feed's text and its ETag."""

    text: str
    etag: str


def link(tx: Transaction, request: CalendarLink, public_url: str) -> CalendarAddress:
    """The address of somebody's calendar; the same each time until it is renewed."""
    if not queries.lock_enrolments(tx, [request.application_id]):
        raise NotFound("application_not_found", str(request.application_id))
    current = tx.scalar(
        select(CalendarToken).where(
            CalendarToken.application_id == request.application_id,
            CalendarToken.ended_at.is_(None),
        )
    )
    if current is not None and request.renew:
        current.ended_at = tx.at
        tx.flush()  # before the new one: only one is current
        current = None
    if current is None:
        current = CalendarToken(
            token=secrets.token_urlsafe(32), application_id=request.application_id, made_at=tx.at
        )
        tx.add(current)
    return CalendarAddress(url=f"{public_url.rstrip('/')}/calendars/{current.token}.ics")


def get(tx: Transaction, request: GetCalendar) -> CalendarText:
    """The feed of a participant, for someone who may read it without the address."""
    return CalendarText(text=_feed(tx, request.application_id))


def feed(tx: Transaction, token: str) -> Feed:
    """The feed at an address. Raises NotFound for one that never was or was renewed."""
    found = tx.get(CalendarToken, token)
    if found is None or found.ended_at is not None:
        raise NotFound("calendar_not_found", "there is no calendar at this address")
    text = _feed(tx, found.application_id)
    return Feed(text, hashlib.sha256(text.encode()).hexdigest()[:32])


def _feed(tx: Transaction, application_id: UUID) -> str:
    enrolment = queries.enrolment(tx, application_id)
    entries = [_entry(*found) for found in queries.sessions_of(tx, application_id)]
    title = programme.template_of(enrolment.course).title
    return render(f"NPQ {title}", [entry for entry in entries if is_shown(entry, tx.at)])


def _entry(seat: Seat, session: TrainingSession) -> Entry:
    """Changes of the session and of the seat both raise the SEQUENCE that this person sees."""
    local_start = datetime.fromisoformat(session.local_start).replace(fold=session.fold)
    return Entry(
        session_id=str(session.session_id),
        title=session.title,
        local_start=local_start,
        duration=timedelta(minutes=session.minutes),
        sequence=session.sequence + seat.changes,
        changed_at=max(session.changed_at, seat.changed_at),
        cancelled=session.status == "cancelled" or not seat.held,
        venue=session.venue,
        link=session.meeting_link,
    )
