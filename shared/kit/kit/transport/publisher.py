"""Publishing in batches whose every message the broker has answered for."""

import logging
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from amqp.exceptions import AMQPError

from kit.bus.outgoing import Outgoing
from kit.transport import frames
from kit.transport.broker import to_broker
from kit.transport.confirms import Batch, Confirms
from kit.transport.receiving import read_ahead

HEARTBEAT_SECONDS = 20
CONFIRM_SECONDS = 15
BROKER_AWAY = (AMQPError, OSError)
"""What a broker that is away, or refuses the whole channel, raises."""

_log = logging.getLogger(__name__)


class ConfirmedPublisher:
    """A connection of its own with publisher confirms. One greenlet uses it at a time.

    Errors of the connection rise; after one, build another publisher.
    """

    def __init__(self, amqp_uri: str) -> None:
        self._connection = to_broker(amqp_uri, heartbeat=HEARTBEAT_SECONDS, connect_timeout=5)
        self._confirms = Confirms()

    def __enter__(self) -> Self:
        self._connection.connect()
        read_ahead(self._connection)
        self._channel: Any = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._confirms.on_ack)
        self._channel.events["basic_nack"].add(self._confirms.on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        with suppress(Exception):  # a connection that breaks while it is closed is closed
            if isinstance(error, BROKER_AWAY):  # who says nothing does not say goodbye either
                self._connection.collect()
            else:
                self._connection.release()

    def publish(self, messages: Iterable[Outgoing]) -> dict[str, str]:
        """Send in order and wait for the broker's answers; gives back what did not arrive."""
        return self.confirm(self.send(messages))

    def send(self, messages: Iterable[Outgoing]) -> Batch:
        """Send in order, persistent and mandatory, and wait for no answer yet."""
        batch = self._confirms.begin()
        frames.publish(self._channel, self._confirms.numbered(messages, batch))
        return batch

    def confirm(self, batch: Batch) -> dict[str, str]:
        """Which ids did not arrive, and why: "returned" (no queue for it) or "nacked" (a queue
        refused it). Everything else is safe with the broker.

        Raises TimeoutError when the broker does not answer.
        """
        while not self._confirms.has_all(batch):
            self._connection.drain_events(timeout=CONFIRM_SECONDS)
        return batch.refused

    def beat(self) -> None:
        """To be called about every second while there is nothing to send."""
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_check()

    def _on_return(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self._confirms.on_return(message.properties["message_id"])
