"""The weeks in which groups study, where these are not the plan's."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from kit import Transaction
from sessions.domain.group_study import StudyWeek
from sessions.models import GroupStudy


def days_of(
    tx: Transaction, group_ids: Collection[UUID]
) -> dict[UUID, dict[tuple[str, date], tuple[date, date]]]:
    """Group → (unit, the Monday of the plan's week) → first and last day, as written down."""
    found: dict[UUID, dict[tuple[str, date], tuple[date, date]]] = defaultdict(dict)
    for row in tx.scalars(select(GroupStudy).where(GroupStudy.group_id.in_(group_ids))):
        found[row.group_id][row.unit_code, row.planned_monday] = row.starts_on, row.ends_on
    return found


def keep(tx: Transaction, found: Mapping[UUID, Sequence[StudyWeek]]) -> None:
    """Write down what was found for each group; what it had before goes."""
    had = days_of(tx, found)
    for group, weeks in found.items():
        has = {
            (week.code, week.planned): (week.starts_on, week.ends_on)
            for week in weeks
            if not week.shortfalls
        }
        if has == had[group]:
            continue
        tx.execute(delete(GroupStudy).where(GroupStudy.group_id == group))
        for (code, planned), (starts_on, ends_on) in has.items():
            tx.add(
                GroupStudy(
                    group_id=group,
                    unit_code=code,
                    planned_monday=planned,
                    starts_on=starts_on,
                    ends_on=ends_on,
                )
            )
