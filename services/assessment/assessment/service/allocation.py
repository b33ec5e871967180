"""Who marks what."""

from assessment import allocation
from assessment.roles import WITHIN
from headship_contracts.assessment.marking import (
    MarkingPrepared,
    PrepareMarking,
    QueueItem,
    ReallocateScript,
)
from kit import Transaction, rpc


class Allocation:
    @rpc(PrepareMarking, allowed=WITHIN)
    def prepare_marking(self, tx: Transaction, request: PrepareMarking) -> MarkingPrepared:
        """Draw the sample and allocate first markers."""
        return allocation.prepare(tx, request)

    @rpc(ReallocateScript, allowed=WITHIN)
    def reallocate_script(self, tx: Transaction, request: ReallocateScript) -> QueueItem:
        """Give an unmarked script to somebody else."""
        return allocation.reallocate(tx, request)
