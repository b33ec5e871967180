"""What groups and hubs that came late can have no more, and whom that leaves without."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from headship_contracts.sessions.plans import ShortfallRecord
from kit import Transaction
from sessions import queries
from sessions.dating import Dates
from sessions.due import Due
from sessions.models import Seat, TrainingSession


def left_without(tx: Transaction, asked: Sequence[Due], dates: Dates) -> list[ShortfallRecord]:
    """Sessions that are not held, since people would hear of them too late. A group's is told only
    where some of it have sat in no session of the unit, such as with the group that they had."""
    late = [due for due in asked if (due.unit.code, due.audience) in dates.unable]
    if not late:
        return []
    groups = {due.group_id for due in late if due.group_id is not None}
    members = queries.members(tx, groups)
    people = [person.application_id for theirs in members.values() for person in theirs]
    sat = _sat(tx, people, {due.unit.code for due in late})
    found = []
    for due in late:
        told = dates.shortfalls[due.unit.code, due.audience]
        if due.group_id is not None:
            ids = {person.application_id for person in members[due.group_id]}
            without = len(ids - sat[due.unit.code])
            told = [replace(one, people=without) for one in told if without]
        found += told
    return found


def _sat(
    tx: Transaction, application_ids: Collection[UUID], codes: Collection[str]
) -> dict[str, set[UUID]]:
    """Unit → those who had a seat in a session of it that has begun."""
    rows = tx.execute(
        select(TrainingSession.unit_code, Seat.application_id)
        .join(Seat, Seat.session_id == TrainingSession.session_id)
        .where(
            Seat.application_id.in_(application_ids),
            Seat.held,
            TrainingSession.unit_code.in_(codes),
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at <= tx.at,
        )
    )
    found: dict[str, set[UUID]] = defaultdict(set)
    for code, application_id in rows:
        found[code].add(application_id)
    return found
