"""The declaring half of a channel to the embedded broker, and its life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from amqp.exceptions import ChannelError, PreconditionFailed, RecoverableConnectionError
from amqp.protocol import queue_declare_ok_t
from kombu.transport import base

from kit.transport.memory.consumer import Consumer, Given

if TYPE_CHECKING:
    from kit.transport.memory.link import Link


class Conversation(base.StdChannel):
    """An error ends what was under way on it, and it begins anew, as py-amqp's channel does."""

    def __init__(self, connection: Link, channel_id: int) -> None:
        self.connection: Link | None = connection
        self.channel_id = channel_id
        self.events: dict[str, set[Callable[..., None]]] = defaultdict(set)
        self.no_ack_consumers: set[str] = set()
        self.consumers: dict[str, Consumer] = {}
        self.unacknowledged: dict[int, Given] = {}
        self._confirming = False

    @property
    def is_open(self) -> bool:
        """Whether it can still be spoken on."""
        return self.connection is not None

    @contextmanager
    def _link(self) -> Iterator[Link]:
        if self.connection is None:
            raise RecoverableConnectionError("channel is closed")
        try:
            yield self.connection
        except ChannelError:
            self._begin_anew()
            raise

    def exchange_declare(
        self,
        exchange: str,
        type: str = "direct",
        passive: bool = False,
        auto_delete: bool = False,
        **_options: Any,
    ) -> None:
        with self._link() as link:
            link.broker.declare_exchange(exchange, type, passive=passive, auto_delete=auto_delete)

    def exchange_delete(self, exchange: str, **_options: Any) -> None:
        with self._link() as link:
            link.broker.delete_exchange(exchange)

    def queue_declare(
        self,
        queue: str = "",
        passive: bool = False,
        exclusive: bool = False,
        auto_delete: bool = False,
        arguments: dict[str, Any] | None = None,
        **_options: Any,
    ) -> queue_declare_ok_t:
        with self._link() as link:
            if passive:
                found = link.broker.queue(queue)
            else:
                found = link.broker.declare_queue(
                    queue or link.broker.fresh_name(),
                    dict(arguments or {}),
                    auto_delete=auto_delete,
                    owner=link if exclusive else None,
                )
            return queue_declare_ok_t(found.name, len(found.ready), len(found.consumers))

    def queue_bind(
        self, queue: str, exchange: str = "", routing_key: str = "", **_options: Any
    ) -> None:
        with self._link() as link:
            link.broker.bind(queue, routing_key, exchange)

    def queue_unbind(
        self, queue: str, exchange: str = "", routing_key: str = "", **_options: Any
    ) -> None:
        with self._link() as link:
            link.broker.unbind(queue, routing_key, exchange)

    def queue_purge(self, queue: str, **_options: Any) -> int:
        with self._link() as link:
            found = link.broker.queue(queue)
            purged = len(found.ready)
            found.ready.clear()
            return purged

    def queue_delete(
        self, queue: str, if_unused: bool = False, if_empty: bool = False, **_options: Any
    ) -> int:
        with self._link() as link:
            found = link.broker.queues.get(queue)
            if found is None:
                return 0
            if (if_unused and found.consumers) or (if_empty and found.ready):
                raise PreconditionFailed(f"queue '{queue}' is in use or not empty")
            deleted = len(found.ready)
            link.broker.delete_queue(found)
            return deleted

    def prepare_queue_arguments(self, arguments: Any, **limits: Any) -> Any:
        return base.to_rabbitmq_queue_arguments(arguments, **limits)

    def close(self) -> None:
        """Stop consuming and put back what was not acknowledged, in its old order."""
        if self.connection is None:
            return
        self.connection.channels.pop(self.channel_id, None)
        self.connection = None
        self._begin_anew()
        self.events.clear()

    def _begin_anew(self) -> None:
        self._confirming = False
        for consumer in list(self.consumers.values()):
            consumer.queue.remove(consumer)
        unacknowledged = list(self.unacknowledged.values())
        self.consumers.clear()
        self.no_ack_consumers.clear()
        self.unacknowledged.clear()
        for given in reversed(unacknowledged):
            given.consumer.queue.put_back(given.stored)
        for queue in {given.consumer.queue for given in unacknowledged}:
            queue.pump()
