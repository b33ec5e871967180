"""Units applied in one's own school: what people did there, and what their coach says to it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.sessions.pathways import (
    CommentTask,
    ListTasks,
    ReportTask,
    TaskPage,
    TaskRecord,
)
from kit import Transaction
from kit.paging import page
from sessions import engagement, ground, programme, queries, study
from sessions.domain.london import today
from sessions.models import Enrolment, Membership, TaskComment, TaskReport
from sessions.settings import SessionsSettings


def report(tx: Transaction, request: ReportTask, settings: SessionsSettings) -> TaskRecord:
    """Keep what somebody did; telling more adds to it, and nothing is lost."""
    person = _locked(tx, request.application_id)
    stands_on = ground.of_one(tx, person)
    tasks = {unit.code: unit.task for unit in stands_on.template.units if unit.task}
    studied = {unit.code for unit in stands_on.study}
    if request.unit_code not in studied or request.unit_code not in tasks:
        told = [f"{request.unit_code!r} is no unit of self-study with a task"]
        raise Invalid("invalid_fields", "no such task", {"unit_code": told})
    done_on = request.done_on or today(tx.at)
    if done_on > today(tx.at) or study.is_too_long_ago(done_on, today(tx.at)):
        told = ["is a day that has not come yet, or of more than three years ago"]
        raise Invalid("invalid_fields", "not done yet", {"done_on": told})
    if not request.report.strip():
        raise Invalid("invalid_fields", "nothing is told", {"report": ["say what you did"]})
    found = TaskReport(
        application_id=person.application_id,
        unit_code=request.unit_code,
        report=request.report,
        done_on=done_on,
        reported_at=tx.at,
        reported_by=str(tx.caller),
    )
    tx.add(found)
    engagement.refresh(tx, [person], settings)
    return _records(tx, person.course, [found])[0]


def comment(tx: Transaction, request: CommentTask) -> TaskRecord:
    """Keep the coach's comment. Where the coach is named, it must be the person's own."""
    person = _locked(tx, request.application_id)
    found = tx.scalars(
        select(TaskReport)
        .where(
            TaskReport.application_id == person.application_id,
            TaskReport.unit_code == request.unit_code,
        )
        .order_by(TaskReport.reported_at.desc(), TaskReport.report_id)
        .limit(1)
    ).first()
    if found is None:
        raise NotFound("task_not_found", f"nothing was told of {request.unit_code}")
    place = queries.memberships(tx, [person.application_id]).get(person.application_id)
    coach = place[1].coach_staff_id if place else None
    if request.coach_staff_id is not None and request.coach_staff_id != coach:
        raise Refused("not_their_coach", "the group that they are in has another coach")
    by = f"staff:{request.coach_staff_id}" if request.coach_staff_id else str(tx.caller)
    tx.add(
        TaskComment(
            application_id=person.application_id,
            unit_code=request.unit_code,
            comment=request.comment,
            commented_at=tx.at,
            commented_by=by,
        )
    )
    tx.flush()
    return _records(tx, person.course, [found])[0]


def list_tasks(tx: Transaction, request: ListTasks) -> TaskPage:
    """As last told, the oldest first."""
    newest = (
        select(
            TaskReport.application_id,
            TaskReport.unit_code,
            func.max(TaskReport.reported_at).label("at"),
        )
        .group_by(TaskReport.application_id, TaskReport.unit_code)
        .subquery()
    )
    wanted = (
        select(TaskReport, Enrolment.course)
        .join(
            newest,
            (newest.c.application_id == TaskReport.application_id)
            & (newest.c.unit_code == TaskReport.unit_code)
            & (newest.c.at == TaskReport.reported_at),
        )
        .join(Enrolment, Enrolment.application_id == TaskReport.application_id)
    )
    if request.application_id is not None:
        wanted = wanted.where(TaskReport.application_id == request.application_id)
    if request.group_id is not None:
        members = select(Membership.application_id).where(
            Membership.group_id == request.group_id, Membership.left_at.is_(None)
        )
        wanted = wanted.where(TaskReport.application_id.in_(members))
    if request.uncommented:
        comments = select(TaskComment.comment_id).where(
            TaskComment.application_id == TaskReport.application_id,
            TaskComment.unit_code == TaskReport.unit_code,
            TaskComment.commented_at >= TaskReport.reported_at,
        )
        wanted = wanted.where(~comments.exists())
    keys = (TaskReport.reported_at, TaskReport.report_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    records = [_records(tx, course, [row])[0] for row, course in found]
    return TaskPage(items=records, next_cursor=cursor)


def _locked(tx: Transaction, application_id: UUID) -> Enrolment:
    person = queries.lock_enrolments(tx, [application_id]).get(application_id)
    if person is None:
        raise NotFound("application_not_found", str(application_id))
    return person


def _records(tx: Transaction, course: str, reports: Sequence[TaskReport]) -> list[TaskRecord]:
    tasks = {unit.code: unit.task for unit in programme.template_of(tx, course).units}
    records = []
    for told in reports:
        wanted = select(TaskComment).where(
            TaskComment.application_id == told.application_id,
            TaskComment.unit_code == told.unit_code,
        )
        comments = list(tx.scalars(wanted.order_by(TaskComment.commented_at)))
        records.append(
            TaskRecord(
                application_id=told.application_id,
                unit_code=told.unit_code,
                task=tasks.get(told.unit_code, ""),
                report=told.report,
                done_on=told.done_on,
                reported_at=told.reported_at,
                comments=len(comments),
                comment=comments[-1].comment if comments else None,
                commented_by=comments[-1].commented_by if comments else None,
            )
        )
    return records
