"""A hub's offer has changed: sessions at its venue follow, and whom it leaves without is told."""

from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import select

from headship_contracts.sessions.events import SessionChanged, SessionMoved
from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions import changing, room, schedule, schemas
from sessions.domain.template import Kind
from sessions.models import Availability, HubOffer, TrainingSession


@dataclass(frozen=True)
class Joining:
    """Where a hub's days together are, and how its coaching is joined."""

    venue: str
    venue_place: str | None
    venue_provides: tuple[str, ...]
    meeting_link: str | None


def joining_of(offer: HubOffer) -> Joining:
    """As the offer has it now, to be compared with what it has afterwards."""
    provides = tuple(offer.venue_provides or ())
    return Joining(offer.venue, offer.venue_place, provides, offer.meeting_link)


def follow(tx: Transaction, offer: HubOffer, former: Joining) -> list[ShortfallRecord]:
    """Let sessions ahead follow that were as the former offer said: who has a seat in one is told,
    and calendars show it. One that somebody gave another venue or link keeps it.

    Gives back for whom the venue has no room any more, or not what they need. The caller holds the
    offer's lock.
    """
    now = joining_of(offer)
    if now != former:
        for session in _ahead(tx, offer):
            if session.kind == Kind.face_to_face and session.venue == former.venue:
                _follow_venue(tx, session, former, now)
            elif session.kind == Kind.coaching and session.meeting_link == former.meeting_link:
                _follow_link(tx, session, now)
    tx.flush()
    return _left_without(tx, offer)


def _ahead(tx: Transaction, offer: HubOffer) -> list[TrainingSession]:
    wanted = (
        select(TrainingSession)
        .where(
            TrainingSession.course == offer.course,
            TrainingSession.cohort == offer.cohort,
            TrainingSession.delivery_partner_id == offer.delivery_partner_id,
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at > tx.at,
        )
        .order_by(TrainingSession.session_id)
        .with_for_update()
    )
    return list(tx.scalars(wanted))


def _follow_venue(tx: Transaction, session: TrainingSession, former: Joining, now: Joining) -> None:
    if now.venue != former.venue:
        session.venue = now.venue
        changing.touch(tx, session)
        starts_at = session.starts_at.astimezone(UTC)
        tx.emit(SessionMoved(**schemas.session_state(session), former_starts_at=starts_at))
    elif (now.venue_place, now.venue_provides) != (former.venue_place, former.venue_provides):
        changing.touch(tx, session)
        tx.emit(SessionChanged(**schemas.session_state(session), change="venue"))


def _follow_link(tx: Transaction, session: TrainingSession, now: Joining) -> None:
    if session.meeting_link != now.meeting_link:
        session.meeting_link = now.meeting_link
        changing.touch(tx, session)
        tx.emit(SessionChanged(**schemas.session_state(session), change="joining_details"))


def _left_without(tx: Transaction, offer: HubOffer) -> list[ShortfallRecord]:
    """Nobody is moved by an offer alone: what would move the fewest is told with it."""
    hub = offer.delivery_partner_id
    if not schedule.days_ahead(tx, offer.course, offer.cohort, [hub]):
        return []
    coming = room.placed(tx, offer.course, offer.cohort, [hub]).get(hub, 0)
    coming += room.guests(tx, offer.course, offer.cohort, [hub]).get(hub, 0)
    needs = select(Availability.needs).where(
        Availability.application_id.in_(room.whose_days(offer.course, offer.cohort, hub))
    )
    provided = set(offer.venue_provides or ())
    lacking = sum(bool(set(one or ()) - provided) for one in tx.scalars(needs))
    how = "replan_groups shows, and schedule_sessions takes, the way with the fewest moved"
    found = []
    for code, people, why in (
        ("venue_over_capacity", coming - offer.venue_capacity, f"it holds {offer.venue_capacity}"),
        ("venue_lacks_access", lacking, "it does not provide what they need to take part"),
    ):
        if people > 0:
            detail = f"{people} of {coming} people cannot be at {offer.venue}: {why}; {how}"
            found.append(
                ShortfallRecord(code=code, detail=detail, people=people, delivery_partner_id=hub)
            )
    return found
