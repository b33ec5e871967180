"""Engagement: adding up what is recorded, and telling what it means."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound
from headship_contracts.sessions.engagement import (
    EngagementPage,
    EngagementRecord,
    GetEngagement,
    ListAtRisk,
)
from kit import Transaction
from kit.paging import page
from sessions import engagement_schemas, metrics, queries
from sessions.domain import engagement as rules
from sessions.domain.attendance import Status
from sessions.domain.engagement import Engagement, Gate, GateReading, Live, Study
from sessions.domain.london import today
from sessions.domain.pathway.plan import Planned
from sessions.domain.template import Kind
from sessions.models import EngagementRow, Enrolment, Pathway, Plan, PlanUnit
from sessions.queries import LiveFact, StudyFact
from sessions.settings import SessionsSettings

READINGS = (
    "first_on",
    "last_on",
    "live_attended",
    "live_planned",
    "study_attended",
    "study_planned",
)


def refresh(
    tx: Transaction,
    people: Collection[Enrolment],
    settings: SessionsSettings,
    *,
    tell_risks: bool = False,
) -> None:
    """Add up again how far these people have engaged, and tell what has changed.

    Once the plan's last unit has ended, assessment is told who meets the gate, and who no longer
    does. The caller holds the enrolments' locks. `tell_risks`: tell new risks as well.
    """
    tx.flush()
    gate, ids = settings.gate, [person.application_id for person in people]
    plans = queries.plans(tx, {(person.course, person.cohort) for person in people})
    units = {plan.plan_id: _units(tx, plan) for plan in plans.values()}
    seats, study = queries.live_facts(tx, ids), queries.study_facts(tx, ids)
    tasks, pathways = queries.task_days(tx, ids), queries.pathways(tx, ids)
    over, group_study = queries.finished(tx, ids), queries.group_study(tx, ids)
    wanted = select(EngagementRow).where(EngagementRow.application_id.in_(ids))
    rows = {row.application_id: row for row in tx.scalars(wanted)}
    for person in people:
        plan = plans.get((person.course, person.cohort))
        if plan is None:
            continue
        live_units, study_units = units[plan.plan_id]
        live_parts = _live(live_units, seats[person.application_id], today(tx.at))
        study_parts = _study(
            pathways.get(person.application_id),
            study_units,
            study[person.application_id],
            tasks[person.application_id],
            group_study[person.application_id],
        )
        row = rows.get(person.application_id)
        if row is None:
            row = EngagementRow(application_id=person.application_id, gate=gate.version)
            row.gate_met = row.ready = False
            tx.add(row)
        engagement = _measure(tx, person, row, live_parts, study_parts, gate)
        if person.application_id in over or not person.in_training:
            row.risk = None
            continue
        row.risk = rules.risk(
            live_parts,
            study_parts,
            engagement,
            gate,
            settings.study_behind_percent,
            today(tx.at),
            quiet_days=settings.quiet_days,
        )
        if tell_risks:
            _tell_risk(tx, person, row)
        _tell_gate(tx, person, row, plan)


def forget_risk(tx: Transaction, application_id: UUID) -> None:
    """Whoever leaves, pauses, is done or goes to another cohort is not at risk as they were."""
    row = tx.get(EngagementRow, application_id)
    if row is not None:
        row.risk = None


def get(tx: Transaction, request: GetEngagement) -> EngagementRecord:
    """Raises NotFound while nothing is recorded of the person."""
    person = queries.enrolment(tx, request.application_id)
    row = tx.get(EngagementRow, request.application_id)
    if row is None:
        raise NotFound("engagement_not_found", "nothing is recorded yet")
    return engagement_schemas.engagement_record(row, person)


def list_at_risk(tx: Transaction, request: ListAtRisk) -> EngagementPage:
    """Those who may not reach the gate, by application."""
    wanted = (
        select(EngagementRow, Enrolment)
        .join(Enrolment, Enrolment.application_id == EngagementRow.application_id)
        .where(EngagementRow.risk.is_not(None), queries.UNDER_WAY)
    )
    for name in ("course", "cohort", "delivery_partner_id"):
        if (value := getattr(request, name)) is not None:
            wanted = wanted.where(getattr(Enrolment, name) == value)
    found, cursor = page(
        tx,
        wanted,
        keys=(EngagementRow.application_id,),
        cursor=request.cursor,
        limit=request.limit,
    )
    records = [engagement_schemas.engagement_record(row, person) for row, person in found]
    return EngagementPage(items=records, next_cursor=cursor)


def _units(tx: Transaction, plan: Plan) -> tuple[list[PlanUnit], list[PlanUnit]]:
    """The plan's live units, and those of self-study."""
    units = queries.plan_units(tx, plan.plan_id, plan.version)
    return (
        [unit for unit in units if unit.kind != Kind.self_study],
        [unit for unit in units if unit.kind == Kind.self_study],
    )


