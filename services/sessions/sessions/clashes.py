"""Clashes of sessions: a coach, or a venue, in two of them at once; and what is to be done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import Refused
from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions.domain.london import instant, today
from sessions.domain.severity import Severity
from sessions.models import Group, TrainingSession

LONGEST_REFUSAL = 10
"""Clashes that a refusal names."""

Taken = tuple[datetime, datetime, UUID | None, str]
"""From, until, which session (None: one that is not in the calendar yet), whose it is."""

Room = tuple[UUID | None, str]
"""A hub, and what it calls its venue: two hubs may both have a main hall."""


class Clashes:
    """What is taken when, by the sessions of all cohorts that are ahead; and what was found."""

    def __init__(self, tx: Transaction, severities: Mapping[str, Severity]) -> None:
        self.severities = severities
        self.told: list[ShortfallRecord] = []
        self._stops: list[str] = []
        self._coaches: dict[UUID, list[Taken]] = defaultdict(list)
        self._venues: dict[Room, list[Taken]] = defaultdict(list)
        rows = tx.execute(
            select(TrainingSession, Group.coach_staff_id)
            .outerjoin(Group, Group.group_id == TrainingSession.group_id)
            .where(TrainingSession.status == "scheduled", TrainingSession.starts_at > tx.at)
        )
        for session, coach in rows:
            whose = f"{session.course} {session.cohort}, {session.unit_code}"
            taken = (session.starts_at, session.ends_at, session.session_id, whose)
            if coach is not None:
                self._coaches[coach].append(taken)
            if session.venue:
                self._venues[_room(session.delivery_partner_id, session.venue)].append(taken)

    def tell(self, found: ShortfallRecord) -> bool:
        """Take note of something that cannot be kept; whether the session may be all the same."""
        severity = self.severities.get(found.code, Severity.warn)
        if severity is not Severity.ignore:
            self.told.append(found)
        if severity is Severity.block_release:
            self._stops.append(found.detail)
        return severity is not Severity.block

    def tell_all(self, found: Iterable[ShortfallRecord]) -> bool:
        """The same of several: each is taken note of."""
        blocked = [one for one in found if not self.tell(one)]
        return not blocked

    def look(
        self,
        unit_code: str,
        local_start: datetime,
        minutes: int,
        *,
        session_id: UUID | None,
        coach: UUID | None,
        venue: str | None,
        group_id: UUID | None = None,
        hub: UUID | None = None,
    ) -> bool:
        """Whether a session may be at a time; if so, its coach and venue are taken then."""
        room = _room(hub, venue) if venue else None
        start = instant(local_start)
        until = start + timedelta(minutes=minutes)
        allowed = True
        for code, taken, what in (
            ("coach_twice", self._coaches[coach] if coach else [], "its coach leads"),
            ("venue_twice", self._venues[room] if room else [], f"{venue} has"),
        ):
            others = [
                whose
                for begins, ends, id, whose in taken
                if begins < until and start < ends and (id is None or id != session_id)
            ]
            if others:
                detail = f"{unit_code} on {local_start:%Y-%m-%d %H:%M}: {what} {others[0]} then"
                allowed &= self.tell(
                    ShortfallRecord(
                        code=code,
                        detail=detail,
                        unit_code=unit_code,
                        day=today(start),
                        group_id=group_id,
                        delivery_partner_id=hub,
                    )
                )
        if allowed and session_id is None:
            new = (start, until, None, unit_code)
            if coach:
                self._coaches[coach].append(new)
            if room:
                self._venues[room].append(new)
        return allowed

    def stop_if_needed(self) -> None:
        """Raises Refused where something is too grave for the plan to be released."""
        if self._stops:
            named = "; ".join(self._stops[:LONGEST_REFUSAL])
            more = len(self._stops) - LONGEST_REFUSAL
            told = f"{named}; and {more} more" if more > 0 else named
            raise Refused("clashes_block_release", told[:4_000])


def _room(hub: UUID | None, venue: str) -> Room:
    return hub, " ".join(venue.casefold().split())
