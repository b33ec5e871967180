"""What the plan asks for: which sessions, for whom, when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sessions import audiences, dating
from sessions.domain.template import Kind
from sessions.models import Group, HubOffer, PlanUnit, TrainingSession


@dataclass(frozen=True)
class Due:
    """A session that the plan asks for."""

    unit: PlanUnit
    audience: str
    local_start: datetime
    group_id: UUID | None = None
    delivery_partner_id: UUID | None = None
    venue: str | None = None
    meeting_link: str | None = None


def sessions_due(
    units: list[PlanUnit],
    groups: list[Group],
    offers: dict[UUID, HubOffer],
    dates: dating.Dates,
    webinar_link: str | None,
) -> Iterator[Due]:
    """One for the cohort, for each group, or for each hub that offers a venue, by its kind."""
    for unit in units:
        if unit.kind == Kind.webinar:
            assert unit.local_start is not None
            start = datetime.fromisoformat(unit.local_start)
            yield Due(unit, audiences.COHORT, start, meeting_link=webinar_link)
        elif unit.kind == Kind.coaching:
            for group in groups:
                offer = offers.get(group.delivery_partner_id)
                yield Due(
                    unit,
                    audiences.of_group(group.group_id),
                    dates.starts[unit.code, audiences.of_group(group.group_id)],
                    group_id=group.group_id,
                    delivery_partner_id=group.delivery_partner_id,
                    meeting_link=offer.meeting_link if offer else None,
                )
        else:
            for hub, offer in sorted(offers.items()):
                if offer.venue_capacity == 0:
                    continue  # it has lost its venue
                yield Due(
                    unit,
                    audiences.of_hub(hub),
                    dates.starts[unit.code, audiences.of_hub(hub)],
                    delivery_partner_id=hub,
                    venue=offer.venue,
                )


def extras_due(units: Iterable[PlanUnit], existing: Iterable[TrainingSession]) -> Iterator[Due]:
    """What somebody has added of these units, when and where they put it."""
    of_code = {unit.code: unit for unit in units}
    for session in existing:
        if session.status != "scheduled" or not session.is_extra:
            continue
        unit = of_code.get(session.unit_code)
        if unit is not None and unit.kind == session.kind:
            yield Due(
                unit,
                session.audience,
                datetime.fromisoformat(session.local_start),
                delivery_partner_id=session.delivery_partner_id,
                venue=session.venue,
            )
