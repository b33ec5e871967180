"""Who marks what."""

from datetime import datetime, time, timedelta

from assessment import allocation, claiming, explaining, preparing, progress, reallocating
from assessment.allocation_problem import Plan, in_a_child_process
from assessment.roles import WITHIN, require_lead
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.allocation import (
    AllocationExplained,
    ClaimedScript,
    ClaimScript,
    ExplainAllocation,
    ForecastMarking,
    GetMarkerGraph,
    MarkerGraph,
    MarkingForecast,
    Reallocated,
    ReallocateMarker,
    RenewLease,
    ReturnScript,
)
from headship_contracts.assessment.marking import (
    MarkingPrepared,
    PrepareMarking,
    QueueItem,
    ReallocateScript,
)
from headship_contracts.messages import Done
from kit import Caller, Database, Transaction, rpc, timer


class Allocation:
    db: Database
    settings: AssessmentSettings

    @rpc(PrepareMarking, transaction=False, allowed=WITHIN, permits=require_lead)
    def prepare_marking(self, request: PrepareMarking, caller: Caller) -> MarkingPrepared:
        """Draw the sample and allocate markers, or let them claim."""
        return preparing.prepare(self.db, request, caller, self._plan())

    @rpc(ReallocateScript, allowed=WITHIN)
    def reallocate_script(self, tx: Transaction, request: ReallocateScript) -> QueueItem:
        """Give an unmarked script to somebody else."""
        return allocation.reallocate(tx, request)

    @rpc(ReallocateMarker, transaction=False, allowed=WITHIN, permits=require_lead)
    def reallocate_marker(self, request: ReallocateMarker, caller: Caller) -> Reallocated:
        """Give away what a marker who drops out has not begun."""
        return reallocating.reallocate_marker(self.db, request, caller, self._plan())

    @rpc(ExplainAllocation, allowed=WITHIN)
    def explain_allocation(
        self, tx: Transaction, request: ExplainAllocation
    ) -> AllocationExplained:
        """Tell why this marker."""
        return explaining.explain(tx, request)

    @rpc(GetMarkerGraph, allowed=WITHIN)
    def get_marker_graph(self, tx: Transaction, request: GetMarkerGraph) -> MarkerGraph:
        """Show how markers are linked by shared scripts."""
        return explaining.graph(tx, request)

    @rpc(ClaimScript, allowed=WITHIN)
    def claim_script(self, tx: Transaction, request: ClaimScript) -> ClaimedScript:
        """Take the next script from the pile."""
        return claiming.claim(tx, request)

    @rpc(RenewLease, allowed=WITHIN)
    def renew_lease(self, tx: Transaction, request: RenewLease) -> ClaimedScript:
        """Keep a claimed script longer."""
        return claiming.renew(tx, request)

    @rpc(ReturnScript, allowed=WITHIN)
    def return_script(self, tx: Transaction, request: ReturnScript) -> Done:
        """Put a claimed script back."""
        return claiming.give_back(tx, request)

    @rpc(ForecastMarking, allowed=WITHIN)
    def forecast_marking(self, tx: Transaction, request: ForecastMarking) -> MarkingForecast:
        """Forecast how marking will end."""
        return progress.forecast(tx, request)

    @timer(every=timedelta(days=1), at=time(7, 30), missed="skip")
    def remind_markers(self, at: datetime) -> None:
        """Remind markers of what is due."""
        progress.remind(self.db, at)

    def _plan(self) -> Plan:
        return in_a_child_process(
            self.settings.allocation_seconds, self.settings.allocation_megabytes
        )
