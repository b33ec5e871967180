"""Scripts that are alike."""

from datetime import datetime, timedelta

from assessment import comparing, similar_pairs
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.similarity import (
    CompareScripts,
    ComparisonPage,
    ComparisonRecord,
    DecideSimilarPair,
    GetSimilarPair,
    ListComparisons,
    ListSimilarPairs,
    SimilarPair,
    SimilarPairPage,
    SimilarPassages,
)
from kit import Database, Transaction, rpc, timer


class Similarity:
    db: Database
    settings: AssessmentSettings

    @rpc(CompareScripts, allowed=WITHIN)
    def compare_scripts(self, tx: Transaction, request: CompareScripts) -> ComparisonRecord:
        """Compare a window's scripts again."""
        return comparing.ask(tx, request)

    @rpc(ListComparisons, allowed=WITHIN)
    def list_comparisons(self, tx: Transaction, request: ListComparisons) -> ComparisonPage:
        """List comparisons with their thresholds."""
        return comparing.list_all(tx, request)

    @rpc(ListSimilarPairs, allowed=WITHIN)
    def list_similar_pairs(self, tx: Transaction, request: ListSimilarPairs) -> SimilarPairPage:
        """List pairs to look at."""
        return similar_pairs.list_all(tx, request)

    @rpc(GetSimilarPair, allowed=WITHIN)
    def get_similar_pair(self, tx: Transaction, request: GetSimilarPair) -> SimilarPassages:
        """Show what two scripts share."""
        return similar_pairs.show(tx, request)

    @rpc(DecideSimilarPair, allowed=WITHIN)
    def decide_similar_pair(self, tx: Transaction, request: DecideSimilarPair) -> SimilarPair:
        """Investigate a pair, or decide about it."""
        return similar_pairs.decide(tx, request)

    @timer(every=timedelta(minutes=10), missed="skip")
    def compare_queued_scripts(self, at: datetime) -> None:
        """Run the comparisons that wait; woken by each."""
        compare = comparing.in_a_child_process(
            self.settings.similarity_seconds, self.settings.similarity_megabytes
        )
        comparing.run_queued(self.db, at, compare)
