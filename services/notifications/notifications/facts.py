"""The facts about what messages are about, read for many messages at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from kit import Transaction
from notifications import preferences, queries
from notifications.domain.relevance import MISSED, Facts
from notifications.models import (
    Application,
    Attendance,
    Candidate,
    Declaration,
    Outcome,
    Result,
    Seat,
    StaffMember,
    Submission,
    TrainingSession,
)

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
    inactive_staff: frozenset[UUID]
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
            recipient_active=message.person_id not in self.inactive_staff,
            wanted=(message.person_id, topic) not in self.unwanted,
        )

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
    seats = in_sessions_of(Seat, "seated")
    attendance = in_sessions_of(Attendance, "missed")
    candidates = queries.for_applications(tx, Candidate, about_with("candidate", "window_ahead"))
    submissions = queries.for_applications(tx, Submission, about_with("not_submitted"))
    declarations = queries.for_applications(tx, Declaration, about_with("not_declared"))
    results = queries.for_applications(tx, Result, about_with("standing", "active"))
    outcomes = queries.for_applications(tx, Outcome, about_with("active"))
    return Known(
        applications=queries.by_id(tx, Application, about),
        inactive_staff=frozenset(s.staff_id for s in staff.values() if not s.active),
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
