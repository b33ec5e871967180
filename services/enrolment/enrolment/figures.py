"""What the programme team sees of enrolment at a glance: counted in its tables, of all cohorts.

`kit.Figures` has one replica read these: most each quarter of a minute, in a query for each table;
expected income, which takes many queries, each five minutes.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from prometheus_client import Gauge
from sqlalchemy import exists, func, select

from enrolment import metrics, queries
from enrolment.dfe.errors import DfeUnauthorised
from enrolment.domain import declarations as rules
from enrolment.domain.dfe.courses import DECLARATION_TYPES
from enrolment.models import (
    Application,
    Cohort,
    Declaration,
    DfeWrite,
    Quota,
    Schedule,
    Traffic,
    WaitlistEntry,
)
from enrolment.money import forecast
from enrolment.settings import EnrolmentSettings
from headship_contracts.enrolment.money import ForecastIncome
from kit import Transaction
from kit.clock import LONDON
from kit.metrics import Series, filled

INCOME_SECONDS = 300.0


def read(tx: Transaction) -> dict[Gauge, Series]:
    """All but money."""
    due, missed = _declarations(tx)
    return {
        **_applications(tx),
        metrics.places: _places(tx),
        metrics.waitlist: _waitlist(tx),
        metrics.declarations_due: due,
        metrics.declarations_missed: missed,
        metrics.dfe_owed: _owed_to_dfe(tx),
        metrics.dfe_unauthorised: {(): _token_refused(tx)},
    }


def read_income(tx: Transaction, settings: EnrolmentSettings) -> dict[Gauge, Series]:
    """What statements that DfE has not paid come to, and what is to come on them, in pounds."""
    expected: Counter[tuple[str, ...]] = Counter()
    for cohort in tx.scalars(select(Cohort.cohort)):
        told = forecast.forecast_income(
            tx, ForecastIncome(cohort=cohort), settings.assumed_retention
        )
        for month in told.months:
            if month.state != "paid":
                expected["declared",] += float(month.declared)  # a picture, no account
                expected["to_come",] += float(month.to_come)
    return {metrics.expected_income: filled(expected, ("declared", "to_come"))}


def _applications(tx: Transaction) -> dict[Gauge, Series]:
    kinds = (Application.course, Application.status, Application.training_status)
    by_status: Counter[tuple[str, ...]] = Counter()
    by_training: Counter[tuple[str, ...]] = Counter()
    for course, status, training, number in tx.execute(
        select(*kinds, func.count()).group_by(*kinds)
    ):
        by_status[course, status] += number
        if status == "accepted" and training is not None:
            by_training[course, training] += number
    return {
        metrics.applications: filled(by_status, metrics.COURSES, metrics.STATUSES),
        metrics.participants: filled(by_training, metrics.COURSES, metrics.TRAINING),
    }


def _places(tx: Transaction) -> Series:
    """Of cohorts in which nobody has begun yet: afterwards a place that is left is of no use."""
    today = tx.at.astimezone(LONDON).date()
    begun = exists().where(Schedule.cohort == Quota.cohort, Schedule.starts_on <= today)
    wanted = (
        select(Quota.course, func.sum(Quota.held), func.sum(Quota.cap))
        .where(Quota.scope == "all", ~begun)
        .group_by(Quota.course)
    )
    counted: dict[tuple[str, ...], float] = {}
    for course, held, cap in tx.execute(wanted):
        counted[course, "held"], counted[course, "cap"] = held, cap or 0
    return filled(counted, metrics.COURSES, ("held", "cap"))


def _waitlist(tx: Transaction) -> Series:
    kinds = (WaitlistEntry.course, WaitlistEntry.state)
    wanted = select(*kinds, func.count()).where(kinds[1].in_(metrics.WAITING)).group_by(*kinds)
    counted = {(course, state): number for course, state, number in tx.execute(wanted)}
    return filled(counted, metrics.COURSES, metrics.WAITING)


def _declarations(tx: Transaction) -> tuple[Series, Series]:
    """What is open and not declared, by the days that are left; and what was missed."""
    enrolled, declared = _in_training(tx), _declared(tx)
    today = tx.at.astimezone(LONDON).date()
    due: Counter[tuple[str, ...]] = Counter()
    missed: Counter[tuple[str, ...]] = Counter()
    for place, kind, opens_on, deadline_on in _milestones(tx):
        number = enrolled.get(place, 0) - declared.get((*place, kind), 0)
        if opens_on <= today <= deadline_on:
            due[kind, rules.within((deadline_on - today).days)] += number
        elif deadline_on < today:
            missed[kind,] += number
    return (
        filled(due, DECLARATION_TYPES, rules.WITHIN),
        filled(missed, DECLARATION_TYPES),
    )


def _milestones(tx: Transaction) -> Iterator[tuple[tuple[str, str], str, date, date]]:
    for schedule in tx.scalars(select(Schedule)):
        for milestone in schedule.milestones:
            yield (
                (schedule.cohort, schedule.schedule),
                milestone["declaration_type"],
                date.fromisoformat(milestone["opens_on"]),
                date.fromisoformat(milestone["deadline_on"]),
            )


ACTIVE = (
    Application.status == "accepted",
    Application.training_status == "active",
    Application.dfe_application_id.is_not(None),
)


def _in_training(tx: Transaction) -> dict[tuple[str, str], int]:
    kinds = (Application.cohort, Application.schedule)
    wanted = select(*kinds, func.count()).where(*ACTIVE, kinds[1].is_not(None)).group_by(*kinds)
    return {(cohort, schedule): number for cohort, schedule, number in tx.execute(wanted)}


def _declared(tx: Transaction) -> dict[tuple[str, str, str], int]:
    kinds = (Application.cohort, Application.schedule, Declaration.declaration_type)
    people = func.count(Declaration.application_id.distinct())
    wanted = (
        select(*kinds, people)
        .join(Application, Declaration.application_id == Application.id)
        .where(*ACTIVE, kinds[1].is_not(None), Declaration.state.in_(rules.TAKEN))
        .group_by(*kinds)
    )
    return {(cohort, schedule, kind): n for cohort, schedule, kind, n in tx.execute(wanted)}


def _owed_to_dfe(tx: Transaction) -> Series:
    states = queries.UNFINISHED
    wanted = select(DfeWrite.state, func.count()).where(DfeWrite.state.in_(states))
    counted = {(state,): number for state, number in tx.execute(wanted.group_by(DfeWrite.state))}
    return filled(counted, states)


def _token_refused(tx: Transaction) -> int:
    stopped = exists().where(Traffic.stopped_by == DfeUnauthorised.outcome)
    return int(bool(tx.scalar(select(stopped))))
