"""A channel to the embedded broker: publishing, consuming, and what is declared on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from amqp.exceptions import (
    ChannelError,
    MessageNacked,
    PreconditionFailed,
    error_for_code,
)
from kombu.transport.pyamqp import Message, amqp

from kit.transport.memory.broker import Routed
from kit.transport.memory.consumer import (
    Confirmation,
    Consumer,
    Given,
    Returned,
    to_message,
)
from kit.transport.memory.conversation import Conversation
from kit.transport.memory.messages import pack

if TYPE_CHECKING:
    from kit.transport.memory.link import Link

REPLY_TO = "amq.rabbitmq.reply-to"
"""RabbitMQ's direct reply-to: consumed from and named in `reply_to` without being declared."""


class Channel(Conversation):
    """With py-amqp's methods, as kombu and the kit call them."""

    Message = Message

    def __init__(self, connection: Link, channel_id: int) -> None:
        super().__init__(connection, channel_id)
        self._prefetch = 0
        self._delivered = self._published = 0
        self._reply_queue: str | None = None

    def prepare_message(
        self,
        body: Any,
        priority: int | None = None,
        content_type: str | None = None,
        content_encoding: str | None = None,
        headers: dict[str, Any] | None = None,
        properties: dict[str, Any] | None = None,
    ) -> amqp.Message:
        return amqp.Message(
            body,
            priority=priority,
            content_type=content_type,
            content_encoding=content_encoding,
            application_headers=headers,
            **properties or {},
        )

    def confirm_select(self, nowait: bool = False) -> None:
        with self._link():
            self._confirming = True

    def basic_publish(
        self,
        msg: amqp.Message,
        exchange: str = "",
        routing_key: str = "",
        mandatory: bool = False,
        **_options: Any,
    ) -> None:
        with self._link() as link:
            waits = link.confirm_publish
            routed = self._publish(link, msg, exchange, routing_key)
            if routed is Routed.UNROUTABLE and mandatory:
                returned = Returned(self, _no_route(), exchange, routing_key, msg)
                if waits:
                    returned.happen()
                else:
                    link.post(returned)
            if waits and routed is Routed.REFUSED:
                raise MessageNacked
            if self._confirming and not waits:
                self._published += 1
                self._confirm(link, accepted=routed is not Routed.REFUSED)

    _basic_publish = basic_publish

    def _publish(self, link: Link, msg: amqp.Message, exchange: str, routing_key: str) -> Routed:
        user = msg.properties.get("user_id")
        if user is not None and user != link.user:
            raise PreconditionFailed(f"user_id property is '{user}', the user is '{link.user}'")
        if msg.properties.get("reply_to") == REPLY_TO:
            if self._reply_queue is None:
                raise PreconditionFailed("fast reply consumer does not exist")
            msg.properties["reply_to"] = self._reply_queue
        return link.broker.publish(pack(msg, exchange, routing_key))

    def _confirm(self, link: Link, *, accepted: bool) -> None:
        last = link.inbox[-1] if link.inbox else None
        if isinstance(last, Confirmation) and last.covers(self, accepted):
            last.tag, last.multiple = self._published, True
        else:
            link.post(Confirmation(self, self._published, accepted))

    def basic_qos(self, prefetch_size: int, prefetch_count: int, a_global: bool) -> None:
        with self._link():
            self._prefetch = prefetch_count

    def basic_consume(
        self,
        queue: str = "",
        consumer_tag: str = "",
        no_ack: bool = False,
        callback: Callable[[amqp.Message], None] | None = None,
        **_options: Any,
    ) -> str:
        with self._link() as link:
            tag = consumer_tag or link.broker.fresh_name("amq.ctag-")
            found = self._take_replies(link) if queue == REPLY_TO else link.broker.queue(queue)
            consumer = Consumer(self, found, tag, no_ack, self._prefetch, callback)
            self.consumers[tag] = consumer
            if no_ack:
                self.no_ack_consumers.add(tag)
            found.add(consumer)
            return tag

    def _take_replies(self, link: Link) -> Any:
        self._reply_queue = link.broker.fresh_name(f"{REPLY_TO}.")
        return link.broker.declare_queue(self._reply_queue, {}, auto_delete=True, owner=link)

    def basic_cancel(self, consumer_tag: str, **_options: Any) -> None:
        with self._link() as link:
            consumer = self.consumers.pop(consumer_tag, None)
            self.no_ack_consumers.discard(consumer_tag)
            if consumer is None:
                return
            unseen = [g for g in link.inbox if isinstance(g, Given) and g.consumer is consumer]
            for given in reversed(unseen):
                link.inbox.remove(given)
                self.unacknowledged.pop(given.tag, None)
                consumer.queue.put_back(given.stored, seen=False)
            consumer.queue.remove(consumer)
            consumer.queue.pump()

    def basic_get(self, queue: str = "", no_ack: bool = False, **_options: Any) -> Any:
        with self._link() as link:
            found = link.broker.queue(queue)
            stored = found.get()
            if stored is None:
                return None
            given = self.give(Consumer(self, found, "", no_ack, 0, None), stored)
            return to_message(given)

    def give(self, consumer: Consumer, stored: Any) -> Given:
        """Number a delivery, and remember it unless it needs no acknowledgement."""
        self._delivered += 1
        given = Given(consumer, self._delivered, stored)
        if not consumer.no_ack:
            self.unacknowledged[given.tag] = given
            consumer.busy += 1
        return given

    def basic_ack(self, delivery_tag: int, multiple: bool = False) -> None:
        with self._link():
            for given in self._settle(delivery_tag, multiple):
                given.consumer.queue.pump()

    def basic_reject(self, delivery_tag: int, requeue: bool = False) -> None:
        self.basic_nack(delivery_tag, requeue=requeue)

    def basic_nack(self, delivery_tag: int, multiple: bool = False, requeue: bool = True) -> None:
        with self._link():
            for given in reversed(self._settle(delivery_tag, multiple)):
                if requeue:
                    given.consumer.queue.put_back(given.stored)
                else:
                    given.consumer.queue.reject(given.stored)
                given.consumer.queue.pump()

    def _settle(self, delivery_tag: int, multiple: bool) -> list[Given]:
        tags = [t for t in self.unacknowledged if t <= delivery_tag] if multiple else [delivery_tag]
        if not multiple and delivery_tag not in self.unacknowledged:
            raise PreconditionFailed(f"unknown delivery tag {delivery_tag}")
        settled = [self.unacknowledged.pop(tag) for tag in sorted(tags)]
        for given in settled:
            given.consumer.busy -= 1
        return settled

    def message_to_python(self, raw_message: amqp.Message) -> Any:
        return self.Message(raw_message, channel=self)


def _no_route() -> ChannelError:
    error: ChannelError = error_for_code(312, "NO_ROUTE", (50, 60), ChannelError)
    return error