def _live(units: Sequence[PlanUnit], seats: Sequence[LiveFact], day: date) -> list[Live]:
    """The live units as they stand for one person on a day.

    Of several sessions of a unit the one that counts is taken, or one that is ahead. A unit whose
    only session somebody cancelled is asked of nobody; one that went by without a seat was missed.
    What was cancelled as a plan or a group changed is as if there were no seat.
    """
    of_unit: dict[str, list[LiveFact]] = defaultdict(list)
    cancelled = set()
    for fact in seats:
        if fact.status == "cancelled":  # apologies and check-ins for it say nothing
            if fact.cancelled_because is None:
                cancelled.add(fact.unit_code)
        else:
            of_unit[fact.unit_code].append(fact)
    parts = []
    for unit in units:
        if unit.code in of_unit:
            best = max(of_unit[unit.code], key=lambda fact: (bool(fact.counts), fact.entry is None))
            on = today(best.caught_up_at or best.starts_at) if best.counts else None
            status = Status(best.entry) if best.entry else None
            parts.append(Live(unit.minutes, on, status, bool(best.counts)))
        elif unit.code not in cancelled:
            parts.append(Live(unit.minutes, status=Status.absent if unit.ends_on < day else None))
    return parts


def _study(
    pathway: Pathway | None,
    units: Sequence[PlanUnit],
    progress: dict[str, StudyFact],
    tasks: dict[str, tuple[date, date]],
    group_study: Mapping[tuple[str, date], tuple[date, date]],
) -> list[Study]:
    """The units of somebody's own plan, or of the cohort's in their group's weeks; what found no
    week is due last."""
    last = max((unit.ends_on for unit in units), default=date.max)
    if pathway is None:
        ends = {unit.code: unit.ends_on for unit in units}
        ends |= {
            unit.code: group_study[key][1]
            for unit in units
            if (key := (unit.code, unit.monday)) in group_study
        }
        asked = [(unit.code, unit.minutes, ends[unit.code]) for unit in units]
    else:
        own = [Planned.load(item) for item in pathway.items if item["kind"] == "self_study"]
        asked = [(item.code, item.minutes, item.ends_on or last) for item in own]
    nothing = StudyFact(0, False, None, None)
    parts = []
    for code, minutes, due_on in asked:
        done = progress.get(code, nothing)
        task_began_on, task_on = tasks.get(code, (None, None))
        parts.append(
            Study(
                minutes,
                due_on,
                done_minutes=done.minutes,
                finished=done.finished,
                on=done.worked_on,
                task_on=task_on,
                began_on=done.first_worked_on,
                task_began_on=task_began_on,
            )
        )
    return parts


def _measure(
    tx: Transaction,
    person: Enrolment,
    row: EngagementRow,
    live: list[Live],
    study: list[Study],
    gate: Gate,
) -> Engagement:
    former = [getattr(row, name) for name in READINGS]
    found = rules.measure(live, study)
    row.first_on, row.last_on = found.first_on, found.last_on
    row.live_attended, row.live_planned = found.live.attended, found.live.planned
    row.study_attended, row.study_planned = found.study.attended, found.study.planned
    row.missable = rules.missable(live, found, gate)
    row.missable_per_component = rules.missable(live, found, gate.by(GateReading.per_component))
    row.missable_overall = rules.missable(live, found, gate.by(GateReading.overall))
    row.gate, row.gate_met = gate.version, gate.is_met(found)
    if [getattr(row, name) for name in READINGS] != former:
        row.revision = tx.next_revision(row.revision)
        tx.emit(engagement_schemas.engagement_changed(row, person))
    return found


def _tell_risk(tx: Transaction, person: Enrolment, row: EngagementRow) -> None:
    if row.risk is None:
        row.told_risk = row.told_missable = None
    elif (row.risk, row.missable) != (row.told_risk, row.told_missable):
        row.told_risk, row.told_missable = row.risk, row.missable
        row.revision = tx.next_revision(row.revision)
        tx.emit(engagement_schemas.engagement_at_risk(row, person, row.risk))


def _tell_gate(tx: Transaction, person: Enrolment, row: EngagementRow, plan: Plan) -> None:
    """Only becoming ready waits for the plan's end: a plan may have a later one since."""
    if not plan.assessed or row.gate_met == row.ready:
        return
    if row.gate_met and plan.last_unit_ends_on >= today(tx.at):
        return
    row.ready = row.gate_met
    row.revision = tx.next_revision(row.revision)
    if row.ready:
        tx.emit(engagement_schemas.assessment_ready(row, person))
    else:
        tx.emit(engagement_schemas.assessment_ready_withdrawn(row, person))
    tx.count(metrics.assessments_ready.labels(outcome="ready" if row.ready else "withdrawn"))
