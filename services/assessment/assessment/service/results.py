"""Results, and what proves them."""

from assessment import results
from assessment.roles import WITHIN
from headship_contracts.assessment.results import (
    GetResult,
    RecomputeSample,
    ReleaseReport,
    ReleaseResults,
    ResultRecord,
    SampleProof,
)
from kit import Transaction, rpc


class Results:
    @rpc(ReleaseResults, allowed=WITHIN)
    def release_results(self, tx: Transaction, request: ReleaseResults) -> ReleaseReport:
        """Release a window's results in one act."""
        return results.release(tx, request)

    @rpc(GetResult, allowed=WITHIN)
    def get_result(self, tx: Transaction, request: GetResult) -> ResultRecord:
        """Show a released result."""
        return results.get(tx, request)

    @rpc(RecomputeSample, allowed=WITHIN)
    def recompute_sample(self, tx: Transaction, request: RecomputeSample) -> SampleProof:
        """Give what is needed to draw a released window's sample again."""
        return results.recompute_sample(tx, request)
