"""Is a message still true at the moment of sending? If not, why it is not sent.

A template names what it needs; the facts are read when it is about to go out.
"""

from dataclasses import dataclass
from datetime import date, datetime

from notifications.domain.wording import LONDON

NEEDS = frozenset(
    {
        "offered",  # a place is still held for them, and they have not answered
        "no_place",  # none is offered to them or held for them, and they are not accepted
        "accepted",  # the application is accepted
        "active",  # it is accepted, and training is neither deferred, withdrawn nor passed
        "seated",  # they still have the seat
        "session_ahead",  # the session has not begun, and is not cancelled
        "session_to_come",  # the time of the session has not come, cancelled or not
        "time_as_told",  # the session is at the time that the message says
        "candidate",  # they are still entered for the window
        "window_ahead",  # the window has not closed for them
        "opens_as_told",  # it opens for them when the message says
        "closes_as_told",  # it closes for them when the message says
        "not_submitted",  # no script has come
        "not_declared",  # the declaration is not made
        "missed",  # the register still says that they were not there
        "standing",  # no newer result has replaced this one
        "in_time",  # the last day of which it tells is not over
    }
)

HAVE_PLACE = frozenset({"offered", "held", "over"})
"""What is said of the place of someone who has one, or may have one."""

MISSED = frozenset({"absent", "apologies"})
"""What a register says of someone who was not there and has to catch up."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known now about what a message is about; None where it is about no such thing."""

    status: str | None = None  # of the application
    training_status: str | None = None
    place: str | None = None
    passed: bool = False
    seated: bool | None = None
    session_starts_at: datetime | None = None
    session_cancelled: bool = False
    time_as_told: bool = True
    candidate: bool | None = None
    closes_at: datetime | None = None
    submitted: bool = False
    declared: bool = False
    missed: bool | None = None
    standing: bool | None = None
    last_day: date | None = None
    opens_as_told: bool = True
    closes_as_told: bool = True
    group_as_told: bool = True
    recipient_active: bool = True
    wanted: bool = True  # not turned off, or of a kind that cannot be


def why_not(needs: frozenset[str], facts: Facts, at: datetime) -> str | None:
    """The reason for which a message is no longer true, as a code; None: send it."""
    if not facts.recipient_active:
        return "recipient_inactive"
    if not facts.wanted:
        return "unsubscribed"
    if "in_time" in needs and facts.last_day is not None and facts.last_day < _day(at):
        return "out_of_date"
    checks = (
        _why_not_application(needs, facts),
        _why_not_session(needs, facts, at),
        _why_not_window(needs, facts, at),
    )
    return next((reason for reason in checks if reason is not None), None)


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _why_not_application(needs: frozenset[str], facts: Facts) -> str | None:
    if needs & {"accepted", "active"} and facts.status != "accepted":
        return f"application_{facts.status}"
    if "no_place" in needs and facts.status == "accepted":
        return "application_accepted"
    if "no_place" in needs and facts.place in HAVE_PLACE:
        return f"place_{facts.place}"
    if "offered" in needs and facts.place != "offered":
        return f"place_{facts.place}"
    if "active" in needs and facts.training_status in ("deferred", "withdrawn"):
        return f"participant_{facts.training_status}"
    if "active" in needs and facts.passed:
        return "participant_passed"
    if not facts.group_as_told:
        return "group_changed"
    if "not_declared" in needs and facts.declared:
        return "declared"
    return None


def _why_not_session(needs: frozenset[str], facts: Facts, at: datetime) -> str | None:
    if "seated" in needs and not facts.seated:
        return "not_seated"
    if "missed" in needs and not facts.missed:
        return "register_corrected"
    if "session_ahead" in needs and facts.session_cancelled:
        return "session_cancelled"
    over = facts.session_starts_at is None or facts.session_starts_at <= at
    if needs & {"session_ahead", "session_to_come"} and over:
        return "session_over"
    if "time_as_told" in needs and not facts.time_as_told:
        return "moved_again"
    return None


def _why_not_window(needs: frozenset[str], facts: Facts, at: datetime) -> str | None:
    if "not_submitted" in needs and facts.submitted:
        return "submitted"
    if "candidate" in needs and not facts.candidate:
        return "not_a_candidate"
    if "standing" in needs and not facts.standing:
        return "replaced"
    if "opens_as_told" in needs and not facts.opens_as_told:
        return "dates_changed"
    if "closes_as_told" in needs and not facts.closes_as_told:
        return "dates_changed"
    if "window_ahead" in needs and (facts.closes_at is None or facts.closes_at <= at):
        return "window_closed"
    return None
