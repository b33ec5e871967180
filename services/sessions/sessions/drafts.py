"""Plans before they are published: built, kept as drafts, and compared with what is in force."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from headship_contracts.errors import NotFound
from headship_contracts.sessions.plans import (
    DraftPlan,
    GetPlanDraft,
    PlanDifference,
    PlanDraftRecord,
    PlanUnitRecord,
    ShortfallRecord,
)
from kit import Transaction
from sessions import building, queries
from sessions.building import Draft
from sessions.domain.plan import BEFORE_ASSESSMENT
from sessions.models import PlanDraft, PlanUnit, Seat, TrainingSession
from sessions.settings import SessionsSettings


def draft(tx: Transaction, request: DraftPlan, settings: SessionsSettings) -> PlanDraftRecord:
    """Build a draft, keep it, and compare it."""
    built = building.build(tx, request, settings)
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
        other_length = bool(old and new and old["minutes"] != new["minutes"])
        reaches = change in ("moved", "removed") or other_length
        sessions, people = reach.get(code, (0, 0)) if reaches else (0, 0)
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
