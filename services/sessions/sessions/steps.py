"""What following the plan comes to: which sessions begin or move, and which of these may."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions.clashes import Clashes
from sessions.domain.london import instant, today
from sessions.domain.template import Kind
from sessions.due import Due
from sessions.models import TrainingSession


class Does(StrEnum):
    """keep: people could not be told in time that it moves. rename: it has another title alone."""

    begin = "begin"
    move = "move"
    rename = "rename"
    keep = "keep"
    stay = "stay"


@dataclass(frozen=True)
class Step:
    """A session that is asked for, the one that there is or that the plan had dropped before, and
    what it does."""

    due: Due
    starts_at: datetime
    session: TrainingSession | None
    does: Does

    @property
    def key(self) -> tuple[str, str]:
        return self.due.unit.code, self.due.audience


def steps(
    asked: Sequence[Due],
    existing: Mapping[tuple[str, str], TrainingSession],
    earliest: Mapping[Kind, date],
    at: datetime,
) -> list[Step]:
    """One for each that the plan may change: not what is over, or was cancelled by hand. What was
    moved or added by hand keeps its time and venue; its length and title alone follow the plan.

    `earliest`: kind → the first day of which people can still be told in time.
    """
    found = []
    for due in asked:
        session = existing.get((due.unit.code, due.audience))
        starts_at = instant(due.local_start)
        if session is None or session.was_dropped:
            if starts_at > at:
                found.append(Step(due, starts_at, session, Does.begin))
        elif is_ahead(session, at):
            if session.by_hand:
                due, starts_at = _as_put(due, session), session.starts_at
            does = _change(session, due, starts_at, earliest[Kind(session.kind)], at)
            if does is not Does.stay or not session.by_hand:
                found.append(Step(due, starts_at, session, does))
    return found


def allowed(
    tx: Transaction,
    found: Sequence[Step],
    leaving: Collection[TrainingSession],
    coaches: Mapping[UUID, UUID | None],
    shortfalls: Mapping[tuple[str, str], Sequence[ShortfallRecord]],
    new_clashes: Callable[[], Clashes],
) -> tuple[list[Step], Clashes]:
    """The steps that may be taken, and what was found on the way. `coaches`: group → its coach.

    No time clashes with one that a session leaves, be it moved or dropped. One that may not move
    has its old time still, which may keep others from moving in turn.
    """
    held: set[UUID] = set()
    while True:
        clashes = new_clashes()
        moving = {
            step.session.session_id for step in found if step.session and step.does is Does.move
        }
        clashes.release({session.session_id for session in leaving} | moving - held)
        free = [step for step in found if _may_be(step, clashes, coaches, shortfalls)]
        go = {step.session.session_id for step in free if step.session}
        if moving - go <= held:
            return free, clashes
        held |= moving - go


def _may_be(
    step: Step,
    clashes: Clashes,
    coaches: Mapping[UUID, UUID | None],
    shortfalls: Mapping[tuple[str, str], Sequence[ShortfallRecord]],
) -> bool:
    due = step.due
    there = step.session if step.does is not Does.begin else None
    of_the_plan = there is None or not there.by_hand
    may_be = clashes.tell_all(shortfalls.get(step.key, ()) if of_the_plan else ())
    coach = coaches.get(due.group_id) if due.group_id else None
    return may_be & clashes.look(
        due.unit.code,
        step.starts_at,
        due.unit.minutes,
        session_id=there.session_id if there else None,
        coach=(there.facilitator_staff_id if there else None) or coach,
        venue=due.venue,
        group_id=due.group_id,
        hub=due.delivery_partner_id,
    )


def _as_put(due: Due, session: TrainingSession) -> Due:
    """With the time and the venue that somebody gave the session."""
    local_start = datetime.fromisoformat(session.local_start)
    return replace(due, local_start=local_start, venue=session.venue)


def _change(
    session: TrainingSession, due: Due, starts_at: datetime, earliest: date, at: datetime
) -> Does:
    unit = due.unit
    local_start = due.local_start.isoformat(timespec="minutes")
    moves = (session.local_start, session.minutes) != (local_start, unit.minutes)
    if starts_at <= at or not (moves or session.title != unit.title):
        return Does.stay
    soonest = min(session.starts_at, starts_at)
    if moves and today(soonest) < earliest:
        return Does.keep
    return Does.move if moves else Does.rename


def is_ahead(session: TrainingSession, at: datetime) -> bool:
    return session.status == "scheduled" and session.starts_at > at
