"""Reads of plans and their units."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound
from kit import Transaction
from sessions.models import (
    GroupStudy,
    Membership,
    Plan,
    PlanUnit,
    PlanVersion,
)


def plan_or_none(tx: Transaction, course: str, cohort: str, *, lock: bool = False) -> Plan | None:
    """A cohort's plan, if one is published."""
    wanted = select(Plan).where(Plan.course == course, Plan.cohort == cohort)
    return tx.scalar(wanted.with_for_update() if lock else wanted)


def plan(tx: Transaction, course: str, cohort: str, *, lock: bool = False) -> Plan:
    """Raises NotFound while nothing is published for the cohort."""
    found = plan_or_none(tx, course, cohort, lock=lock)
    if found is None:
        raise NotFound("plan_not_found", f"{course} {cohort} has no published plan")
    return found


def plans(tx: Transaction, cohorts: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Plan]:
    """(course, cohort) → its plan, where there is one."""
    wanted = set(cohorts)
    rows = tx.scalars(select(Plan).where(Plan.cohort.in_({cohort for _, cohort in wanted})))
    return {(row.course, row.cohort): row for row in rows if (row.course, row.cohort) in wanted}


def plan_version(tx: Transaction, plan: Plan, version: int | None) -> PlanVersion:
    """One version of a plan; None: the one in force."""
    found = tx.get(PlanVersion, (plan.plan_id, version or plan.version))
    if found is None:
        raise NotFound("plan_version_not_found", f"version {version}; the newest is {plan.version}")
    return found


def plan_units(tx: Transaction, plan_id: UUID, version: int) -> list[PlanUnit]:
    """The units of a version, in the order in which they are taught."""
    wanted = select(PlanUnit).where(PlanUnit.plan_id == plan_id, PlanUnit.version == version)
    return list(tx.scalars(wanted.order_by(PlanUnit.position)))


def plans_over(tx: Transaction, today: date) -> list[Plan]:
    """The plans whose last unit has ended."""
    return list(tx.scalars(select(Plan).where(Plan.last_unit_ends_on < today)))


def group_study(
    tx: Transaction, application_ids: Collection[UUID]
) -> dict[UUID, dict[tuple[str, date], tuple[date, date]]]:
    """Application → (unit, the Monday of the plan's week) → the days on which their group does it,
    where these are others than the plan's."""
    rows = tx.execute(
        select(
            Membership.application_id,
            GroupStudy.unit_code,
            GroupStudy.planned_monday,
            GroupStudy.starts_on,
            GroupStudy.ends_on,
        )
        .join(GroupStudy, GroupStudy.group_id == Membership.group_id)
        .where(Membership.application_id.in_(application_ids), Membership.left_at.is_(None))
    )
    found: dict[UUID, dict[tuple[str, date], tuple[date, date]]] = defaultdict(dict)
    for application_id, code, planned, starts_on, ends_on in rows:
        found[application_id][code, planned] = starts_on, ends_on
    return found
