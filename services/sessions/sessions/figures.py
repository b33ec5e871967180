"""What the programme team sees of sessions at a glance: counted in its tables, of all cohorts.

`kit.Figures` has one replica read these each quarter of a minute.
"""

from datetime import timedelta

from prometheus_client import Gauge
from sqlalchemy import and_, exists, func, select

from kit import Transaction
from kit.metrics import Series, filled
from sessions import metrics, queries
from sessions.domain.engagement import RISKS
from sessions.domain.london import today
from sessions.models import (
    Attendance,
    EngagementRow,
    Enrolment,
    Group,
    Membership,
    Plan,
    SeatWait,
    TrainingSession,
)

REGISTERS_OF = timedelta(weeks=4)


def read(tx: Transaction) -> dict[Gauge, Series]:
    """All of them."""
    risks, minutes = _engagement(tx)
    waiting = select(func.count()).select_from(SeatWait).where(SeatWait.ended_at.is_(None))
    return {
        metrics.people: _people(tx),
        metrics.groups: _groups(tx),
        metrics.seat_waits: {(): tx.scalar(waiting) or 0},
        metrics.registers: _registers(tx),
        metrics.at_risk: risks,
        metrics.engagement_minutes: minutes,
    }


def _people(tx: Transaction) -> Series:
    current = exists().where(
        Membership.application_id == Enrolment.application_id, Membership.left_at.is_(None)
    )
    grouped = select(current, func.count()).where(queries.UNDER_WAY).group_by(current)
    counted = {("grouped" if has else "ungrouped",): n for has, n in tx.execute(grouped)}
    return filled(counted, ("grouped", "ungrouped"))


def _groups(tx: Transaction) -> Series:
    """Of groups whose plan goes on, or is yet to be published."""
    to_come = exists().where(
        TrainingSession.group_id == Group.group_id,
        TrainingSession.status == "scheduled",
        TrainingSession.ends_at > tx.at,
    )
    over = exists().where(
        Plan.course == Group.course,
        Plan.cohort == Group.cohort,
        Plan.last_unit_ends_on < today(tx.at),
    )
    meeting = (Group.ended_at.is_(None), ~over)
    wanted = select(to_come, func.count()).where(*meeting).group_by(to_come)
    counted = {("seated" if has else "unseated",): n for has, n in tx.execute(wanted)}
    return filled(counted, ("seated", "unseated"))


def _registers(tx: Transaction) -> Series:
    recorded = exists().where(
        Attendance.session_id == TrainingSession.session_id,
        Attendance.status.is_not(None),
        Attendance.via != "apologies",  # those are given in advance
    )
    over = and_(
        TrainingSession.status == "scheduled",
        TrainingSession.starts_at > tx.at - REGISTERS_OF,
        TrainingSession.ends_at < tx.at,
    )
    wanted = select(recorded, func.count()).where(over).group_by(recorded)
    counted = {("kept" if has else "missing",): n for has, n in tx.execute(wanted)}
    return filled(counted, ("kept", "missing"))


def _engagement(tx: Transaction) -> tuple[Series, Series]:
    row = EngagementRow
    sums = (row.live_attended, row.live_planned, row.study_attended, row.study_planned)
    wanted = (
        select(row.risk, func.count(), *(func.sum(one) for one in sums))
        .join(Enrolment, Enrolment.application_id == row.application_id)
        .where(queries.UNDER_WAY)
        .group_by(row.risk)
    )
    found = tx.execute(wanted).all()
    risks = {(risk,): number for risk, number, *_ in found if risk is not None}
    totals = [sum(int(each[2 + i] or 0) for each in found) for i in range(len(sums))]
    components, counts = ("live", "study"), ("attended", "planned")
    kinds = filled({}, components, counts)
    return filled(risks, RISKS), dict(zip(kinds, totals, strict=True))
