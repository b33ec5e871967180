"""What a single session stands among: what its people have before, after and beside it, by which
the plan's own rules are asked of the day that somebody gives it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from kit import Transaction
from sessions import programme, queries
from sessions.domain.group_dates import Asked, Constraints
from sessions.domain.london import monday_of
from sessions.domain.template import Kind
from sessions.domain.terms import Crowd, School
from sessions.models import PlanUnit, TrainingSession
from sessions.settings import SessionsSettings


def of(
    tx: Transaction, session: TrainingSession, settings: SessionsSettings
) -> tuple[Asked, Constraints]:
    """The session as the planner would be asked for it, and what holds for its people.

    An extra one stands in for whichever of its unit somebody has: it has no order, nor a load of
    its own.
    """
    schools = [
        School(person.school_urn, person.local_authority)
        for person, _ in queries.seated(tx, session.session_id)
    ]
    crowd = Crowd(programme.calendars(tx, schools), schools)
    given = Constraints(
        crowd, programme.bank_holidays(), {}, closed_percent=settings.closed_percent
    )
    units = _units(tx, session)
    unit = next((one for one in units if one.code == session.unit_code), None)
    kind = Kind(session.kind)
    now = datetime.fromisoformat(session.local_start).date()
    if unit is None or session.is_extra:
        return Asked(session.unit_code, kind, 0, monday_of(now)), given
    rows = _rows(tx, session)
    days: dict[str, list[date]] = defaultdict(list)
    for row in rows:
        days[row.unit_code].append(datetime.fromisoformat(row.local_start).date())
    earlier, later = _neighbours(units, unit)
    asked = Asked(
        session.unit_code,
        kind,
        session.minutes,
        unit.monday,
        after=max((day for code in earlier for day in days[code]), default=None),
        before=min((day for code in later for day in days[code]), default=None),
    )
    load, together = _beside(units, rows)
    return asked, replace(given, load=load, together=together)


def _units(tx: Transaction, session: TrainingSession) -> list[PlanUnit]:
    plan = queries.plan_or_none(tx, session.course, session.cohort)
    return queries.plan_units(tx, plan.plan_id, plan.version) if plan else []


def _rows(tx: Transaction, session: TrainingSession) -> Sequence[Any]:
    """The other sessions that some of its people have; values, since a webinar's are many."""
    wanted = select(
        TrainingSession.unit_code,
        TrainingSession.kind,
        TrainingSession.group_id,
        TrainingSession.local_start,
        TrainingSession.minutes,
    ).where(
        TrainingSession.course == session.course,
        TrainingSession.cohort == session.cohort,
        TrainingSession.status == "scheduled",
        TrainingSession.session_id != session.session_id,
        TrainingSession.audience.not_like("extra %"),
    )
    if session.delivery_partner_id is not None:
        hub = TrainingSession.delivery_partner_id
        wanted = wanted.where(or_(hub.is_(None), hub == session.delivery_partner_id))
    if session.group_id is not None:
        group = TrainingSession.group_id
        wanted = wanted.where(or_(group.is_(None), group == session.group_id))
    return tx.execute(wanted).all()


def _neighbours(units: Sequence[PlanUnit], unit: PlanUnit) -> tuple[list[str], list[str]]:
    """The live units that a unit follows, and those that follow it: of its cycle, as far as they
    are of another kind, and the nearest of its own."""
    live = [one for one in units if Kind(one.kind).live]
    own = [one for one in live if one.kind == unit.kind]
    at = own.index(unit)
    others = [one for one in live if one.kind != unit.kind and one.cycle == unit.cycle]
    earlier = [one.code for one in (*own[:at][-1:], *others) if one.position < unit.position]
    later = [one.code for one in (*own[at + 1 :][:1], *others) if one.position > unit.position]
    return earlier, later


def _beside(units: Sequence[PlanUnit], rows: Sequence[Any]) -> tuple[Counter[date], set[date]]:
    """Monday → minutes of its week besides the session, and the weeks with a day together. Of
    several groups the one with the most counts."""
    load: Counter[date] = Counter()
    coaching: dict[date, Counter[Any]] = defaultdict(Counter)
    together: set[date] = set()
    for unit in units:
        if unit.kind == Kind.self_study:
            load[unit.monday] += unit.minutes
    for row in rows:
        monday = monday_of(datetime.fromisoformat(row.local_start).date())
        if row.kind == Kind.face_to_face:
            together.add(monday)
        elif row.kind == Kind.coaching:
            coaching[monday][row.group_id] += row.minutes
        else:
            load[monday] += row.minutes
    for monday, of_groups in coaching.items():
        load[monday] += max(of_groups.values())
    return load, together
