"""The weeks in which groups study, where these are not the plan's."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from kit import Transaction
from sessions.domain.group_study import StudyWeek
from sessions.models import GroupStudy


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
