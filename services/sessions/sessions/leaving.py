"""Sessions ahead that the plan, the groups or the hubs no longer have."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sessions import audiences
from sessions.due import Due
from sessions.models import PlanUnit, TrainingSession
from sessions.steps import is_ahead


def no_longer_had(
    existing: Mapping[tuple[str, str], TrainingSession],
    asked: Sequence[Due],
    units: Sequence[PlanUnit],
    at: datetime,
) -> list[tuple[TrainingSession, str]]:
    """Each with why: plan_changed | group_ended | venue_lost. `units`: the live ones of the plan;
    where one is of another kind by now, its sessions of the former kind leave."""
    still = {(due.unit.code, due.audience) for due in asked}
    kinds = {unit.code: unit.kind for unit in units}
    found = []
    for key, session in existing.items():
        if not is_ahead(session, at) or key in still:
            continue
        if kinds.get(session.unit_code) != session.kind:
            found.append((session, "plan_changed"))
        elif session.group_id is not None:
            found.append((session, "group_ended"))
        elif key[1] == _of_its_hub(session):
            found.append((session, "venue_lost"))
    return found


def _of_its_hub(session: TrainingSession) -> str | None:
    """The audience that it has as a day of its hub's."""
    hub = session.delivery_partner_id
    return audiences.of_hub(hub) if hub is not None else None
