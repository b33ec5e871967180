"""The facts about what messages are about, read for many messages at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from kit import Transaction
from notifications import preferences, queries
from notifications.domain.relevance import MISSED, Facts
from notifications.domain.values import SOME_SESSION, Value, moment, wall_moment
from notifications.models import (
    Application,
    Attendance,
    Candidate,
    Declaration,
    DeliveryPartner,
    Group,
    Outcome,
    Result,
    Seat,
    StaffMember,
    Submission,
    TrainingSession,
)

HUB = "hub id"
"""The value that says whose people may hear of it: who has left for another hub may not."""

LAST_DAY = "last day"
"""The value that says after which day it is told no more, where no deadline does."""

Pair = tuple[UUID, UUID]


class Telling(Protocol):
    """A message, or an item among others: what it is about, and to whom it goes."""

    person_id: Any
    application_id: Any
    session_id: Any
    window_id: Any
    declaration_type: Any
    personalisation: Any


@dataclass(frozen=True)
class Known:
    """What is known now, by the ids that messages name."""

    applications: dict[UUID, Application]
    staff: dict[UUID, StaffMember]
    inactive_hubs: frozenset[UUID]
    groups: dict[UUID, Group]
    sessions: dict[UUID, TrainingSession]
    seats: frozenset[Pair]  # (application, session)
    missed: frozenset[Pair]
    candidates: dict[Pair, Candidate]  # by (application, window); only those entered
    submissions: frozenset[Pair]
    declared: frozenset[tuple[UUID, str]]
    results: dict[UUID, int]  # revisions
    passed: frozenset[UUID]  # applications
    unwanted: frozenset[tuple[UUID, str]]  # (person, topic)

    def application_of(self, message: Telling) -> Application | None:
        """The application that a message is about."""
        if message.application_id is None:
            return None
        return self.applications.get(message.application_id)

    def about(self, message: Telling, topic: str | None = None) -> Facts:
        """The facts for one message; `topic`: of one that its reader may have turned off."""
        application = self.application_of(message)
        session = self.sessions.get(message.session_id) if message.session_id else None
        about = message.application_id
        in_session = (about, message.session_id) if about and message.session_id else None
        in_window = (about, message.window_id) if about and message.window_id else None
        candidate = self.candidates.get(in_window) if in_window else None
        return Facts(
            status=application.status if application else None,
            training_status=application.training_status if application else None,
            place=application.place if application else None,
            passed=about in self.passed,
            seated=in_session in self.seats,
            session_starts_at=session.starts_at if session else None,
            session_cancelled=session.cancelled if session else False,
            time_as_told=session is None or _tells_time_of(message, session),
            candidate=candidate is not None,
            closes_at=candidate.closes_at if candidate else None,
            submitted=in_window in self.submissions,
            declared=(about, message.declaration_type) in self.declared,
            missed=in_session in self.missed,
            standing=self._stands(message),
            opens_as_told=candidate is None or _tells(message, "opens", candidate.opens_at),
            closes_as_told=candidate is None or _tells(message, "closes", candidate.closes_at),
            group_as_told=about not in self.groups or _tells_slot_of(message, self.groups[about]),
            last_day=_last_day_of(message),
            recipient_active=self._may_hear(message),
            wanted=(message.person_id, topic) not in self.unwanted,
        )

    def values_of(self, message: Telling, needs: frozenset[str]) -> dict[str, Value | None]:
        """What it says: to a candidate, the window's dates as they are now; and with a session that
        had not been told of when it was queued.
        """
        said = dict(message.personalisation)
        if "candidate" in needs:
            said |= self._dates_of(message)
        session = self.sessions.get(message.session_id) if message.session_id else None
        if session is None or said.get("title") != SOME_SESSION:
            return said
        known = {"title": session.title, "when": wall_moment(session.local_start)}
        return said | {key: value for key, value in known.items() if key in said}

    def _dates_of(self, message: Telling) -> dict[str, Value]:
        candidate = self.candidates.get((message.application_id, message.window_id))
        if candidate is None:
            return {}
        now = {"opens": candidate.opens_at, "closes": candidate.closes_at}
        said = {key: at for key, at in now.items() if key in message.personalisation}
        return {key: moment(at) for key, at in said.items() if at is not None}

    def _may_hear(self, message: Telling) -> bool:
        """Whether they work here still, and what is for a hub's people at that hub."""
        member = self.staff.get(message.person_id)
        if member is not None and not member.active:
            return False
        hub_id = _hub_of(message)
        if hub_id is None:
            return True
        at_that_hub = member is None or member.delivery_partner_id == hub_id
        return at_that_hub and hub_id not in self.inactive_hubs

    def _stands(self, message: Telling) -> bool:
        told = message.personalisation
        try:
            result_id = UUID(told.get("result id"))
        except (ValueError, TypeError, AttributeError):  # somebody ordered it with another word
            return False
        return self.results.get(result_id) == told.get("revision")


