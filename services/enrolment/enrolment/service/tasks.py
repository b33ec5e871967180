"""What somebody has to see to."""

from datetime import datetime, time, timedelta

from enrolment import tasks
from headship_contracts.enrolment.tasks import CloseTask, ListTasks, TaskPage, TaskRecord
from headship_contracts.notifications.events import MessageFailed
from kit import Database, Transaction, handles, rpc, timer


class Tasks:
    db: Database

    @rpc(ListTasks)
    def list_tasks(self, tx: Transaction, request: ListTasks) -> TaskPage:
        """Tasks by delivery partner, kind or application."""
        return tasks.list_tasks(tx, request)

    @rpc(CloseTask)
    def close_task(self, tx: Transaction, request: CloseTask) -> TaskRecord:
        """One is done, or need not be."""
        return tasks.close_task(tx, request)

    @handles(MessageFailed, queue="note_failed_address")
    def note_failed_address(self, tx: Transaction, event: MessageFailed) -> None:
        """An address does not work."""
        tasks.note_failed_address(tx, event)

    @timer(every=timedelta(days=1), at=time(5, 30), missed="skip")
    def ask_for_overdue_returns(self, at: datetime) -> None:
        """Who was to be back by now and is still deferred."""
        tasks.ask_for_overdue_returns(self.db, at)
