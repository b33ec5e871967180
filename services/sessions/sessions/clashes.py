"""Clashes of sessions: a coach, or a venue, in two of them at once; and what is to be done."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from headship_contracts.errors import Refused
from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions.domain.london import today, wall
from sessions.domain.severity import Severity
from sessions.models import Group, TrainingSession

LONGEST_REFUSAL = 10
"""Clashes that a refusal names."""

LONGEST_SESSION = timedelta(days=1)

Taken = tuple[datetime, datetime, UUID | None, str]
"""From, until, which session (None: one that is not in the calendar yet), whose it is."""

Room = tuple[UUID | None, str]
"""A hub, and what it calls its venue: two hubs may both have a main hall."""


class Clashes:
    """What is taken when, by the sessions of all cohorts that are ahead; and what was found.

    `around`: only those near a time are looked at, for a single session.
    """

    def __init__(
        self, tx: Transaction, severities: Mapping[str, Severity], around: datetime | None = None
    ) -> None:
        self.severities = severities
        self.told: list[ShortfallRecord] = []
        self._stops: list[str] = []
        self._released: set[UUID] = set()
        self._coaches: dict[UUID, list[Taken]] = defaultdict(list)
        self._venues: dict[Room, list[Taken]] = defaultdict(list)
        for row in tx.execute(_ahead(tx, around)):
            whose = f"{row.course} {row.cohort}, {row.unit_code}"
            taken = (row.starts_at, row.ends_at, row.session_id, whose)
            if row.leads is not None:
                self._coaches[row.leads].append(taken)
            if row.venue:
                self._venues[_room(row.delivery_partner_id, row.venue)].append(taken)

    def release(self, session_ids: Collection[UUID]) -> None:
        """The times that these sessions have are free: they will have others, or none."""
        self._released |= set(session_ids)
        for times in (*self._coaches.values(), *self._venues.values()):
            times[:] = [taken for taken in times if taken[2] not in self._released]

    def tell(self, found: ShortfallRecord) -> bool:
        """Take note of something that cannot be kept; whether the session may be all the same."""
        severity = self.severities.get(found.code, Severity.warn)
        if severity is not Severity.ignore:
            self.told.append(found)
        if severity is Severity.block_release:
            self._stops.append(found.detail)
        return severity is not Severity.block

    def blocks(self, found: ShortfallRecord) -> bool:
        """Whether such a session may not be."""
        return self.severities.get(found.code) is Severity.block

    def tell_all(self, found: Iterable[ShortfallRecord]) -> bool:
        """The same of several: each is taken note of."""
        blocked = [one for one in found if not self.tell(one)]
        return not blocked

    def look(
        self,
        unit_code: str,
        starts_at: datetime,
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
        until = starts_at + timedelta(minutes=minutes)
        allowed = True
        for code, taken, what in (
            ("coach_twice", self._coaches[coach] if coach else [], "its coach leads"),
            ("venue_twice", self._venues[room] if room else [], f"{venue} has"),
        ):
            others = [
                f"{whose} then" + (f" (session {id})" if id else "")
                for begins, ends, id, whose in taken
                if begins < until and starts_at < ends and (id is None or id != session_id)
            ]
            if others:
                detail = f"{unit_code} on {wall(starts_at):%Y-%m-%d %H:%M}: {what} {others[0]}"
                allowed &= self.tell(
                    ShortfallRecord(
                        code=code,
                        detail=detail,
                        unit_code=unit_code,
                        day=today(starts_at),
                        group_id=group_id,
                        delivery_partner_id=hub,
                    )
                )
        if allowed and (session_id is None or session_id in self._released):
            new = (starts_at, until, session_id, unit_code)
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


def _ahead(tx: Transaction, around: datetime | None) -> Select[Any]:
    """Values and not records: there may be thousands."""
    wanted: Select[Any] = (
        select(
            TrainingSession.session_id,
            TrainingSession.course,
            TrainingSession.cohort,
            TrainingSession.unit_code,
            TrainingSession.starts_at,
            TrainingSession.ends_at,
            TrainingSession.venue,
            TrainingSession.delivery_partner_id,
            func.coalesce(TrainingSession.facilitator_staff_id, Group.coach_staff_id).label(
                "leads"
            ),
        )
        .outerjoin(Group, Group.group_id == TrainingSession.group_id)
        .where(TrainingSession.status == "scheduled", TrainingSession.starts_at > tx.at)
    )
    if around is None:
        return wanted
    return wanted.where(
        TrainingSession.starts_at > around - LONGEST_SESSION,
        TrainingSession.starts_at < around + LONGEST_SESSION,
    )


def _room(hub: UUID | None, venue: str) -> Room:
    return hub, " ".join(venue.casefold().split())
