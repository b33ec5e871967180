"""Cohorts and schedules: how DfE funds those who start together, and their dates."""

from enrolment import queries, schemas
from enrolment.domain.declarations import Milestone
from enrolment.domain.schedules import check_schedule
from enrolment.models import Cohort, Schedule
from headship_contracts.enrolment.declarations import (
    CohortRecord,
    ListSchedules,
    PublishCohort,
    PublishSchedule,
    ScheduleList,
    ScheduleRecord,
)
from headship_contracts.errors import Refused
from kit import Transaction


def publish_cohort(tx: Transaction, request: PublishCohort) -> CohortRecord:
    """Make a cohort known. How it is funded does not change, as at DfE."""
    known = tx.get(Cohort, request.cohort, with_for_update=True)
    if known is None:
        tx.add(Cohort(cohort=request.cohort, funding=request.funding))
    elif known.funding != request.funding:
        raise Refused("cohort_funding_fixed", f"{request.cohort} is {known.funding}")
    return CohortRecord(cohort=request.cohort, funding=request.funding)


def publish_schedule(tx: Transaction, request: PublishSchedule) -> ScheduleRecord:
    """Set the dates of a schedule; those who plan by them are told if they are new."""
    queries.funding_of(tx, request.cohort)
    check_schedule(
        request.schedule,
        request.starts_on,
        [
            Milestone(
                declaration_type=milestone.declaration_type,
                opens_on=milestone.opens_on,
                deadline_on=milestone.deadline_on,
            )
            for milestone in request.milestones
        ],
    )
    dates = [milestone.dump() for milestone in request.milestones]
    known = tx.get(Schedule, (request.cohort, request.schedule), with_for_update=True)
    if known is None:
        known = Schedule(
            cohort=request.cohort,
            schedule=request.schedule,
            starts_on=request.starts_on,
            milestones=[],
            revision=0,
        )
        tx.add(known)
    known_dates = [milestone.dump() for milestone in schemas.milestones(known)]
    if (known.starts_on, known_dates) != (request.starts_on, dates):
        known.starts_on, known.milestones = request.starts_on, dates
        known.revision = tx.next_revision(known.revision)
        tx.emit(schemas.schedule_published(known))
    return schemas.schedule_record(known)


def list_schedules(tx: Transaction, request: ListSchedules) -> ScheduleList:
    """By cohort and name."""
    found = queries.schedules_of(tx, request.cohort)
    return ScheduleList(items=[schemas.schedule_record(s) for s in found])
