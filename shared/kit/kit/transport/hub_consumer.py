"""The connection to the hubs' virtual host: theirs is another than the services' own.

Messages are handed on as they came. kombu would unpack what a header says is compressed, and a
megabyte of it may be a gigabyte; what py-amqp would do is in strangers.py.
"""

from functools import partial
from typing import Any

from kombu import Consumer

from kit import metrics
from kit.topology import hub_topology_of
from kit.transport.declare import check_on
from kit.transport.queue_consumer import QueueConsumer


class RawConsumer(Consumer):
    """Hands py-amqp's own messages on."""

    def _receive_callback(self, message: Any) -> None:
        self.on_message(message)


class HubConsumer(QueueConsumer):
    """Consumes in the hubs' virtual host, if the service has one."""

    setting = "HUBS_AMQP_URI"
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
