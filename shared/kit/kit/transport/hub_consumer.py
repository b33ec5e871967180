"""The connection to the hubs' virtual host: theirs is another than the services' own.

Messages are handed on as they came. kombu would unpack what a header says is compressed, and a
megabyte of it may be a gigabyte; and py-amqp ends the connection over properties that it cannot
read, so that the message would come again for ever: such a message has no properties here.
"""

from functools import partial
from typing import Any

from amqp import method_framing
from amqp.basic_message import Message
from kombu import Consumer

from kit import metrics
from kit.topology import hub_topology_of
from kit.transport.declare import check_on
from kit.transport.queue_consumer import QueueConsumer

_PROPERTY_FLAGS = 12
"""Where in a header frame it says which properties follow."""


class CarefulMessage(Message):
    """One whose properties cannot be read is as one without."""

    __slots__ = ()

    def inbound_header(self, buf: Any, offset: int = 0) -> Any:
        try:
            return super().inbound_header(buf, offset)
        except Exception:  # whatever a stranger's bytes bring about in the decoder
            return super().inbound_header(bytes(buf[:_PROPERTY_FLAGS]) + b"\0\0", offset)


method_framing.Message = CarefulMessage


class RawConsumer(Consumer):
    """Hands py-amqp's own messages on."""

    def _receive_callback(self, message: Any) -> None:
        self.on_message(message)


class HubConsumer(QueueConsumer):
    """Consumes in the hubs' virtual host, if the service has one."""

    tls_options = None
    """As its own address says, which may name another host than the services' does."""

    @property
    def on(self) -> bool:
        """Whether the settings name such a place."""
        return self.resources.settings.hubs_amqp_uri is not None

    @property
    def amqp_uri(self) -> str:
        return str(self.resources.settings.hubs_amqp_uri)

    def start(self) -> None:
        if self.on:
            self._set_connected(False)  # so that one that never gets there is seen, too
            super().start()

    def stop(self) -> None:
        if self.on:
            super().stop()

    def _consumer_for(self, provider: Any, connection: Any) -> Any:
        consumer = RawConsumer(
            connection.channel(),
            [provider.queue],
            on_message=partial(self._hand_over, provider),
        )
        consumer.qos(prefetch_count=provider.prefetch)
        return consumer

    def _check_topology(self, connection: Any) -> None:
        if not self._consumers_ready.ready():
            check_on(hub_topology_of([self.container.service_cls]), connection)

    def _set_connected(self, connected: bool) -> None:
        self.connected = connected
        metrics.hubs_connected.labels(service=self.container.service_name).set(int(connected))
