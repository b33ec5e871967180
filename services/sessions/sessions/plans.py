"""Plans: publishing a cohort's, and telling it."""

from sqlalchemy.exc import IntegrityError

from headship_contracts.errors import Conflict
from headship_contracts.sessions.plans import (
    ComparePlans,
    GetPlan,
    PlanComparison,
    PlanRecord,
    PublishPlan,
)
from kit import Transaction
from sessions import building, drafts, plan_records, programme, queries, templates
from sessions.models import Plan, PlanUnit, PlanVersion
from sessions.settings import SessionsSettings


def publish(tx: Transaction, request: PublishPlan, settings: SessionsSettings) -> PlanRecord:
    """A draft, or the plan as it comes out now: a new version only if it differs."""
    plan = queries.plan_or_none(tx, request.course, request.cohort, lock=True)
    version = plan.version if plan else 0
    if request.expected_version is not None and request.expected_version != version:
        raise Conflict("plan_changed", f"version {version} is in force")
    built = _wanted(tx, request, settings, version)

    is_first = plan is None
    if plan is None:
        plan = Plan(course=request.course, cohort=request.cohort)
    else:
        former = queries.plan_version(tx, plan, None)
        units = queries.plan_units(tx, plan.plan_id, plan.version)
        kept = [drafts.values_of(unit) for unit in units]
        if former.template == built.template and not drafts.differences(kept, built.units):
            return plan_records.record(plan, former, units)

    plan.revision = tx.next_revision(plan.revision)
    plan.version, plan.assessed = version + 1, built.assessed
    plan.last_unit_ends_on = built.last_unit_ends_on
    tx.add(plan)
    try:
        tx.flush()
    except IntegrityError as error:
        if not is_first:
            raise
        # not to be tried again: it would follow one that whoever asked has not seen
        raise Conflict("plan_changed", "another first version was published meanwhile") from error
    published = PlanVersion(
        plan_id=plan.plan_id,
        version=plan.version,
        template=built.template,
        school_holidays=programme.school_holidays().version,
        assessed=built.assessed,
        starts_on=built.starts_on,
        ends_on=built.ends_on,
        last_unit_ends_on=built.last_unit_ends_on,
        minutes=built.minutes,
        weeks=built.weeks,
        shortfalls=built.shortfalls,
        published_at=tx.at,
    )
    tx.add(published)
    tx.flush()
    units = [PlanUnit(plan_id=plan.plan_id, version=plan.version, **u) for u in built.units]
    tx.add_all(units)
    templates.keep(tx, request.course, built.template)
    tx.emit(plan_records.published(plan, published))
    return plan_records.record(plan, published, units)


def get(tx: Transaction, request: GetPlan) -> PlanRecord:
    """The newest version, or the one asked for."""
    plan = queries.plan(tx, request.course, request.cohort)
    version = queries.plan_version(tx, plan, request.version)
    return plan_records.record(plan, version, queries.plan_units(tx, plan.plan_id, version.version))


def compare(tx: Transaction, request: ComparePlans) -> PlanComparison:
    """What changed from one version to another, whichever is the newer."""
    plan = queries.plan(tx, request.course, request.cohort)
    former = queries.plan_version(tx, plan, request.former_version)
    latter = queries.plan_version(tx, plan, request.version)
    before, after = (
        [drafts.values_of(unit) for unit in queries.plan_units(tx, plan.plan_id, one.version)]
        for one in (former, latter)
    )
    return PlanComparison(
        course=plan.course,
        cohort=plan.cohort,
        former_version=former.version,
        version=latter.version,
        former_template=former.template,
        template=latter.template,
        former_published_at=former.published_at,
        published_at=latter.published_at,
        differences=drafts.differences(before, after),
    )


def _wanted(
    tx: Transaction, request: PublishPlan, settings: SessionsSettings, version: int
) -> building.Draft:
    if request.draft_id is None:
        return building.build(tx, request, settings)
    row = drafts.find(tx, request.course, request.cohort, lock=True)
    if row.draft_id != request.draft_id:
        raise Conflict("draft_replaced", f"the cohort's draft is {row.draft_id} now")
    if row.based_on_version != version:
        told = f"the draft changes version {row.based_on_version}, version {version} is in force"
        raise Conflict("plan_changed", told)
    return drafts.from_content(row.content)
