"""What a plan of one's own stands on: the cohort's plan, what was done, and what was missed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from headship_contracts.errors import NotFound
from kit import Transaction
from sessions import programme, queries, ratings, seats
from sessions.domain.attendance import NOT_MISSED, Status
from sessions.domain.london import monday_of, today
from sessions.domain.pathway import plan as rules
from sessions.domain.pathway.choice import Measure, StudyUnit, measure
from sessions.domain.pathway.plan import Done
from sessions.domain.pathway.weeks import Week
from sessions.domain.template import Kind, Template
from sessions.domain.terms import School, SchoolCalendars
from sessions.models import Enrolment, Plan, PlanUnit, PlanVersion, TrainingSession

LEAST_DAYS = 4
"""Of a working week in which the school is open; else it is a holiday."""


@dataclass(frozen=True)
class Ground:
    """The cohort's plan and one person's standing in it."""

    person: Enrolment
    plan: Plan
    version: PlanVersion
    template: Template
    units: list[PlanUnit]
    done: dict[str, Done]
    missed: dict[str, str]
    live: dict[date, int]
    together: set[date]
    calendars: SchoolCalendars
    group_study: Mapping[tuple[str, date], tuple[date, date]]

    @property
    def study(self) -> list[StudyUnit]:
        """The units of self-study, as they can be chosen."""
        designed = {unit.code: unit for unit in self.template.units}
        found = []
        for unit in self.units:
            if unit.kind == Kind.self_study:
                known = designed.get(unit.code)
                core, requires = (known.core, known.requires) if known else (True, ())
                found.append(
                    StudyUnit(unit.code, unit.section, unit.cycle, unit.minutes, core, requires)
                )
        codes = {unit.code for unit in found}
        return [
            StudyUnit(
                unit.code,
                unit.section,
                unit.cycle,
                unit.minutes,
                unit.core,
                tuple(code for code in unit.requires if code in codes),
            )
            for unit in found
        ]

    @property
    def bounds(self) -> Measure:
        """What all self-study may come to."""
        live = sum(unit.minutes for unit in self.units if unit.kind != Kind.self_study)
        return measure(self.version.weeks, live, self.template.average_minutes)

    @property
    def before(self) -> dict[str, date]:
        """Unit of self-study → the Monday of its cycle's coaching, by which it is to be done."""
        coaching: dict[int, date] = {}
        for unit in self.units:
            if unit.kind == Kind.coaching:
                coaching.setdefault(unit.cycle, unit.monday)
        return {
            unit.code: coaching[unit.cycle]
            for unit in self.units
            if unit.kind == Kind.self_study and unit.cycle in coaching
        }

    @property
    def dates(self) -> dict[str, tuple[date | None, date | None]]:
        """Unit → its dates in the cohort's plan, or in their group's, whose holidays differ."""
        return {
            unit.code: self.group_study.get(
                (unit.code, unit.monday), (unit.starts_on, unit.ends_on)
            )
            for unit in self.units
        }

    def weeks(self, day: date, paused: Collection[date]) -> list[Week]:
        """The weeks from a day to the end of the plan in which their own school is open."""
        monday = max(rules.first_monday(day), monday_of(self.version.starts_on))
        mondays = []
        while monday <= self.version.last_unit_ends_on:
            days = [monday + timedelta(days=number) for number in range(5)]
            if sum(self.school_is_open(one) for one in days) >= LEAST_DAYS:
                mondays.append(monday)
            monday += timedelta(days=7)
        return rules.open_weeks(mondays, self.live, self.together, paused)

    def school_is_open(self, day: date) -> bool:
        """Apart from weekends and bank holidays."""
        school = School(self.person.school_urn, self.person.local_authority)
        return self.calendars.closed(school, day) is None

    def is_closed(self, day: date) -> bool:
        """Whether nothing is to be done on a working day of the week."""
        return day in programme.bank_holidays().days or not self.school_is_open(day)


