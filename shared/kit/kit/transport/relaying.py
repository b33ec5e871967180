"""The relay as a part of a running service: started with it, woken by its commits, stopped last."""

from typing import Any

from nameko.extensions import SharedExtension

from kit.hubs.changes import feed_of
from kit.transport.relay import Relay
from kit.transport.resources import Resources


class Relaying(SharedExtension):
    """Runs the service's relay. Stops after the last worker, when all that it emitted is there."""

    resources = Resources()

    def setup(self) -> None:
        database = self.resources.database
        amqp_uri = self.resources.settings.amqp_uri
        feed = feed_of(self.container.service_cls)
        self.relay = Relay(database.service, database.engine, amqp_uri, feed)
        database.after_emit = self.relay.wake

    def start(self) -> None:
        self._thread: Any = self.container.spawn_managed_thread(self.relay.run, identifier="relay")

    def stop(self) -> None:
        self.relay.stop()
        self._thread.wait()

    def kill(self) -> None:
        self.relay.stop()
