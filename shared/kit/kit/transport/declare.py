"""Makes a broker have a topology, or says what of it is missing or different."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import ChannelError

from kit.topology import Topology
from kit.transport.broker import to_broker

NOT_FOUND = 404
PRECONDITION_FAILED = 406


class TopologyMismatch(Exception):
    """Something on the broker has another type or other arguments than the code says."""


class TopologyMissing(Exception):
    """Something that the code needs is not on the broker."""


class StillConsumed(Exception):
    """Queues that were to be emptied have somebody who reads them; says which."""


def declare(topology: Topology, amqp_uri: str) -> None:
    """Declare everything; what is there already stays. Raises TopologyMismatch, naming what."""
    with _connected(amqp_uri) as connection:
        for exchange in topology.exchanges:
            with _channel(connection, f"exchange {exchange.name}") as channel:
                channel.exchange_declare(
                    exchange.name, exchange.type, durable=True, auto_delete=False
                )
        for queue in topology.queues:
            with _channel(connection, f"queue {queue.name}") as channel:
                channel.queue_declare(
                    queue.name,
                    durable=True,
                    auto_delete=False,
                    arguments=dict(queue.arguments) or None,
                )
        with _channel(connection, "bindings") as channel:
            for binding in topology.bindings:
                channel.queue_bind(binding.queue, binding.exchange, binding.routing_key)


def check(topology: Topology, amqp_uri: str) -> None:
    """Raises TopologyMissing, naming all exchanges and queues that the broker does not have."""
    with _connected(amqp_uri) as connection:
        check_on(topology, connection)


def check_on(topology: Topology, connection: Any) -> None:
    """As `check`, on a connection that is open."""
    missing = [
        f"exchange {exchange.name}"
        for exchange in topology.exchanges
        if not _is_there(connection, "exchange_declare", exchange.name, exchange.type)
    ]
    missing += [
        f"queue {queue.name}"
        for queue in topology.queues
        if not _is_there(connection, "queue_declare", queue.name)
    ]
    if missing:
        raise TopologyMissing(f"the broker has no {', no '.join(missing)}: run `headship topology`")


def empty(topology: Topology, amqp_uri: str, *, besides: Collection[str] = ()) -> int:
    """Throw away what waits in the queues, but for some; how many messages. Raises StillConsumed,
    before any is thrown away, while somebody reads one of them."""
    with _connected(amqp_uri) as connection:
        channel = connection.channel()
        found = [channel.queue_declare(queue.name, passive=True) for queue in topology.queues]
        read = [queue.queue for queue in found if queue.consumer_count]
        if read:
            raise StillConsumed(f"{len(read)} queues are being read, {read[0]} among them")
        wanted = (queue.name for queue in topology.queues if queue.name not in besides)
        return sum(channel.queue_purge(name) for name in wanted)


def _is_there(connection: Any, method: str, *named: str) -> bool:
    channel = connection.channel()
    try:
        getattr(channel, method)(*named, passive=True)
    except ChannelError as error:
        if int(error.reply_code or 0) != NOT_FOUND:
            raise
        return False
    channel.close()
    return True


@contextmanager
def _connected(amqp_uri: str) -> Iterator[Any]:
    with to_broker(amqp_uri, connect_timeout=5) as connection:
        connection.connect()
        yield connection


@contextmanager
def _channel(connection: Any, what: str) -> Iterator[Any]:
    """A channel of its own, since the broker closes the one on which it refuses something."""
    channel = connection.channel()
    try:
        yield channel
    except ChannelError as error:
        if int(error.reply_code or 0) != PRECONDITION_FAILED:
            raise
        raise TopologyMismatch(f"{what} is on the broker already, and differs: {error}") from error
    channel.close()
