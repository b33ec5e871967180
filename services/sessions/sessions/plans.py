"""Plans: publishing a cohort's, and telling it."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import select

from headship_contracts.errors import Conflict, Invalid, NotFound
from headship_contracts.sessions.plans import GetPlan, PlanRecord, PublishPlan
from kit import Transaction
from sessions import programme, queries, schemas
from sessions.domain.plan import Plan as BuiltPlan
from sessions.domain.plan import build_plan
from sessions.models import Plan, PlanUnit, PlanVersion, Schedule


def publish(tx: Transaction, request: PublishPlan) -> PlanRecord:
    """The plan of the course's template for a cohort: a new version only if it differs."""
    template = programme.template_of(request.course)
    starts_on = _start(tx, request)
    built = build_plan(template, starts_on, programme.bank_holidays(), programme.school_holidays())
    plan = tx.scalar(
        select(Plan)
        .where(Plan.course == request.course, Plan.cohort == request.cohort)
        .with_for_update()
    )
    version = plan.version if plan else 0
    if request.expected_version is not None and request.expected_version != version:
        raise Conflict("plan_changed", f"version {version} is in force")

    if plan is None:
        plan = Plan(course=request.course, cohort=request.cohort)
    else:
        former = queries.plan_version(tx, plan, None)
        units = queries.plan_units(tx, plan.plan_id, plan.version)
        if former.template == template.version and _dates(units) == _dates_of(built):
            return schemas.plan_record(plan, former, units)

    plan.revision = tx.next_revision(plan.revision)
    plan.version, plan.assessed = version + 1, template.assessed
    plan.last_unit_ends_on = built.last_unit_ends_on
    tx.add(plan)
    tx.flush()
    published = PlanVersion(
        plan_id=plan.plan_id,
        version=plan.version,
        template=template.version,
        school_holidays=programme.school_holidays().version,
        assessed=template.assessed,
        starts_on=built.starts_on,
        ends_on=built.ends_on,
        last_unit_ends_on=built.last_unit_ends_on,
        minutes=built.minutes,
        weeks=built.weeks,
        shortfalls=[asdict(shortfall) for shortfall in built.shortfalls],
        published_at=tx.at,
    )
    tx.add(published)
    tx.flush()
    units = _units(plan, built)
    tx.add_all(units)
    tx.emit(schemas.plan_published(plan, published))
    return schemas.plan_record(plan, published, units)


def get(tx: Transaction, request: GetPlan) -> PlanRecord:
    """The newest version, or the one asked for."""
    plan = queries.plan(tx, request.course, request.cohort)
    version = queries.plan_version(tx, plan, request.version)
    return schemas.plan_record(plan, version, queries.plan_units(tx, plan.plan_id, version.version))


def _start(tx: Transaction, request: PublishPlan) -> date:
    if request.starts_on is not None:
        return request.starts_on
    if request.schedule is None:
        told = {"starts_on": ["give the day, or the schedule that has it"]}
        raise Invalid("invalid_fields", "a plan needs a start", told)
    schedule = tx.get(Schedule, (request.cohort, request.schedule))
    if schedule is None:
        raise NotFound("schedule_not_found", f"{request.schedule} in {request.cohort}")
    return schedule.starts_on


def _units(plan: Plan, built: BuiltPlan) -> list[PlanUnit]:
    return [
        PlanUnit(
            plan_id=plan.plan_id,
            version=plan.version,
            position=position,
            code=planned.unit.code,
            kind=planned.unit.kind.value,
            title=planned.unit.title,
            cycle=planned.unit.cycle,
            section=planned.unit.section,
            minutes=planned.unit.minutes,
            monday=planned.monday,
            starts_on=planned.starts_on,
            ends_on=planned.ends_on,
            local_start=planned.local_start.isoformat(timespec="minutes")
            if planned.local_start
            else None,
        )
        for position, planned in enumerate(built.units)
    ]


def _dates(units: list[PlanUnit]) -> list[tuple[str, date, date]]:
    return [(unit.code, unit.starts_on, unit.ends_on) for unit in units]


def _dates_of(built: BuiltPlan) -> list[tuple[str, date, date]]:
    return [(planned.unit.code, planned.starts_on, planned.ends_on) for planned in built.units]
