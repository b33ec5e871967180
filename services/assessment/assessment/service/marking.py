"""What markers see, and the marks they give."""

from assessment import marking
from assessment.roles import WITHIN
from assessment.settings import AssessmentSettings
from headship_contracts.assessment.marking import (
    Adjudicate,
    GetScript,
    MarkingQueue,
    MarkReceipt,
    MarkScript,
    QueueItem,
    QueuePage,
    SaveDraft,
    ScriptToMark,
)
from kit import Transaction, rpc


class Marking:
    settings: AssessmentSettings

    @rpc(MarkingQueue, allowed=WITHIN)
    def marking_queue(self, tx: Transaction, request: MarkingQueue) -> QueuePage:
        """List what a marker has to mark."""
        return marking.queue(tx, request)

    @rpc(GetScript, allowed=WITHIN)
    def get_script(self, tx: Transaction, request: GetScript) -> ScriptToMark:
        """Show a marker a script."""
        return marking.show(tx, request)

    @rpc(MarkScript, allowed=WITHIN)
    def mark_script(self, tx: Transaction, request: MarkScript) -> MarkReceipt:
        """Keep a marker's marks, and go on as the rules say."""
        return marking.mark(tx, request, probation=self.settings.probation_scripts)

    @rpc(SaveDraft, allowed=WITHIN)
    def save_draft(self, tx: Transaction, request: SaveDraft) -> QueueItem:
        """Keep what was marked so far."""
        return marking.save_draft(tx, request)

    @rpc(Adjudicate, allowed=WITHIN)
    def adjudicate(self, tx: Transaction, request: Adjudicate) -> MarkReceipt:
        """Decide where two markers disagreed."""
        return marking.adjudicate(tx, request)
