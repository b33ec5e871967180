"""Cohorts and schedules: how DfE funds those who start together, and their dates."""

from collections.abc import Sequence
from datetime import date

from enrolment import queries, schemas
from enrolment.domain.declarations import Milestone
from enrolment.domain.revisions import check_revision
from enrolment.domain.schedules import check_schedule
from enrolment.domain.schedules_csv import RowProblem, read_schedules
from enrolment.models import Cohort, Schedule
from headship_contracts.enrolment import events
from headship_contracts.enrolment.declarations import (
    CohortRecord,
    ImportSchedules,
    ListSchedules,
    PublishCohort,
    PublishSchedule,
    ScheduleList,
    ScheduleRecord,
    ScheduleRowProblem,
    SchedulesImported,
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
    now = tx.get(Schedule, (request.cohort, request.schedule), with_for_update=True)
    check_revision(now.revision if now else 0, request.if_revision)
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
    known, _changed = _set_dates(
        tx, request.cohort, request.schedule, request.starts_on, request.milestones
    )
    return schemas.schedule_record(known)


def import_schedules(tx: Transaction, request: ImportSchedules) -> SchedulesImported:
    """Set the dates of all schedules of a file, or of none."""
    found, problems = read_schedules(request.csv)
    for dates in found:
        if tx.get(Cohort, dates.cohort) is None:
            problems.append(RowProblem(dates.row, "cohort", "is not known: publish it first"))
    changed = 0
    if not problems and not request.validate_only:
        for dates in found:
            milestones = [
                events.Milestone(
                    declaration_type=milestone.declaration_type,
                    opens_on=milestone.opens_on,
                    deadline_on=milestone.deadline_on,
                    paid_on=dates.paid_on.get(milestone.declaration_type),
                )
                for milestone in dates.milestones
            ]
            key = (dates.cohort, dates.schedule)
            changed += _set_dates(tx, *key, dates.starts_on, milestones)[1]
    return SchedulesImported(
        schedules=len(found),
        changed=changed,
        problems=[
            ScheduleRowProblem(row=p.row, field=p.field, message=p.message)
            for p in sorted(problems, key=lambda problem: problem.row)
        ],
    )


def list_schedules(tx: Transaction, request: ListSchedules) -> ScheduleList:
    """By cohort and name."""
    found = queries.schedules_of(tx, request.cohort)
    return ScheduleList(items=[schemas.schedule_record(s) for s in found])


def _set_dates(
    tx: Transaction,
    cohort: str,
    schedule: str,
    starts_on: date,
    milestones: Sequence[events.Milestone],
) -> tuple[Schedule, bool]:
    """The schedule with these dates, and whether they are new."""
    known = tx.get(Schedule, (cohort, schedule), with_for_update=True)
    if known is None:
        known = Schedule(
            cohort=cohort, schedule=schedule, starts_on=starts_on, milestones=[], revision=0
        )
        tx.add(known)
    if (known.starts_on, schemas.milestones(known)) == (starts_on, list(milestones)):
        return known, False
    known.starts_on = starts_on
    known.milestones = [milestone.dump() for milestone in milestones]
    known.revision = tx.next_revision(known.revision)
    tx.emit(schemas.schedule_published(known))
    return known, True