def of(tx: Transaction, people: Collection[Enrolment]) -> dict[UUID, Ground]:
    """Application → what its plan stands on; without those whose cohort has no plan."""
    plans = queries.plans(tx, {(person.course, person.cohort) for person in people})
    ids = [person.application_id for person in people]
    progress = queries.study_facts(tx, ids)
    group_study = queries.group_study(tx, ids)
    versions = {
        key: (
            queries.plan_version(tx, plan, None),
            queries.plan_units(tx, plan.plan_id, plan.version),
        )
        for key, plan in plans.items()
    }
    schools = [School(person.school_urn, person.local_authority) for person in people]
    calendars = programme.calendars(tx, schools)
    seats_ahead: dict[UUID, list[TrainingSession]] = defaultdict(list)
    for seat, session in queries.seats_ahead(tx, ids, tx.at):
        if seat.held:
            seats_ahead[seat.application_id].append(session)
    found = {}
    for person in people:
        plan = plans.get((person.course, person.cohort))
        if plan is None:
            continue
        version, units = versions[person.course, person.cohort]
        done = {
            code: Done(fact.minutes, fact.finished)
            for code, fact in progress[person.application_id].items()
        }
        found[person.application_id] = Ground(
            person=person,
            plan=plan,
            version=version,
            template=programme.template_of(tx, person.course, version.template),
            units=units,
            done=done,
            missed=_missed(tx, person, units),
            live=_live_minutes(units, seats_ahead[person.application_id]),
            together=_together(units, seats_ahead[person.application_id]),
            calendars=calendars,
            group_study=group_study[person.application_id],
        )
    return found


def of_one(tx: Transaction, person: Enrolment) -> Ground:
    """Raises NotFound while the cohort has no plan."""
    found = of(tx, [person])
    if not found:
        raise NotFound("plan_not_found", f"{person.course} {person.cohort} has no published plan")
    return found[person.application_id]


def levels(tx: Transaction, application_id: UUID) -> dict[str, int]:
    """Section → how somebody rated themselves last."""
    rounds = ratings.of(tx, application_id)
    return dict(rounds[-1].levels) if rounds else {}


def _live_minutes(units: list[PlanUnit], ahead: list[TrainingSession]) -> dict[date, int]:
    """Monday → live minutes of its week, by one's own seats, or by the plan without any."""
    found: dict[date, int] = defaultdict(int)
    for session in ahead:
        found[monday_of(today(session.starts_at))] += session.minutes
    if not ahead:
        for unit in units:
            if unit.kind != Kind.self_study:
                found[unit.monday] += unit.minutes
    return found


def _together(units: list[PlanUnit], ahead: list[TrainingSession]) -> set[date]:
    """The Mondays of the weeks with a face-to-face day."""
    if ahead:
        days = [session for session in ahead if session.kind == Kind.face_to_face]
        return {monday_of(today(session.starts_at)) for session in days}
    return {unit.monday for unit in units if unit.kind == Kind.face_to_face}


def _missed(tx: Transaction, person: Enrolment, units: list[PlanUnit]) -> dict[str, str]:
    """Live unit → the session that they missed and can catch up on."""
    facts = queries.live_facts(tx, [person.application_id])[person.application_id]
    settled, missed = set(), {}
    for fact in facts:
        if fact.status == "cancelled":
            continue
        if fact.counts or fact.entry is None or Status(fact.entry) in NOT_MISSED:
            settled.add(fact.unit_code)  # attended, ahead, or being caught up
        else:
            missed[fact.unit_code] = str(fact.session_id)
    day = today(tx.at)
    away = [
        unit.code
        for unit in units
        if unit.kind != Kind.self_study
        and unit.ends_on < day
        and unit.code not in settled
        and unit.code not in missed
    ]
    if away:
        wanted = select(TrainingSession).where(
            TrainingSession.course == person.course,
            TrainingSession.cohort == person.cohort,
            TrainingSession.unit_code.in_(away),
            TrainingSession.status == "scheduled",
            TrainingSession.ends_at <= tx.at,
        )
        order = (TrainingSession.starts_at, TrainingSession.session_id)
        for session in tx.scalars(wanted.order_by(*order)):
            if seats.is_for(session, person):
                missed.setdefault(session.unit_code, str(session.session_id))
    return {code: session_id for code, session_id in missed.items() if code not in settled}