def _tells_time_of(message: Telling, session: TrainingSession) -> bool:
    when = message.personalisation.get("when")
    return not isinstance(when, Mapping) or when.get("wall", session.local_start) == (
        session.local_start
    )


def _tells(message: Telling, key: str, now: datetime | None) -> bool:
    told = message.personalisation.get(key)
    if now is None or not isinstance(told, Mapping) or "moment" not in told:
        return True
    return datetime.fromisoformat(told["moment"]) == now


def _tells_slot_of(message: Telling, group: Group) -> bool:
    told = message.personalisation.get("slot")
    return not isinstance(told, Mapping) or group.slot in told.values()


def _last_day_of(message: Telling) -> date | None:
    told = message.personalisation.get(LAST_DAY) or message.personalisation.get("deadline on")
    return date.fromisoformat(told["day"]) if isinstance(told, Mapping) and "day" in told else None


def _hub_of(message: Telling) -> UUID | None:
    told = message.personalisation.get(HUB)
    try:
        return UUID(told) if isinstance(told, str) else None
    except ValueError:  # somebody ordered it with another word
        return None


def read(tx: Transaction, messages: Sequence[tuple[Telling, frozenset[str]]]) -> Known:
    """Everything that has to be known of these, each with what it needs."""
    about = [message.application_id for message, _needs in messages]

    def needing(*wanted: str) -> list[Telling]:
        return [message for message, needs in messages if needs & set(wanted)]

    def about_with(*wanted: str) -> list[UUID | None]:
        return [message.application_id for message in needing(*wanted)]

    def in_sessions_of(model: type[Any], *wanted: str) -> list[Any]:
        them = needing(*wanted)
        sessions = [message.session_id for message in them]
        return queries.in_sessions(tx, model, sessions, [one.application_id for one in them])

    people = {message.person_id for message, _needs in messages} - {None}
    staff = queries.by_id(tx, StaffMember, people)
    hubs = queries.by_id(tx, DeliveryPartner, [_hub_of(message) for message, _needs in messages])
    with_slot = [m.application_id for m, _needs in messages if "slot" in m.personalisation]
    groups = queries.for_applications(tx, Group, with_slot)
    seats = in_sessions_of(Seat, "seated")
    attendance = in_sessions_of(Attendance, "missed")
    candidates = queries.for_applications(tx, Candidate, about_with("candidate", "window_ahead"))
    submissions = queries.for_applications(tx, Submission, about_with("not_submitted"))
    declarations = queries.for_applications(tx, Declaration, about_with("not_declared"))
    results = queries.for_applications(tx, Result, about_with("standing", "active"))
    outcomes = queries.for_applications(tx, Outcome, about_with("active"))
    return Known(
        applications=queries.by_id(tx, Application, about),
        staff=staff,
        inactive_hubs=frozenset(id_ for id_, hub in hubs.items() if hub.status != "active"),
        groups={group.application_id: group for group in groups},
        sessions=queries.by_id(tx, TrainingSession, [m.session_id for m, _needs in messages]),
        seats=frozenset((s.application_id, s.session_id) for s in seats if s.taken),
        missed=frozenset(
            (a.application_id, a.session_id) for a in attendance if a.status in MISSED
        ),
        candidates={(c.application_id, c.window_id): c for c in candidates if c.entered},
        submissions=frozenset((s.application_id, s.window_id) for s in submissions),
        declared=frozenset(
            (d.application_id, d.declaration_type) for d in declarations if d.declared
        ),
        results={result.result_id: result.revision for result in results},
        passed=frozenset(result.application_id for result in results if result.passed)
        | {one.application_id for one in outcomes if one.state == "passed"},
        unwanted=preferences.unwanted(tx, people),
    )
