"""Values that are put into words only when a message is written, in its reader's language.

Stories queue `{"day": "2026-11-03"}`; the template gets `Tuesday 3 November 2026`. Texts, numbers,
truths and lists of texts stay as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

SOME_SESSION = "a session"
"""The title of one that has not been told of yet: it is known when the message goes out."""

Value = str | bool | int | Sequence[str] | Mapping[str, str]


def day(on: date) -> Mapping[str, str]:
    """A date."""
    return {"day": on.isoformat()}


def moment(at: datetime) -> Mapping[str, str]:
    """An instant, told in London's time."""
    return {"moment": at.isoformat()}


def wall_moment(local_start: str) -> Mapping[str, str]:
    """A wall time as sessions tells it: `2026-11-03T16:00`."""
    return {"wall": local_start}


def wall_day(local_start: str) -> Mapping[str, str]:
    """The day of such a wall time."""
    return {"day": local_start[:10]}


def session_kind(kind: str) -> Mapping[str, str]:
    """A kind of session, as sessions names it."""
    return {"kind": kind}


def slot(of_week: str) -> Mapping[str, str]:
    """A weekly time, as sessions names it: `tue-16:00`."""
    return {"slot": of_week}


def person(person_id: UUID) -> Mapping[str, str]:
    """Somebody's name, as enrolment knows it when the message is written."""
    return {"person": str(person_id)}
