"""Plans before they are published: built, kept as drafts, and compared with what is in force."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from headship_contracts.errors import Invalid, NotFound
from headship_contracts.sessions.plans import (
    DraftPlan,
    GetPlanDraft,
    PlanDifference,
    PlanDraftRecord,
    PlanUnitRecord,
    PublishPlan,
    ShortfallRecord,
)
from kit import Transaction
from sessions import programme, queries
from sessions.domain.london import monday_of, today
from sessions.domain.notice import first_days
from sessions.domain.plan import BEFORE_ASSESSMENT, Circumstances, Shortfall, build_plan
from sessions.domain.plan import Plan as BuiltPlan
from sessions.domain.template import Kind, Template
from sessions.domain.terms import Crowd, School
from sessions.models import Enrolment, Plan, PlanDraft, PlanUnit, Schedule, Seat, TrainingSession
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


def draft(tx: Transaction, request: DraftPlan, settings: SessionsSettings) -> PlanDraftRecord:
    """Build a draft, keep it, and compare it."""
    built = build(tx, request, settings)
    plan = queries.plan_or_none(tx, request.course, request.cohort)
    row = tx.scalar(_of_cohort(request.course, request.cohort).with_for_update())
    if row is None:
        row = PlanDraft(course=request.course, cohort=request.cohort)
        tx.add(row)
    row.draft_id = uuid4()  # what somebody else has seen is another draft
    row.based_on_version = plan.version if plan else 0
    row.content, row.made_at, row.made_by = _as_content(built), tx.at, str(tx.caller)
    tx.flush()
    return _record(tx, row, built)


def get(tx: Transaction, request: GetPlanDraft) -> PlanDraftRecord:
    """The cohort's draft. Raises NotFound when there is none."""
    row = find(tx, request.course, request.cohort)
    return _record(tx, row, from_content(row.content))


def find(tx: Transaction, course: str, cohort: str, *, lock: bool = False) -> PlanDraft:
    """Raises NotFound when the cohort has no draft."""
    wanted = _of_cohort(course, cohort)
    row: PlanDraft | None = tx.scalar(wanted.with_for_update() if lock else wanted)
    if row is None:
        raise NotFound("draft_not_found", f"{course} {cohort} has no draft")
    return row


def from_content(content: Mapping[str, Any]) -> Draft:
    """A draft as it was kept."""
    days = {
        name: date.fromisoformat(content[name])
        for name in ("starts_on", "ends_on", "last_unit_ends_on")
    }
    units = [
        unit | {name: date.fromisoformat(unit[name]) for name in ("monday", "starts_on", "ends_on")}
        for unit in content["units"]
    ]
    return Draft(**{**content, **days, "units": units})


def people_of(tx: Transaction, course: str, cohort: str) -> Crowd:
    """The schools of those in training."""
    wanted = select(Enrolment.school_urn, Enrolment.local_authority)
    rows = tx.execute(wanted.where(*queries.in_training(course, cohort)))
    schools = [School(urn, authority) for urn, authority in rows]
    return Crowd(programme.calendars(tx, schools), schools)


def differences(
    former: Sequence[Mapping[str, Any]],
    units: Sequence[Mapping[str, Any]],
    reach: Mapping[str, tuple[int, int]],
) -> list[PlanDifference]:
    """What changed, in the order of the units. `reach`: unit → its sessions ahead, their people."""
    before = {unit["code"]: unit for unit in former}
    after = {unit["code"]: unit for unit in units}
    found = []
    for code in [*after, *(code for code in before if code not in after)]:
        old, new = before.get(code), after.get(code)
        change = _change(old, new)
        if change is None:
            continue
        live = change in ("moved", "removed")
        sessions, people = reach.get(code, (0, 0)) if live else (0, 0)
        found.append(
            PlanDifference(
                unit_code=code,
                change=change,
                title=(new or old or {})["title"],
                former_starts_on=old["starts_on"] if old else None,
                starts_on=new["starts_on"] if new else None,
                sessions=sessions,
                people=people,
            )
        )
    return found


def values_of(unit: PlanUnit) -> dict[str, Any]:
    """A published unit as a draft has it."""
    names = [column.key for column in PlanUnit.__table__.columns]
    return {name: getattr(unit, name) for name in names if name not in ("plan_id", "version")}


def _change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> str | None:
    if old is None or new is None:
        return "removed" if new is None else "added"
    if any(old[name] != new[name] for name in ("starts_on", "ends_on", "local_start")):
        return "moved"
    if any(old[name] != new[name] for name in ("kind", "title", "minutes", "section", "cycle")):
        return "changed"
    return None


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


def _as_content(built: Draft) -> dict[str, Any]:
    def plainly(value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    content = {name: plainly(value) for name, value in vars(built).items()}
    content["units"] = [
        {name: plainly(value) for name, value in unit.items()} for unit in built.units
    ]
    return content


def _of_cohort(course: str, cohort: str) -> Any:
    return select(PlanDraft).where(PlanDraft.course == course, PlanDraft.cohort == cohort)


def _record(tx: Transaction, row: PlanDraft, built: Draft) -> PlanDraftRecord:
    plan = queries.plan_or_none(tx, row.course, row.cohort)
    former = queries.plan_units(tx, plan.plan_id, plan.version) if plan else []
    reach = _reach(tx, row.course, row.cohort) if plan else {}
    return PlanDraftRecord(
        draft_id=row.draft_id,
        course=row.course,
        cohort=row.cohort,
        based_on_version=row.based_on_version,
        template=built.template,
        starts_on=built.starts_on,
        ends_on=built.ends_on,
        last_unit_ends_on=built.last_unit_ends_on,
        assessment_from=built.last_unit_ends_on + BEFORE_ASSESSMENT,
        minutes=built.minutes,
        weeks=built.weeks,
        units=[unit_record(unit) for unit in built.units],
        shortfalls=[ShortfallRecord.load(one) for one in built.shortfalls],
        differences=differences([values_of(unit) for unit in former], built.units, reach),
    )


def unit_record(unit: Mapping[str, Any]) -> PlanUnitRecord:
    """A unit as others see it."""
    return PlanUnitRecord(
        **{name: unit[name] for name in unit if name not in ("position", "monday")}
    )


def _reach(tx: Transaction, course: str, cohort: str) -> dict[str, tuple[int, int]]:
    """Unit → its sessions ahead that follow the plan, and the people who hold a seat in them."""
    rows = tx.execute(
        select(
            TrainingSession.unit_code,
            func.count(TrainingSession.session_id.distinct()),
            func.count(Seat.application_id.distinct()),
        )
        .outerjoin(Seat, (Seat.session_id == TrainingSession.session_id) & Seat.held)
        .where(
            TrainingSession.course == course,
            TrainingSession.cohort == cohort,
            TrainingSession.status == "scheduled",
            TrainingSession.starts_at > tx.at,
            TrainingSession.by_hand.is_(False),
        )
        .group_by(TrainingSession.unit_code)
    )
    return {code: (sessions, people) for code, sessions, people in rows}
