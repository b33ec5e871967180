"""What markers see, and the marks they give."""

from assessment import marking
from assessment.roles import WITHIN
from headship_contracts.assessment.marking import (
    Adjudicate,
    GetScript,
    MarkingQueue,
    MarkReceipt,
    MarkScript,
    QueuePage,
    ScriptToMark,
)
from kit import Transaction, rpc


class Marking:
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
        return marking.mark(tx, request)

    @rpc(Adjudicate, allowed=WITHIN)
    def adjudicate(self, tx: Transaction, request: Adjudicate) -> MarkReceipt:
        """Decide where two markers disagreed."""
        return marking.adjudicate(tx, request)
