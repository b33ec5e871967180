"""What a register may say, and what of it counts."""

from datetime import datetime
from enum import StrEnum

from headship_contracts.errors import Refused


class Status(StrEnum):
    """How somebody stands to a session that has taken place."""

    present = "present"
    late = "late"
    left_early = "left_early"
    apologies = "apologies"
    absent = "absent"
    excused = "excused"
    catch_up_pending = "catch_up_pending"
    catch_up_approved = "catch_up_approved"


WAS_THERE = frozenset({Status.present, Status.late, Status.left_early})
IN_A_REGISTER = WAS_THERE | {Status.apologies, Status.absent, Status.excused}
MISSED = frozenset({Status.absent, Status.apologies})
NOT_MISSED = frozenset({Status.excused, Status.catch_up_pending, Status.catch_up_approved})
TOLD = tuple(status for status in Status if status in IN_A_REGISTER)
"""What a register may say, in the order in which people are told."""


def require_begun(starts_at: datetime, cancelled: bool, at: datetime) -> None:
    """A register is refused before its session begins, and for a session that was cancelled."""
    if cancelled:
        raise Refused("session_cancelled", "a cancelled session has no register")
    if at < starts_at:
        raise Refused("session_not_begun", f"it begins at {starts_at.isoformat()}")


def require_ahead(starts_at: datetime, cancelled: bool, at: datetime) -> None:
    """Apologies are for a session that has not begun."""
    if cancelled:
        raise Refused("session_cancelled", "it was cancelled: nobody has to come")
    if at >= starts_at:
        raise Refused("session_begun", f"it began at {starts_at.isoformat()}")


def lacks_minutes(status: Status, told: int | None) -> bool:
    """Whoever left early was not there for all of it: a register says for how long."""
    return status is Status.left_early and told is None


def minutes_of(status: Status, told: int | None, planned: int) -> int:
    """The minutes of a register's entry; for who was there and no minutes told, all of them."""
    if status not in IN_A_REGISTER:
        raise Refused("not_in_a_register", f"{status} follows from a catch-up, not a register")
    if status not in WAS_THERE:
        if told:
            raise Refused("minutes_without_presence", f"{status}, but {told} minutes")
        return 0
    minutes = planned if told is None else told
    if minutes > planned:
        raise Refused("more_minutes_than_planned", f"{minutes} of {planned} minutes")
    return minutes


def counts(status: Status, minutes: int, planned: int, enough_percent: int) -> bool:
    """Whether the session counts as attended: there for this share of its minutes, or caught up."""
    if status is Status.catch_up_approved:
        return True
    return status in WAS_THERE and 100 * minutes >= enough_percent * planned


def stands_as(register: Status, counted: bool, former: Status | None) -> Status:
    """How somebody stands once a register says `register`, which `counted` or did not.

    What was or is being caught up stays so while the register still says that it was missed.
    """
    caught_up = former in {Status.catch_up_pending, Status.catch_up_approved}
    if former is not None and caught_up and not counted and register is not Status.excused:
        return former
    return register


def require_missed(status: Status | None, counted: bool) -> None:
    """A catch-up is for a session that was held, was missed, and is not being caught up yet."""
    if status is None:
        raise Refused("not_in_the_register", "the register says nothing yet")
    if status is Status.catch_up_pending:
        raise Refused("catch_up_pending", "a catch-up waits for its review")
    if status is Status.excused or counted:
        raise Refused("nothing_to_catch_up", f"the register says {status}")
