"""The one connection on which a service consumes, for handlers and calls alike.

What nameko's own lacks: each provider has a channel and a prefetch of its own; the connection
closes only when the last worker has finished, so that nothing in flight is delivered twice; a
stop does not wait for the next beat; a broker that comes back is found within two seconds; and
what the broker should have and has not stops the start, by name.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import eventlet
from amqp.exceptions import AccessRefused, AMQPError
from eventlet.hubs import get_hub
from kombu import Consumer
from nameko import messaging
from nameko.constants import AMQP_SSL_CONFIG_KEY, LOGIN_METHOD_CONFIG_KEY
from nameko.messaging import QueueConsumerStopped

from kit import metrics
from kit.bus.outage import is_there
from kit.bus.retry import RetryPolicy
from kit.log import reason
from kit.topology import topology_of
from kit.transport.broker import LoginRefused, to_broker
from kit.transport.declare import check_on
from kit.transport.receiving import read_ahead
from kit.transport.resources import Resources

HEARTBEAT_SECONDS = 20
IDLE_SECONDS = 5.0
"""How often the connection is looked after: several times in HEARTBEAT_SECONDS."""
CLOSING_SECONDS = 0.02
RECONNECT_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)

_log = logging.getLogger(__name__)


class QueueConsumer(messaging.QueueConsumer):
    """Consumes for its providers. A provider has `queue` (a kombu Queue, `no_declare` where the
    topology has it), and either `receive(message)`, called at once and not to block, or nameko's
    `handle_message(body, message)`; `prefetch` where max_workers is not right.

    A start on a broker that lacks part of the service's topology ends with TopologyMissing; where
    the broker refuses the login, the service ends with LoginRefused: another is read at a start.
    """

    resources = Resources()
    setting = "AMQP_URI"
    """Which one names the broker."""

    connected = False
    """Whether every consumer is registered with the broker at this moment."""

    def __init__(self) -> None:
        super().__init__()
        self._draining = False
        self._next_beat = 0.0

    @property
    def tls_options(self) -> Any:
        """As nameko's configuration says, which may be a provider's own file; None: as the address
        does."""
        return self.container.config.get(AMQP_SSL_CONFIG_KEY)

    @property
    def connection(self) -> Any:
        return to_broker(
            self.amqp_uri,
            heartbeat=HEARTBEAT_SECONDS,
            ssl=self.tls_options,
            login_method=self.container.config.get(LOGIN_METHOD_CONFIG_KEY),
        )

    def run(self, *_limits: Any, **context: Any) -> None:
        with suppress(QueueConsumerStopped):
            super().run(**context)

    @contextmanager
    def establish_connection(self) -> Iterator[Any]:
        """Also waits for the database: who takes messages that it cannot handle, and loses them
        again to the broker's time limit, spends their deliveries."""
        pauses = list(RECONNECT_SECONDS)
        while not is_there(self.resources.database.engine):
            _log.warning("the database is away, and nothing is consumed")
            self._leave_if_asked_while_away()
            eventlet.sleep(RECONNECT_SECONDS[-1])
        while True:
            connection = self.create_connection()
            try:
                connection.connect()
                read_ahead(connection)
                break
            except AccessRefused as error:
                where = connection.as_uri()  # without the password
                raise LoginRefused(f"{self.setting}: {where} refuses the login") from error
            except connection.connection_errors as error:
                connection.release()
                told = {"setting": self.setting, "broker": connection.as_uri()}  # no password
                told["reason"] = reason(error)
                _log.warning("the broker is away", extra=told)
            self._leave_if_asked_while_away()
            eventlet.sleep(pauses.pop(0) if len(pauses) > 1 else pauses[0])
        with connection:
            yield connection

    def get_consumers(self, _consumer_class: Any, channel: Any) -> list[Any]:
        connection = channel.connection.client
        self._check_topology(connection)
        self._consumers = {
            provider: self._consumer_for(provider, connection) for provider in self._providers
        }
        return list(self._consumers.values())

    def consume(self, *_limits: Any, **context: Any) -> Iterator[None]:
        """Deliver until asked to stop. On RabbitMQ and in memory, a timeout is a quiet moment."""
        with self.consumer_context(**context) as (connection, _channel, _consumers):
            self._set_connected(True)
            try:
                while True:
                    self.on_iteration()
                    if self.should_stop:
                        return
                    yield from self._drain(connection)
            finally:
                self._set_connected(False)

    def on_iteration(self) -> None:
        """Stay until no consumer is left and the last worker has acknowledged what it did."""
        self._cancel_consumers_if_requested()
        if not self._consumers and not self._at_work():
            self.should_stop = True

    def unregister_provider(self, provider: Any) -> None:
        get_hub().schedule_call_global(0, self._interrupt)
        super().unregister_provider(provider)

    def ack_message(self, message: Any) -> None:
        self._tell_broker(message, message.ack)

    def requeue_message(self, message: Any) -> None:
        self._tell_broker(message, message.requeue)

    def _cancel_consumers_if_requested(self) -> None:
        """Who asked for it is told, also where the connection goes meanwhile: there is nothing to
        cancel then, and whoever was not told would be consumed for on the next one."""
        while self._pending_remove_providers:
            provider, removed = self._pending_remove_providers.popitem()
            consumer = self._consumers.pop(provider, None)
            try:
                if consumer is not None:
                    consumer.cancel()
            finally:
                removed.send()

    def _consumer_for(self, provider: Any, connection: Any) -> Any:
        told = {"queues": [provider.queue], "accept": self.accept}
        if hasattr(provider, "receive"):
            told["on_message"] = partial(self._hand_over, provider)
        else:
            told["callbacks"] = [lambda body, message: self.handle_message(provider, body, message)]
        consumer = Consumer(connection.channel(), on_decode_error=self.on_decode_error, **told)
        consumer.qos(prefetch_count=getattr(provider, "prefetch", self.prefetch_count))
        return consumer

    def _check_topology(self, connection: Any) -> None:
        """At the start only: a broker that has just come back may not have found all its queues."""
        if not self._consumers_ready.ready():
            settings = self.resources.settings
            policy = RetryPolicy.of_seconds(settings.retry_delays)
            check_on(topology_of([self.container.service_cls], policy), connection)

    def _drain(self, connection: Any) -> Iterator[None]:
        self._draining = True
        try:
            connection.drain_events(timeout=IDLE_SECONDS if self._consumers else CLOSING_SECONDS)
        except TimeoutError:
            self._beat(connection)
        else:
            if time.monotonic() >= self._next_beat:
                self._beat(connection)
            yield
        finally:
            self._draining = False

    def _beat(self, connection: Any) -> None:
        """Also where messages come without a pause, and none of them is done with for long."""
        connection.heartbeat_check()
        self._next_beat = time.monotonic() + IDLE_SECONDS

    def _hand_over(self, provider: Any, message: Any) -> None:
        """Also of what arrives while a consumer is being cancelled, which is not to be ended."""
        draining, self._draining = self._draining, False
        provider.receive(message)
        self._draining = draining

    def _interrupt(self) -> None:
        """End the wait for the next message. Runs in the hub, so the consumer is switched out."""
        if self._draining and self._gt is not None and not self._gt.dead:
            self._gt.throw(TimeoutError())

    def _at_work(self) -> bool:
        pool = self.container._worker_pool
        return bool(pool.running() or pool.waiting())

    def _leave_if_asked_while_away(self) -> None:
        """A stop must not wait for a broker that is away: nothing is left to cancel there."""
        self._consumers = {}
        self._cancel_consumers_if_requested()
        if not self._providers:
            raise QueueConsumerStopped

    def _set_connected(self, connected: bool) -> None:
        self.connected = connected
        metrics.broker_connected.labels(service=self.container.service_name).set(int(connected))

    def _tell_broker(self, message: Any, tell: Any) -> None:
        """On a connection that is gone there is nobody to tell: the broker has the message back."""
        if message.channel.connection is None:
            return
        try:
            tell()
        except (AMQPError, OSError) as error:
            _log.warning("lost the broker in an answer", extra={"reason": type(error).__name__})
