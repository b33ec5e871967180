"""Windows and who sits in them."""

from datetime import datetime, timedelta

from assessment import windows
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.papers import (
    CancelWindow,
    CandidatePage,
    ChangePaper,
    ListCandidates,
    ListWindows,
    ScheduleWindow,
    WindowPage,
    WindowRecord,
)
from kit import Database, Transaction, rpc, timer


class Windows:
    db: Database
    settings: AssessmentSettings

    @rpc(ScheduleWindow, allowed=WITHIN)
    def schedule_window(self, tx: Transaction, request: ScheduleWindow) -> WindowRecord:
        """Schedule a window; who is ready enters."""
        return windows.schedule(
            tx, request, weeks_after_last_unit=self.settings.weeks_after_last_unit
        )

    @rpc(CancelWindow, allowed=WITHIN)
    def cancel_window(self, tx: Transaction, request: CancelWindow) -> WindowRecord:
        """Cancel a window that has not opened."""
        return windows.cancel(tx, request)

    @rpc(ChangePaper, allowed=WITHIN)
    def change_paper(self, tx: Transaction, request: ChangePaper) -> WindowRecord:
        """Set another paper for a window that has not opened."""
        return windows.change_paper(tx, request)

    @rpc(ListWindows, allowed=WITHIN)
    def list_windows(self, tx: Transaction, request: ListWindows) -> WindowPage:
        """List windows."""
        return windows.list_all(tx, request)

    @rpc(ListCandidates, allowed=WITHIN)
    def list_candidates(self, tx: Transaction, request: ListCandidates) -> CandidatePage:
        """List candidates."""
        return windows.list_candidates(tx, request)

    @timer(every=timedelta(minutes=1), missed="skip")
    def turn_windows(self, at: datetime) -> None:
        """Open and close windows, and enter who waits for one."""
        windows.turn_all(self.db, at)
