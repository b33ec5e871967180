"""Ways into the gauge."""

from gauge.messages import Echo, Measured, Words, Write
from gauge.models import Note
from kit import Caller, Database, Transaction, handles, rpc


class GaugeService:
    """What is measured: as little as a real service can do."""

    name = "gauge"
    db = Database()

    @handles(Measured, queue="note")
    def note(self, tx: Transaction, event: Measured) -> None:
        """One row for one event."""
        tx.add(Note(words=event.state))

    @rpc(Echo, transaction=False)
    def echo(self, request: Echo, caller: Caller) -> Words:
        """No database."""
        return Words(words=request.words)

    @rpc(Write)
    def write(self, tx: Transaction, request: Write) -> Words:
        """One row in one transaction, with the answer kept under the caller's key."""
        tx.add(Note(words=request.words))
        return Words(words=request.words)
