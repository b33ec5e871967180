"""The weeks in which groups study, where these are not the plan's."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from kit import Transaction
from sessions.domain.group_study import StudyWeek
from sessions.models import GroupStudy


def had_by(
    tx: Transaction, group_ids: Collection[UUID]
) -> dict[UUID, dict[tuple[str, date], tuple[date, date]]]:
    """Group → (unit, the Monday of the plan's week) → first and last day, as written down."""
    found: dict[UUID, dict[tuple[str, date], tuple[date, date]]] = defaultdict(dict)
    for row in tx.scalars(select(GroupStudy).where(GroupStudy.group_id.in_(group_ids))):
        found[row.group_id][row.unit_code, row.planned_monday] = row.starts_on, row.ends_on
    return found


def keep(tx: Transaction, found: Mapping[UUID, Sequence[StudyWeek]]) -> None:
    """Write down what was found for each group; what it had before goes."""
    rows = tx.scalars(select(GroupStudy).where(GroupStudy.group_id.in_(found)))
    had = {(r.group_id, r.unit_code, r.planned_monday, r.starts_on, r.ends_on) for r in rows}
    has = {
        (group, week.code, week.planned, week.starts_on, week.ends_on)
        for group, weeks in found.items()
        for week in weeks
        if not week.shortfalls
    }
    if had == has:
        return
    tx.execute(delete(GroupStudy).where(GroupStudy.group_id.in_(found)))
    for group, code, planned, starts_on, ends_on in sorted(has):
        tx.add(
            GroupStudy(
                group_id=group,
                unit_code=code,
                planned_monday=planned,
                starts_on=starts_on,
                ends_on=ends_on,
            )
        )
