"""Results, and what proves them."""

from functools import partial

from assessment import corrections, letters, ratifying, results
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.results import (
    CorrectResult,
    GetLetter,
    GetResult,
    Letter,
    Ratification,
    RatifyResults,
    RecomputeSample,
    ReleaseReport,
    ReleaseResults,
    ResultRecord,
    SampleProof,
)
from kit import Ask, Caller, Database, Transaction, jobs, rpc

MEGABYTES = 1_024
"""Of address space for making a letter."""


class Results:
    db: Database
    ask: Ask
    settings: AssessmentSettings

    @rpc(RatifyResults, allowed=WITHIN)
    def ratify_results(self, tx: Transaction, request: RatifyResults) -> Ratification:
        """Confirm a window's decisions before they are released."""
        return ratifying.ratify(tx, request)

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

    @rpc(CorrectResult, allowed=WITHIN)
    def correct_result(self, tx: Transaction, request: CorrectResult) -> ResultRecord:
        """Release a result anew by other marks."""
        return corrections.correct(tx, request)

    @rpc(GetLetter, transaction=False, allowed=WITHIN)
    def get_letter(self, request: GetLetter, caller: Caller) -> Letter:
        """Give the letter of a released result."""
        make = partial(
            jobs.run,
            "assessment.documents.letter:make",
            seconds=self.settings.letter_seconds,
            megabytes=MEGABYTES,
        )
        return letters.get(self.db, request, caller, self.ask, self.settings, make)
