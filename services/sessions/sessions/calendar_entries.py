"""What goes into whose calendar: a seat, a part in leading, or all that a hub holds."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select

from kit import Transaction
from sessions import assessment_windows, queries
from sessions.domain.calendar import Entry
from sessions.domain.distance import read_place
from sessions.domain.london import wall
from sessions.domain.template import Kind
from sessions.models import Facilitation, Group, HubOffer, Seat, TrainingSession

Venue = tuple[UUID | None, str, str, str | None]


def of_participant(tx: Transaction, application_id: UUID) -> list[Entry]:
    """Their seats. Changes of the session and of the seat both raise the SEQUENCE they see."""
    found = queries.sessions_of(tx, application_id)
    venues = _venues(tx, [session for _, session in found])
    return [_entry(session, session.title, venues, seat) for seat, session in found]


def of_candidate(tx: Transaction, application_id: UUID) -> list[Entry]:
    """The windows in which they sit. A hub's address does not show them: an extension says more of
    somebody than where they are."""
    return [
        Entry(
            session_id=str(row.candidate_id),
            title=f"Assessment window (attempt {row.attempt})"
            if (row.attempt or 1) > 1
            else "Assessment window",
            local_start=wall(row.opens_at),
            duration=row.closes_at - row.opens_at,
            sequence=row.changes,
            changed_at=row.changed_at,
            cancelled=not row.shown,
            busy=False,
        )
        for row in assessment_windows.of(tx, application_id)
        if row.opens_at is not None and row.closes_at is not None and row.changes
    ]


def of_facilitator(tx: Transaction, staff_id: UUID, since: datetime) -> list[Entry]:
    """What they lead, and what they were to lead and no longer do."""
    rows = tx.execute(
        select(Facilitation, TrainingSession)
        .join(TrainingSession, TrainingSession.session_id == Facilitation.session_id)
        .where(Facilitation.staff_id == staff_id, TrainingSession.ends_at > since)
    ).all()
    sessions = [session for _, session in rows]
    numbers, venues = _numbers(tx, sessions), _venues(tx, sessions)
    return [_entry(session, _titled(session, numbers), venues, part) for part, session in rows]


def of_hub(tx: Transaction, delivery_partner_id: UUID, since: datetime) -> list[Entry]:
    """The hub's own sessions, and the webinars of the cohorts to which it offers something."""
    offered = select(HubOffer.offer_id).where(
        HubOffer.delivery_partner_id == delivery_partner_id,
        HubOffer.course == TrainingSession.course,
        HubOffer.cohort == TrainingSession.cohort,
    )
    for_all = and_(TrainingSession.delivery_partner_id.is_(None), offered.exists())
    wanted = select(TrainingSession).where(
        or_(TrainingSession.delivery_partner_id == delivery_partner_id, for_all),
        TrainingSession.ends_at > since,
    )
    sessions = list(tx.scalars(wanted))
    numbers, venues = _numbers(tx, sessions), _venues(tx, sessions)
    return [_entry(session, _titled(session, numbers), venues) for session in sessions]


def _entry(
    session: TrainingSession,
    title: str,
    venues: Mapping[Venue, HubOffer],
    part: Seat | Facilitation | None = None,
) -> Entry:
    local_start = datetime.fromisoformat(session.local_start).replace(fold=session.fold)
    entry = Entry(
        session_id=str(session.session_id),
        title=title,
        local_start=local_start,
        duration=timedelta(minutes=session.minutes),
        sequence=session.sequence + (part.changes if part else 0),
        changed_at=max(session.changed_at, part.changed_at) if part else session.changed_at,
        cancelled=session.status == "cancelled",
    )
    if part is not None and not part.held:
        # where it is, and how one comes in, is theirs no more; nor does a change bring it back
        return replace(entry, cancelled=True, changed_at=part.changed_at)
    venue = venues.get((session.delivery_partner_id, session.course, session.cohort, session.venue))
    return replace(
        entry,
        venue=session.venue,
        link=session.meeting_link,
        details=session.joining_details,
        place=read_place(venue.venue_place) if venue else None,
        provides=tuple(venue.venue_provides or ()) if venue else (),
    )


def _venues(tx: Transaction, sessions: Iterable[TrainingSession]) -> dict[Venue, HubOffer]:
    """Hub, course, cohort and the venue's name → what the hub says of that venue."""
    hubs = {one.delivery_partner_id for one in sessions if one.kind == Kind.face_to_face}
    wanted = select(HubOffer).where(HubOffer.delivery_partner_id.in_(hubs))
    return {
        (offer.delivery_partner_id, offer.course, offer.cohort, offer.venue): offer
        for offer in tx.scalars(wanted)
    }


def _numbers(tx: Transaction, sessions: Iterable[TrainingSession]) -> dict[UUID | None, int]:
    """Group → its number at its hub."""
    groups = {session.group_id for session in sessions if session.group_id is not None}
    wanted = select(Group.group_id, Group.number).where(Group.group_id.in_(groups))
    return dict(tx.execute(wanted).all())


def _titled(session: TrainingSession, numbers: dict[UUID | None, int]) -> str:
    """Whoever has several groups sees which one it is."""
    number = numbers.get(session.group_id)
    return f"{session.title} (group {number})" if number else session.title
