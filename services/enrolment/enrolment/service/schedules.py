"""Cohorts and the dates of their milestones."""

from enrolment import schedules
from headship_contracts.enrolment.declarations import (
    CohortRecord,
    ImportSchedules,
    ListSchedules,
    PublishCohort,
    PublishSchedule,
    ScheduleList,
    ScheduleRecord,
    SchedulesImported,
)
from kit import Transaction, rpc


class Schedules:
    @rpc(PublishCohort)
    def publish_cohort(self, tx: Transaction, request: PublishCohort) -> CohortRecord:
        """Make a cohort known."""
        return schedules.publish_cohort(tx, request)

    @rpc(PublishSchedule)
    def publish_schedule(self, tx: Transaction, request: PublishSchedule) -> ScheduleRecord:
        """Set the dates of a schedule."""
        return schedules.publish_schedule(tx, request)

    @rpc(ImportSchedules)
    def import_schedules(self, tx: Transaction, request: ImportSchedules) -> SchedulesImported:
        """Set the dates of schedules from a file."""
        return schedules.import_schedules(tx, request)

    @rpc(ListSchedules)
    def list_schedules(self, tx: Transaction, request: ListSchedules) -> ScheduleList:
        """The schedules that are known."""
        return schedules.list_schedules(tx, request)
