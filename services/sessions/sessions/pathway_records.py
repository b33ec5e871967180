"""A plan of one's own as others see it."""

from datetime import date
from uuid import UUID

from headship_contracts.sessions.pathways import (
    PathwayItem,
    PathwayRecord,
    PathwayShortfall,
)
from kit import Transaction
from sessions import queries
from sessions.domain.engagement import Gate, Reading
from sessions.domain.london import today
from sessions.domain.pathway.plan import Done, Planned
from sessions.ground import Ground
from sessions.models import Pathway


def record(tx: Transaction, stands_on: Ground, row: Pathway, gate: Gate) -> PathwayRecord:
    """The plan, with what is done of it."""
    reported = set(queries.task_days(tx, [row.application_id])[row.application_id])
    items = [Planned.load(item) for item in row.items]
    study = [item for item in items if item.kind == "self_study"]
    done = sum(credited(stands_on, item) for item in study)
    ahead = sum(item.minutes if item.ends_on else credited(stands_on, item) for item in study)
    total = sum(item.minutes for item in study)
    return PathwayRecord(
        application_id=row.application_id,
        version=row.version,
        why=row.why,
        made_at=row.made_at,
        faces=row.faces,
        study_minutes=total,
        done_minutes=done,
        in_reach=Reading(ahead, total).reaches(gate.percent),
        items=[_item(stands_on, item, reported, today(tx.at)) for item in items],
        shortfalls=[PathwayShortfall(**told) for told in row.shortfalls],
    )


def _item(stands_on: Ground, item: Planned, reported: set[str], day: date) -> PathwayItem:
    units = {unit.code: unit for unit in stands_on.units}
    designed = {unit.code: unit for unit in stands_on.template.units}
    unit, known = units.get(item.code), designed.get(item.code)
    done = credited(stands_on, item) if item.kind == "self_study" else 0
    if item.kind == "self_study" and done >= item.minutes:
        state = "done"
    elif item.ends_on is None:
        state = "not_planned"
    else:
        state = "overdue" if item.ends_on < day else "ahead"
    return PathwayItem(
        kind=item.kind,
        unit_code=item.code,
        title=unit.title if unit else item.code,
        section=unit.section if unit else "",
        depth=item.depth,
        minutes=item.minutes,
        starts_on=item.starts_on,
        ends_on=item.ends_on,
        state=state,
        done_minutes=done,
        session_id=UUID(item.session_id) if item.session_id else None,
        task=known.task if known and item.kind == "self_study" else "",
        task_reported=item.code in reported,
    )


def credited(stands_on: Ground, item: Planned) -> int:
    """The minutes of an item that count as done."""
    done = stands_on.done.get(item.code, Done())
    return item.minutes if done.finished else min(done.minutes, item.minutes)
