"""Which of the messages published on a channel the broker has answered for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from kit.bus.outgoing import Outgoing

RETURNED: Final = "returned"
NACKED: Final = "nacked"


@dataclass
class Batch:
    """Messages sent together: their ids in order, and the number of the first on its channel.

    `refused` has the ids that did not arrive, and why: "returned" (no queue for it) or "nacked"
    (a queue refused it). Everything else is safe with the broker, once all are answered.
    """

    first: int
    ids: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The number after its last."""
        return self.first + len(self.ids)


class Confirms:
    """Follows the broker's answers, each of which is for one number or for all up to it."""

    def __init__(self) -> None:
        self._batches: list[Batch] = []
        self._sent = 0
        self._answered = 0
        """All numbers up to this one are answered."""
        self._ahead: set[int] = set()
        """Those answered beyond it."""

    def begin(self) -> Batch:
        """The batch that is sent next."""
        batch = Batch(self._sent + 1)
        self._batches.append(batch)
        return batch

    def numbered(self, messages: Iterable[Outgoing], batch: Batch) -> Iterator[Outgoing]:
        """The same messages, each noted as one of this batch, the last one begun, when it goes."""
        for message in messages:
            self._sent += 1
            batch.ids.append(message.id)
            yield message

    def has_all(self, batch: Batch) -> bool:
        """Whether the broker has answered for this batch and those before it; then it is followed
        no more."""
        if self._answered < batch.end - 1:
            return False
        self._batches = [other for other in self._batches if other is not batch]
        return True

    def on_ack(self, number: int, multiple: bool) -> None:
        """It has arrived, or was returned."""
        if multiple:
            self._reach(number)
        else:
            self._ahead.add(number)
        while self._answered + 1 in self._ahead:
            self._answered += 1
            self._ahead.discard(self._answered)

    def on_nack(self, number: int, multiple: bool) -> None:
        """A queue refused it."""
        first = self._answered + 1 if multiple else number
        for refused in range(first, number + 1):
            if refused not in self._ahead:
                self._refuse(refused)
        self.on_ack(number, multiple)

    def on_return(self, message_id: str) -> None:
        """No queue took it. An ack of the same message follows."""
        for batch in self._batches:
            if message_id in batch.ids:
                batch.refused[message_id] = RETURNED

    def _reach(self, number: int) -> None:
        if number > self._answered:
            self._answered = number
            self._ahead = {ahead for ahead in self._ahead if ahead > number}

    def _refuse(self, number: int) -> None:
        for batch in self._batches:
            if batch.first <= number < batch.end:
                batch.refused[batch.ids[number - batch.first]] = NACKED
