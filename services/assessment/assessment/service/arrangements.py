"""A candidate's own times."""

from assessment import arrangements
from assessment.roles import WITHIN
from headship_contracts.assessment.arrangements import (
    AdjustmentPage,
    AdjustmentRecord,
    DeferCandidate,
    ExtensionPage,
    ExtensionRecord,
    GrantExtension,
    ListAdjustments,
    ListExtensions,
    RecordAdjustment,
)
from headship_contracts.assessment.papers import CandidateRecord
from kit import Transaction, rpc


class Arrangements:
    @rpc(RecordAdjustment, allowed=WITHIN)
    def record_adjustment(self, tx: Transaction, request: RecordAdjustment) -> AdjustmentRecord:
        """Give a participant more days in every window."""
        return arrangements.adjust(tx, request)

    @rpc(ListAdjustments, allowed=WITHIN)
    def list_adjustments(self, tx: Transaction, request: ListAdjustments) -> AdjustmentPage:
        """Who has more days."""
        return arrangements.list_adjustments(tx, request)

    @rpc(GrantExtension, allowed=WITHIN)
    def grant_extension(self, tx: Transaction, request: GrantExtension) -> ExtensionRecord:
        """Let a window close later for one candidate."""
        return arrangements.extend(tx, request)

    @rpc(ListExtensions, allowed=WITHIN)
    def list_extensions(self, tx: Transaction, request: ListExtensions) -> ExtensionPage:
        """Whose windows closed later, and why."""
        return arrangements.list_extensions(tx, request)

    @rpc(DeferCandidate, allowed=WITHIN)
    def defer_candidate(self, tx: Transaction, request: DeferCandidate) -> CandidateRecord:
        """Move a candidate to a later window."""
        return arrangements.defer(tx, request)
