"""Deadlines of marking: reminders, and a forecast of how it will end."""

from datetime import date, datetime
from uuid import UUID

from assessment import assessors, queries, roles
from assessment.domain import forecast as rules
from assessment.domain.forecast import Desk
from assessment.domain.windows import london_date
from assessment.models import Window
from headship_contracts.assessment.allocation import (
    ForecastMarking,
    MarkersProgress,
    MarkingForecast,
)
from headship_contracts.assessment.events import MarkingOverdue
from kit import Transaction
from kit.db import ServiceDatabase

SOON_DAYS = 3


def remind(db: ServiceDatabase, at: datetime) -> None:
    """Each morning, tell markers of what is due soon or overdue, a window to a transaction."""
    with db.transaction(at=at) as tx:
        windows = queries.windows.in_marking(tx)
    for window_id in windows:
        with db.transaction(at=at) as tx:
            _remind(tx, queries.windows.lock(tx, window_id))


def forecast(tx: Transaction, request: ForecastMarking) -> MarkingForecast:
    """How a window's marking will end if it goes on as it does."""
    roles.require(tx, roles.ADJUDICATORS)
    window = queries.windows.get(tx, request.window_id)
    today = london_date(tx.at)
    desks = _desks(tx, window)
    states = queries.marking.states(tx, window.id)
    decided = states.get("decided", 0) + states.get("released", 0)
    seconds = rules.expected_seconds(
        states.get("first_marking", 0), decided, queries.marking.second_marked(tx, window.id)
    )
    room = _room(tx, window)
    due_on = queries.windows.results_due_on(tx, window.course, window.cohort)
    ends = [desk.finishes_on(today) for desk in desks if desk.due]
    known = [day for day in ends if day is not None]
    left = queries.assessors.left(tx, [UUID(desk.staff_id) for desk in desks if desk.due])
    finishes_on = max(known) if ends and len(known) == len(ends) else None
    return MarkingForecast(
        window_id=window.id,
        open=sum(states.values()) - decided,
        decided=decided,
        expected_seconds=seconds,
        room=room,
        short_of=0 if room is None else max(0, seconds - room),
        finishes_on=finishes_on if ends else today,
        results_due_on=due_on,
        late=bool(left)
        or any(desk.late(today) for desk in desks)
        or (due_on is not None and finishes_on is not None and finishes_on > due_on),
        markers=[_progress(desk, today, left) for desk in desks],
    )


def _remind(tx: Transaction, window: Window) -> None:
    today = london_date(tx.at)
    for desk in _desks(tx, window):
        if not rules.reminds(desk.due, today):
            continue
        overdue = desk.overdue(today)
        soon = sum(0 <= (day - today).days <= SOON_DAYS for day in desk.due)
        tx.emit(
            MarkingOverdue(
                revision=tx.next_revision(None),
                staff_id=UUID(desk.staff_id),
                window_id=window.id,
                on=today,
                due_soon=soon,
                overdue=overdue,
                due_on=min(desk.due),
            )
        )


def _desks(tx: Transaction, window: Window) -> list[Desk]:
    found: dict[UUID, list[tuple[str, date, datetime, bool]]] = {}
    for staff_id, state, due_on, given_at, started in queries.desks.all_of(tx, window.id):
        found.setdefault(staff_id, []).append((state, due_on, given_at, started))
    return [
        Desk(
            staff_id=str(staff_id),
            marked=sum(state == "marked" for state, *_ in mine),
            given_on=london_date(min(given_at for _, _, given_at, _ in mine)),
            due=tuple(sorted(due for state, due, _, _ in mine if state == "waiting")),
            started=sum(started for state, _, _, started in mine if state == "waiting"),
        )
        for staff_id, mine in sorted(found.items())
    ]


def _room(tx: Transaction, window: Window) -> int | None:
    """Scripts that the window's markers can still take; None if any takes as many as come."""
    markers = [one for one in assessors.markers(tx, window, roles.MARKERS) if one.barred is None]
    if any(marker.capacity is None for marker in markers):
        return None
    return sum(max(0, (marker.capacity or 0) - marker.load) for marker in markers)


def _progress(desk: Desk, today: date, left: set[UUID]) -> MarkersProgress:
    return MarkersProgress(
        staff_id=UUID(desk.staff_id),
        marked=desk.marked,
        waiting=len(desk.due),
        started=desk.started,
        overdue=desk.overdue(today),
        per_day=f"{desk.pace(today):.2f}",
        due_on=max(desk.due, default=None),
        finishes_on=desk.finishes_on(today),
        late=desk.late(today),
        left=UUID(desk.staff_id) in left,
    )
