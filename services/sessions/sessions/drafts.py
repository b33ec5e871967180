"""Plans before they are published: built, kept as drafts, and compared with what is in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, func, select

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

Unit = Mapping[str, Any]
"""As a draft has it."""


@dataclass(frozen=True)
class Reach:
    """Unit → its sessions ahead, and the people who hold a seat in them: all, and those of which
    the time follows the plan."""

    ahead: Mapping[str, tuple[int, int]]
    of_the_plan: Mapping[str, tuple[int, int]]

    def of(self, code: str, old: Unit | None, new: Unit | None, change: str) -> tuple[int, int]:
        """Whom the change of a unit reaches. What was moved or added by hand keeps its time, but
        is longer, shorter or cancelled like the others."""
        both = (old, new) if old and new else ({}, {})
        other = any(both[0].get(name) != both[1].get(name) for name in ("minutes", "kind"))
        if change == "removed" or other:
            return self.ahead.get(code, (0, 0))
        return self.of_the_plan.get(code, (0, 0)) if change == "moved" else (0, 0)


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
    former: Sequence[Unit],
    units: Sequence[Unit],
    reach: Reach | None = None,
) -> list[PlanDifference]:
    """What changed, in the order of the units, and whom that reaches."""
    before = {unit["code"]: unit for unit in former}
    after = {unit["code"]: unit for unit in units}
    found = []
    for code in [*after, *(code for code in before if code not in after)]:
        old, new = before.get(code), after.get(code)
        change = _change(old, new)
        if change is None:
            continue
        sessions, people = reach.of(code, old, new, change) if reach else (0, 0)
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


def _change(old: Unit | None, new: Unit | None) -> str | None:
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
    reach = _reach(tx, row.course, row.cohort) if plan else None
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


def _reach(tx: Transaction, course: str, cohort: str) -> Reach:
    ahead = (
        TrainingSession.course == course,
        TrainingSession.cohort == cohort,
        TrainingSession.status == "scheduled",
        TrainingSession.starts_at > tx.at,
    )
    return Reach(
        ahead=_counted(tx, *ahead), of_the_plan=_counted(tx, *ahead, ~TrainingSession.by_hand)
    )


def _counted(tx: Transaction, *which: ColumnElement[bool]) -> dict[str, tuple[int, int]]:
    """Unit → its sessions, and the people who hold a seat in them."""
    rows = tx.execute(
        select(
            TrainingSession.unit_code,
            func.count(TrainingSession.session_id.distinct()),
            func.count(Seat.application_id.distinct()),
        )
        .outerjoin(Seat, (Seat.session_id == TrainingSession.session_id) & Seat.held)
        .where(*which)
        .group_by(TrainingSession.unit_code)
    )
    return {code: (sessions, people) for code, sessions, people in rows}
