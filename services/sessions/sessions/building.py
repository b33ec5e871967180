"""Building a cohort's plan from all that is known of its people, and what it comes out as."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from headship_contracts.errors import Invalid, NotFound
from headship_contracts.sessions.plans import DraftPlan, PublishPlan
from kit import Transaction
from sessions import programme, queries
from sessions.domain.london import monday_of, require_our_years, today
from sessions.domain.notice import first_days
from sessions.domain.plan import Circumstances, build_plan
from sessions.domain.plan import Plan as BuiltPlan
from sessions.domain.shortfalls import Shortfall
from sessions.domain.template import Kind, Template
from sessions.domain.terms import Crowd, School
from sessions.models import Enrolment, Plan, Schedule
from sessions.settings import SessionsSettings

MOST_SHORTFALLS = 500


@dataclass(frozen=True)
class Draft:
    """A plan in plain values: `units` as `PlanUnit` has them, without plan and version."""

    template: str
    assessed: bool
    starts_on: date
    ends_on: date
    last_unit_ends_on: date
    minutes: int
    weeks: int
    units: list[dict[str, Any]]
    shortfalls: list[dict[str, Any]]


def build(tx: Transaction, request: DraftPlan | PublishPlan, settings: SessionsSettings) -> Draft:
    """The plan of the course's template for a cohort. Raises Refused, saying what is impossible."""
    require_our_years({"starts_on": request.starts_on, "assessment_on": request.assessment_on})
    template = programme.template_of(tx, request.course)
    plan = queries.plan_or_none(tx, request.course, request.cohort)
    bank = programme.bank_holidays()
    told_on = today(tx.at)
    earliest = first_days(told_on, bank.days, settings.notice)
    starts_on = _start(tx, request)
    pinned = _chosen(request, template)
    if plan is not None:
        pinned = _as_it_is(tx, plan, earliest, told_on) | pinned
    given = Circumstances(
        bank=bank,
        people=people_of(tx, request.course, request.cohort),
        closed_percent=settings.closed_percent,
        earliest=earliest if starts_on > told_on or plan is not None else {},
        pinned=pinned,
        assessment_on=request.assessment_on,
    )
    return _plain(template, build_plan(template, starts_on, given))


def people_of(tx: Transaction, course: str, cohort: str) -> Crowd:
    """The schools of those in training."""
    wanted = select(Enrolment.school_urn, Enrolment.local_authority)
    rows = tx.execute(wanted.where(*queries.in_training(course, cohort)))
    schools = [School(urn, authority) for urn, authority in rows]
    return Crowd(programme.calendars(tx, schools), schools)


def _start(tx: Transaction, request: DraftPlan | PublishPlan) -> date:
    if request.starts_on is not None:
        return request.starts_on
    if request.schedule is None:
        told = {"starts_on": ["give the day, or a schedule whose start it is"]}
        raise Invalid("invalid_fields", "a plan needs a start", told)
    schedule = tx.get(Schedule, (request.cohort, request.schedule))
    if schedule is None:
        raise NotFound("schedule_not_found", f"{request.schedule} in {request.cohort}")
    return schedule.starts_on


def _chosen(request: DraftPlan | PublishPlan, template: Template) -> dict[str, date]:
    if isinstance(request, PublishPlan):
        return {}
    codes = {unit.code for unit in template.units}
    wrong = {
        f"pinned.{number}.unit_code": [f"no unit of {template.version} has that code"]
        for number, pin in enumerate(request.pinned)
        if pin.unit_code not in codes
    }
    if wrong:
        raise Invalid("invalid_fields", "a pinned unit is none", wrong)
    require_our_years({f"pinned.{n}.week_of": pin.week_of for n, pin in enumerate(request.pinned)})
    return {pin.unit_code: monday_of(pin.week_of) for pin in request.pinned}


def _as_it_is(
    tx: Transaction, plan: Plan, earliest: Mapping[Kind, date], told_on: date
) -> dict[str, date]:
    """The units whose week has begun, or is too near for people to be told of another."""
    return {
        unit.code: unit.monday
        for unit in queries.plan_units(tx, plan.plan_id, plan.version)
        if unit.starts_on < earliest.get(Kind(unit.kind), told_on + timedelta(days=1))
    }


def _plain(template: Template, built: BuiltPlan) -> Draft:
    units = [
        {
            "position": position,
            "code": planned.unit.code,
            "kind": planned.unit.kind.value,
            "title": planned.unit.title,
            "cycle": planned.unit.cycle,
            "section": planned.unit.section,
            "minutes": planned.unit.minutes,
            "monday": planned.monday,
            "starts_on": planned.starts_on,
            "ends_on": planned.ends_on,
            "local_start": planned.local_start.isoformat(timespec="minutes")
            if planned.local_start
            else None,
        }
        for position, planned in enumerate(built.units)
    ]
    return Draft(
        template=template.version,
        assessed=template.assessed,
        starts_on=built.starts_on,
        ends_on=built.ends_on,
        last_unit_ends_on=built.last_unit_ends_on,
        minutes=built.minutes,
        weeks=built.weeks,
        units=units,
        shortfalls=[plain_shortfall(one) for one in built.shortfalls[:MOST_SHORTFALLS]],
    )


def plain_shortfall(one: Shortfall) -> dict[str, Any]:
    """As it is kept and told."""
    day = one.day.isoformat() if one.day else None
    return asdict(one) | {"day": day, "schools": " ".join(one.schools)}
