"""The reminders that are due now. Looked at by the clock; each step is queued once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kit import Transaction
from notifications import queries
from notifications.assessments import window_values
from notifications.domain.reminders import (
    ASSESSMENT_STEPS,
    SESSION_STEPS,
    due_step,
    look_ahead,
)
from notifications.domain.values import Value, day
from notifications.domain.wording import LONDON
from notifications.models import Candidate
from notifications.programme import session_values
from notifications.queueing import Wanted, add


def queue_due(tx: Transaction, at: datetime) -> int:
    """Queue every reminder whose step is due at `at`, and give back how many."""
    wanted = _of_sessions(tx, at) + _of_assessments(tx, at)
    known = queries.queued_among(tx, [one.business_key for one in wanted])
    new = [one for one in wanted if one.business_key not in known]
    for one in new:
        add(tx, one)
    return len(new)


def _of_sessions(tx: Transaction, at: datetime) -> list[Wanted]:
    wanted = []
    for seat, session in queries.seats_ahead(tx, at, at + look_ahead(SESSION_STEPS)):
        step = due_step(
            SESSION_STEPS, begins_at=session.starts_at, ends_at=session.starts_at, at=at
        )
        if step is not None:
            # with its time in the key, a session that has moved is announced anew
            key = f"{seat.application_id}:{session.session_id}:{session.local_start}"
            wanted.append(
                Wanted(
                    template=step.template,
                    key=key,
                    person_id=seat.participant_id,
                    application_id=seat.application_id,
                    session_id=session.session_id,
                    values=session_values(session),
                )
            )
    return wanted


def _of_assessments(tx: Transaction, at: datetime) -> list[Wanted]:
    wanted: list[tuple[Wanted, str]] = []
    for candidate in queries.candidates_near(tx, at, at + look_ahead(ASSESSMENT_STEPS)):
        if candidate.opens_at is None or candidate.closes_at is None:
            continue
        step = due_step(
            ASSESSMENT_STEPS, begins_at=candidate.opens_at, ends_at=candidate.closes_at, at=at
        )
        if step is not None:
            reminder = Wanted(
                template=step.template,
                key=f"{candidate.candidate_id}:{step.key}",
                person_id=candidate.participant_id,
                application_id=candidate.application_id,
                window_id=candidate.window_id,
                values=window_values(candidate) | {"day": _day(candidate, step.before_end)},
            )
            wanted.append((reminder, "closes" if step.before_end else "opens"))
    said = queries.values_of(tx, [one.business_key for one, _counted_from in wanted])
    return [_of_its_date(one, start, said.get(one.business_key)) for one, start in wanted]


def _of_its_date(wanted: Wanted, counted_from: str, said: Mapping[str, Any] | None) -> Wanted:
    """The reminder as it is, if none of its key was `said` or that counted from the same instant;
    else it is of a new date, which stands in its key.
    """
    # not in each key: the former release, which knows the shorter one alone, runs beside this one
    instant = wanted.values[counted_from]
    former = (said or {}).get(counted_from)
    if former == instant or not isinstance(former, Mapping) or not isinstance(instant, Mapping):
        return wanted
    return replace(wanted, key=f"{wanted.key}:{instant['moment']}")


def _day(candidate: Candidate, of_end: bool) -> Value:
    instant = candidate.closes_at if of_end else candidate.opens_at
    return day(instant.astimezone(LONDON).date()) if instant else ""
