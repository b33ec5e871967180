"""A published plan as others see it."""

from headship_contracts.sessions.events import PlanPublished
from headship_contracts.sessions.plans import PlanRecord, PlanUnitRecord, ShortfallRecord
from sessions.domain.plan import BEFORE_ASSESSMENT
from sessions.models import Plan, PlanUnit, PlanVersion


def record(plan: Plan, version: PlanVersion, units: list[PlanUnit]) -> PlanRecord:
    return PlanRecord(
        plan_id=plan.plan_id,
        course=plan.course,
        cohort=plan.cohort,
        version=version.version,
        template=version.template,
        assessed=version.assessed,
        starts_on=version.starts_on,
        ends_on=version.ends_on,
        last_unit_ends_on=version.last_unit_ends_on,
        minutes=version.minutes,
        weeks=version.weeks,
        units=[
            PlanUnitRecord(
                code=unit.code,
                kind=unit.kind,
                title=unit.title,
                cycle=unit.cycle,
                section=unit.section,
                minutes=unit.minutes,
                starts_on=unit.starts_on,
                ends_on=unit.ends_on,
                local_start=unit.local_start,
            )
            for unit in units
        ],
        shortfalls=[ShortfallRecord.load(told) for told in version.shortfalls],
        assessment_from=version.last_unit_ends_on + BEFORE_ASSESSMENT if version.assessed else None,
    )


def published(plan: Plan, version: PlanVersion) -> PlanPublished:
    return PlanPublished(
        revision=plan.revision,
        plan_id=plan.plan_id,
        version=version.version,
        course=plan.course,
        cohort=plan.cohort,
        starts_on=version.starts_on,
        last_unit_ends_on=version.last_unit_ends_on,
    )
