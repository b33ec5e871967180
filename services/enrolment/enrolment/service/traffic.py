"""What goes to and fro between this service and DfE."""

from datetime import datetime, time, timedelta

from enrolment.dfe.client import DfeClient
from enrolment.dfe.token import Token
from enrolment.settings import EnrolmentSettings
from enrolment.traffic import drift, push, sync, writes
from enrolment.traffic.budget import Allowance
from headship_contracts.enrolment.dfe import (
    DfeStatus,
    DfeStatusRecord,
    DfeWritePage,
    DfeWriteRecord,
    DriftPage,
    ListDfeWrites,
    ListDrift,
    RetryDfeWrite,
    SyncFromDfe,
    SyncReport,
)
from headship_contracts.errors import (
    Conflict,
)
from kit import Caller, Database, Transaction, rpc, timer

PATIENCE = timedelta(seconds=15)
"""A regular sync has mostly ended by then, so that the weekly one seldom fails for it; and a stop,
which waits for this one, has time."""


class Traffic:
    db: Database
    settings: EnrolmentSettings

    @rpc(SyncFromDfe, transaction=False)
    def sync_from_dfe(self, request: SyncFromDfe, _caller: Caller) -> SyncReport:
        """Read from DfE now."""
        return self._sync(everything=request.everything)

    @rpc(ListDfeWrites)
    def list_dfe_writes(self, tx: Transaction, request: ListDfeWrites) -> DfeWritePage:
        """What DfE was told, or is owed."""
        return writes.list_dfe_writes(tx, request)

    @rpc(RetryDfeWrite)
    def retry_dfe_write(self, tx: Transaction, request: RetryDfeWrite) -> DfeWriteRecord:
        """Send something again now."""
        return push.retry_dfe_write(tx, request)

    @rpc(DfeStatus)
    def dfe_status(self, tx: Transaction, request: DfeStatus) -> DfeStatusRecord:
        """Is DfE reachable, and what is it owed?"""
        return writes.dfe_status(tx, request)

    @rpc(ListDrift)
    def list_drift(self, tx: Transaction, request: ListDrift) -> DriftPage:
        """Where DfE differed from us."""
        return drift.list_drift(tx, request)

    @timer(every=timedelta(seconds=5), missed="skip")
    def push_to_dfe(self, _at: datetime) -> None:
        """Send what DfE is owed; woken whenever something is."""
        with self._dfe(for_writes=True) as client:
            push.push(self.db, client)

    @timer(every=timedelta(minutes=1), missed="skip")
    def sync_regularly(self, at: datetime) -> None:
        """Read what changed at DfE, once in each interval that is set."""
        if not sync.is_due(self.db, at):
            return
        try:
            self._sync(everything=False)
        except Conflict:
            return  # somebody asked for one just now

    @timer(every=timedelta(days=7), at=time(3, 17), missed="skip")
    def sync_everything(self, _at: datetime) -> None:
        """Read all from DfE: only so can be seen what is no longer there.

        It waits for another sync to end; if that takes long it raises Conflict, and so stays due.
        """
        self._sync(everything=True, patience=PATIENCE)

    def _sync(self, *, everything: bool, patience: timedelta = timedelta(0)) -> SyncReport:
        interval = self.settings.dfe_sync_interval
        with self._dfe(for_writes=False) as client:
            return sync.sync(
                self.db, client, everything=everything, interval=interval, patience=patience
            )

    def _dfe(self, *, for_writes: bool) -> DfeClient:
        settings = self.settings
        return DfeClient(
            settings.dfe_api_url,
            Token(settings.dfe_api_token, settings.dfe_api_token_file),
            timeout=settings.dfe_timeout,
            page_size=settings.dfe_page_size,
            allowance=Allowance(self.db, settings.dfe_calls, for_writes=for_writes),
        )
