"""Coaches whom other cohorts need at the very times at which a cohort's coaching would be."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from kit import Transaction
from sessions import queries
from sessions.domain.london import in_week, instant
from sessions.domain.template import Kind
from sessions.models import Group, TrainingSession

Times = tuple[datetime, datetime]
"""From, until."""


def among(
    tx: Transaction, course: str, cohort: str, offered: Collection[tuple[str, UUID]]
) -> set[tuple[str, UUID]]:
    """Of slots and coaches those in which a group's session would be at once with one that the
    coach leads for another cohort: scheduling would leave it out, so that no group is formed."""
    coaches = {staff_id for _, staff_id in offered}
    led = _sessions_elsewhere(tx, course, cohort, coaches)
    for staff_id, times in _groups_elsewhere(tx, course, cohort, coaches).items():
        led[staff_id] += times
    if not led:
        return set()
    found = set()
    for slot, staff_id in offered:
        times = _of_slot(tx, course, cohort, slot) if staff_id in led else []
        if any(a < until and since < b for a, b in times for since, until in led[staff_id]):
            found.add((slot, staff_id))
    return found


def _sessions_elsewhere(
    tx: Transaction, course: str, cohort: str, coaches: Collection[UUID]
) -> dict[UUID, list[Times]]:
    leads = func.coalesce(TrainingSession.facilitator_staff_id, Group.coach_staff_id)
    rows = tx.execute(
        select(leads, TrainingSession.starts_at, TrainingSession.ends_at)
        .outerjoin(Group, Group.group_id == TrainingSession.group_id)
        .where(
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at > tx.at,
            (TrainingSession.course != course) | (TrainingSession.cohort != cohort),
            leads.in_(coaches),
        )
    )
    found: dict[UUID, list[Times]] = defaultdict(list)
    for staff_id, starts_at, ends_at in rows:
        found[staff_id].append((starts_at, ends_at))
    return found


def _groups_elsewhere(
    tx: Transaction, course: str, cohort: str, coaches: Collection[UUID]
) -> dict[UUID, list[Times]]:
    """Of groups that are not in the calendar yet: by their own cohort's plan."""
    sessions = select(TrainingSession.session_id).where(TrainingSession.group_id == Group.group_id)
    wanted = select(Group).where(
        Group.coach_staff_id.in_(coaches),
        Group.ended_at.is_(None),
        (Group.course != course) | (Group.cohort != cohort),
        ~sessions.exists(),
    )
    found: dict[UUID, list[Times]] = defaultdict(list)
    for group in tx.scalars(wanted):
        assert group.coach_staff_id is not None
        found[group.coach_staff_id] += _of_slot(tx, group.course, group.cohort, group.slot)
    return found


def _of_slot(tx: Transaction, course: str, cohort: str, slot: str) -> list[Times]:
    """When a group's coaching is by the cohort's plan, as far as it is ahead."""
    plan = queries.plan_or_none(tx, course, cohort)
    if plan is None:
        return []
    starts = [
        (instant(in_week(unit.monday, slot)), timedelta(minutes=unit.minutes))
        for unit in queries.plan_units(tx, plan.plan_id, plan.version)
        if unit.kind == Kind.coaching
    ]
    return [(at, at + length) for at, length in starts if at > tx.at]
