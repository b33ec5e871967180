"""Tasks: opened by facts, closed by facts or by somebody who says why."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload, object_session

from enrolment.domain.revisions import check_revision
from enrolment.models import Application, Participant, Staff, Task
from enrolment.training.history import today
from headship_contracts.enrolment.tasks import CloseTask, ListTasks, TaskPage, TaskRecord
from headship_contracts.errors import NotFound, Refused
from headship_contracts.notifications.events import MessageFailed
from kit import Transaction
from kit.db import ServiceDatabase
from kit.paging import page

BAD_ADDRESS = "bad_address"
MISSING_RETURN, OVERDUE_RETURN = "missing_return_date", "overdue_return"
OPEN, CLOSED = "open", "closed"

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AT_ONCE = 200


def open_task(tx: Transaction, application: Application, kind: str, because: str) -> None:
    """Somebody has to see to it; not twice. The application's row is locked."""
    if _open_tasks(tx, [application.id], [kind]):
        return
    tx.add(
        Task(
            kind=kind,
            application_id=application.id,
            state=OPEN,
            opened_at=tx.at,
            opened_because=because,
            revision=tx.next_revision(None),
        )
    )


def close_tasks(
    tx: Transaction, application_ids: Iterable[UUID], kinds: Iterable[str], because: str
) -> None:
    """A fact has come that settles them."""
    for task in _open_tasks(tx, application_ids, kinds):
        _close(tx, task, because)


def close_task(tx: Transaction, request: CloseTask) -> TaskRecord:
    """Somebody says that it is done, and why."""
    task = tx.get(Task, request.task_id, with_for_update={"of": Task})
    if task is None:
        raise NotFound("task_not_found", str(request.task_id))
    check_revision(task.revision, request.if_revision)
    if task.state != OPEN:
        raise Refused("task_closed", task.closed_because or "")
    _close(tx, task, request.reason)
    return _record(task)


def list_tasks(tx: Transaction, request: ListTasks) -> TaskPage:
    """Oldest first. A delivery partner's are those of whom it looks after now."""
    wanted = select(Task).join(Task.application).options(joinedload(Task.application))
    if request.state != "any":
        wanted = wanted.where(Task.state == request.state)
    if request.kind is not None:
        wanted = wanted.where(Task.kind == request.kind)
    if request.application_id is not None:
        wanted = wanted.where(Task.application_id == request.application_id)
    if request.delivery_partner_id is not None:
        wanted = wanted.where(Application.delivery_partner_id == request.delivery_partner_id)
    keys = (Task.opened_at, Task.id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return TaskPage(items=[_record(task) for task in found], next_cursor=cursor)


def note_failed_address(tx: Transaction, event: MessageFailed) -> None:
    """An address that does not work; not if it was changed after the message failed."""
    if not event.permanent:
        return
    failed_at = EPOCH + timedelta(microseconds=event.revision)
    enrolled = _enrolments_of(tx, event.person_id)
    person = tx.get(Participant, event.person_id, with_for_update=True)
    if person is not None:
        if failed_at >= person.email_set_at:
            person.address_failed_at = failed_at
            for application in enrolled:
                open_task(tx, application, BAD_ADDRESS, f"{event.template} did not arrive")
        return
    staff = tx.get(Staff, event.person_id, with_for_update=True)
    if staff is not None and event.revision >= staff.revision:
        staff.address_failed_at = failed_at


def address_mended(participant: Participant) -> None:
    """The participant has another address; of one who is new nothing was to be mended."""
    tx = object_session(participant)
    if not isinstance(tx, Transaction) or not inspect(participant).persistent:
        return
    ids = tx.scalars(select(Application.id).where(Application.participant_id == participant.id))
    close_tasks(tx, list(ids), [BAD_ADDRESS], "the address was changed")


def ask_for_overdue_returns(db: ServiceDatabase, at: datetime) -> None:
    """Who was to be back by now and is still deferred."""
    after: UUID | None = None
    while True:
        with db.transaction(at=at) as tx:
            overdue = select(Application).where(
                Application.status == "accepted",
                Application.training_status == "deferred",
                Application.expected_return_on < today(tx),
            )
            if after is not None:
                overdue = overdue.where(Application.id > after)
            locked = overdue.order_by(Application.id).limit(AT_ONCE)
            found = tx.scalars(locked.with_for_update(of=Application)).all()
            for application in found:
                was_expected = f"was expected back on {application.expected_return_on}"
                open_task(tx, application, OVERDUE_RETURN, was_expected)
            if len(found) < AT_ONCE:
                return
            after = found[-1].id


def _enrolments_of(tx: Transaction, participant_id: UUID) -> list[Application]:
    wanted = select(Application).where(
        Application.participant_id == participant_id, Application.status == "accepted"
    )
    return list(tx.scalars(wanted.order_by(Application.id).with_for_update(of=Application)))


def _open_tasks(
    tx: Transaction, application_ids: Iterable[UUID], kinds: Iterable[str]
) -> list[Task]:
    wanted = select(Task).where(
        Task.application_id.in_(list(application_ids)),
        Task.kind.in_(list(kinds)),
        Task.state == OPEN,
    )
    return list(tx.scalars(wanted.order_by(Task.id).with_for_update(of=Task)))


def _close(tx: Transaction, task: Task, because: str) -> None:
    task.state, task.closed_at = CLOSED, tx.at
    task.closed_because, task.closed_by = because, str(tx.caller)
    task.revision = tx.next_revision(task.revision)


def _record(of: Task) -> TaskRecord:
    return TaskRecord(
        task_id=of.id,
        revision=of.revision,
        kind=of.kind,
        state=of.state,
        application_id=of.application_id,
        participant_id=of.application.participant_id,
        delivery_partner_id=of.application.delivery_partner_id,
        course=of.application.course,
        cohort=of.application.cohort,
        opened_at=of.opened_at,
        opened_because=of.opened_because,
        closed_at=of.closed_at,
        closed_because=of.closed_because,
        closed_by=of.closed_by,
    )
