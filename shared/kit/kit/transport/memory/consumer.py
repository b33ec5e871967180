"""A consumer of the embedded broker, and the things that happen on a channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amqp import Message
from amqp.exceptions import ChannelError, ConsumerCancelled

from kit.transport.memory.messages import Stored, unpack
from kit.transport.memory.queues import Queue

if TYPE_CHECKING:
    from kit.transport.memory.channel import Channel


@dataclass(eq=False)
class Consumer:
    """Takes messages of one queue, no more at a time than `prefetch` (0: any number)."""

    channel: Channel
    queue: Queue
    tag: str
    no_ack: bool
    prefetch: int
    callback: Callable[[Message], None] | None
    busy: int = 0

    def is_free(self) -> bool:
        """Whether it takes one more now."""
        return self.no_ack or self.prefetch == 0 or self.busy < self.prefetch

    def take(self, stored: Stored) -> None:
        """Put a delivery where the greenlet that drains the connection finds it."""
        if self.channel.connection is not None:
            self.channel.connection.post(self.channel.give(self, stored))

    def queue_is_gone(self) -> None:
        """Its queue was deleted: whoever drains learns it, as from RabbitMQ."""
        self.channel.consumers.pop(self.tag, None)
        if self.channel.connection is not None:
            self.channel.connection.post(Cancelled(self))


@dataclass(eq=False, slots=True)
class Given:
    """A message that was handed to a consumer and is not acknowledged."""

    consumer: Consumer
    tag: int
    stored: Stored

    def happen(self) -> None:
        """Call the consumer, unless it went meanwhile."""
        known = self.consumer.channel.consumers.get(self.consumer.tag)
        if self.consumer.callback is not None and known is self.consumer:
            self.consumer.callback(to_message(self))


def to_message(given: Given) -> Message:
    """The message as py-amqp would hand it over."""
    message = unpack(given.stored)
    if given.stored.returns:
        headers = message.properties.setdefault("application_headers", {})
        headers["x-delivery-count"] = given.stored.returns
    message.channel = given.consumer.channel
    message.delivery_info = {
        "consumer_tag": given.consumer.tag,
        "delivery_tag": given.tag,
        "redelivered": given.stored.redelivered,
        "exchange": given.stored.exchange,
        "routing_key": given.stored.routing_key,
    }
    return message


@dataclass(eq=False, slots=True)
class Cancelled:
    """A consumer whose queue was deleted."""

    consumer: Consumer

    def happen(self) -> None:
        """Raises ConsumerCancelled."""
        raise ConsumerCancelled(self.consumer.tag, (60, 30))


@dataclass(eq=False, slots=True)
class Confirmation:
    """The broker's word on messages published, up to `tag` if `multiple`."""

    channel: Channel
    tag: int
    accepted: bool
    multiple: bool = False

    def covers(self, channel: Channel, accepted: bool) -> bool:
        """Whether the next message's confirmation can be told by this one."""
        return self.channel is channel and self.accepted == accepted

    def happen(self) -> None:
        """Tell the listeners of the channel."""
        name = "basic_ack" if self.accepted else "basic_nack"
        for listener in list(self.channel.events[name]):
            listener(self.tag, self.multiple)


@dataclass(eq=False, slots=True)
class Returned:
    """A mandatory message that no queue took."""

    channel: Channel
    error: ChannelError
    exchange: str
    routing_key: str
    message: Message

    def happen(self) -> None:
        """Tell the listeners of the channel; raises the error if there are none."""
        listeners = list(self.channel.events["basic_return"])
        if not listeners:
            raise self.error
        for listener in listeners:
            listener(self.error, self.exchange, self.routing_key, self.message)
