"""What other services tell of staff, hubs, schedules and plans. Older news is ignored."""

from assessment.models import DeliveryPartner, Plan, Schedule, StaffMember
from assessment.queries.locking import lock_or_add
from headship_contracts.enrolment.events import (
    DeliveryPartnerChanged,
    SchedulePublished,
    StaffChanged,
)
from headship_contracts.sessions.events import PlanPublished
from kit import Transaction


def keep_staff(tx: Transaction, event: StaffChanged) -> None:
    """Keep who may mark, and what they would have a conflict with."""
    member = lock_or_add(tx, StaffMember, event.staff_id, revision=0)
    if event.revision <= member.revision:
        return
    member.revision = event.revision
    member.roles, member.active = list(event.roles), event.active
    member.school_urn, member.trust_id = event.school_urn, event.trust_id
    member.delivery_partner_id = event.delivery_partner_id


def keep_delivery_partner(tx: Transaction, event: DeliveryPartnerChanged) -> None:
    """Keep whether a hub is active: staff of one that is not get no scripts."""
    partner = lock_or_add(tx, DeliveryPartner, event.delivery_partner_id, revision=0)
    if event.revision > partner.revision:
        partner.revision, partner.status = event.revision, event.status


def keep_schedule(tx: Transaction, event: SchedulePublished) -> None:
    """Keep the deadline that a cohort's results have to meet."""
    schedule = lock_or_add(tx, Schedule, (event.cohort, event.schedule), revision=0)
    if event.revision <= schedule.revision:
        return
    schedule.revision = event.revision
    schedule.completed_deadline_on = next(
        (one.deadline_on for one in event.milestones if one.declaration_type == "completed"), None
    )


def keep_plan(tx: Transaction, event: PlanPublished) -> None:
    """Keep when the last unit ends: a window opens some weeks after it."""
    plan = lock_or_add(tx, Plan, (event.course, event.cohort), revision=0)
    if event.revision > plan.revision:
        plan.revision, plan.last_unit_ends_on = event.revision, event.last_unit_ends_on
