"""One more session of a unit, beside those that the plan has, for whoever books a seat in it."""

from datetime import timedelta
from uuid import uuid4

from headship_contracts.errors import Invalid, Refused
from headship_contracts.sessions.events import SessionScheduled
from headship_contracts.sessions.running import ScheduleSession
from headship_contracts.sessions.schedule import SessionRecord
from kit import Transaction
from sessions import audiences, by_hand, changing, facilitators, queries, schemas
from sessions.domain.london import instant, read_local
from sessions.domain.template import Kind
from sessions.models import DeliveryPartner, TrainingSession
from sessions.settings import SessionsSettings


def schedule(
    tx: Transaction, request: ScheduleSession, settings: SessionsSettings
) -> SessionRecord:
    """Put it into the calendar; nobody has a seat in it yet."""
    plan = queries.plan(tx, request.course, request.cohort)
    units = {unit.code: unit for unit in queries.plan_units(tx, plan.plan_id, plan.version)}
    unit = units.get(request.unit_code)
    if unit is None or not Kind(unit.kind).live:
        live = ", ".join(unit.code for unit in units.values() if Kind(unit.kind).live)
        told = [f"{request.unit_code!r} is no live unit of the plan; there are {live}"]
        raise Invalid("invalid_fields", "no such unit", {"unit_code": told})
    if request.delivery_partner_id is not None:
        hub = tx.get(DeliveryPartner, request.delivery_partner_id)
        if hub is not None and hub.status != "active":
            raise Refused("delivery_partner_not_active", f"it is {hub.status}")
    local_start = read_local(request.local_start)
    starts_at = instant(local_start, request.fold)
    changing.require_working_day(local_start, starts_at, tx.at)
    session_id = uuid4()
    session = TrainingSession(
        session_id=session_id,
        revision=tx.next_revision(None),
        course=request.course,
        cohort=request.cohort,
        unit_code=unit.code,
        audience=audiences.of_extra(session_id),
        kind=unit.kind,
        title=unit.title,
        minutes=unit.minutes,
        delivery_partner_id=request.delivery_partner_id,
        local_start=request.local_start,
        fold=request.fold or 0,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=unit.minutes),
        venue=request.venue,
        meeting_link=request.meeting_link,
        joining_details=request.joining_details,
        capacity=request.capacity,
        facilitator_staff_id=request.facilitator_staff_id,
        status="scheduled",
        sequence=0,
        changed_at=tx.at,
        by_hand=True,
    )
    told = by_hand.check_time(tx, session, starts_at, request.venue, settings)
    if request.facilitator_staff_id is not None:
        facilitators.require_active(tx, request.facilitator_staff_id)
    tx.add(session)
    tx.flush()
    facilitators.settle(tx, [session])
    tx.emit(SessionScheduled(**schemas.session_state(session)))
    return facilitators.record(tx, session, told)
