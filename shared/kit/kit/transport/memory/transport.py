"""kombu's view of the embedded broker: `embedded://USER@PLACE/VHOST`."""

from kombu.transport import TRANSPORT_ALIASES, base, pyamqp

from kit.transport.memory.broker import Broker
from kit.transport.memory.channel import Channel
from kit.transport.memory.link import Link

_brokers: dict[tuple[str, str], Broker] = {}
_links: dict[Broker, list[Link]] = {}


class Transport(base.Transport):
    """Event-driven: who waits for events sleeps until there is one for it."""

    connection_errors = pyamqp.Transport.connection_errors
    channel_errors = pyamqp.Transport.channel_errors
    # Nothing in here comes back by trying again: kombu must hand errors on as they are.
    recoverable_connection_errors = ()
    recoverable_channel_errors = ()

    driver_type = "embedded"
    driver_name = "embedded"

    implements = base.Transport.implements.extend(
        asynchronous=False, exchange_type=frozenset(["direct", "topic", "fanout"]), heartbeats=False
    )

    def establish_connection(self) -> Link:
        client = self.client
        broker = broker_of(client.hostname or "", client.virtual_host or "/")
        options = client.transport_options or {}
        confirm = bool(options.get("confirm_publish"))
        link = Link(broker, client.userid or "guest", confirm_publish=confirm)
        link.client = client
        _links.setdefault(broker, []).append(link)
        return link

    def create_channel(self, connection: Link) -> Channel:
        return connection.channel()

    def drain_events(self, connection: Link, timeout: float | None = None) -> None:
        connection.drain_events(timeout)

    def verify_connection(self, connection: Link) -> bool:
        return connection.connected

    def close_connection(self, connection: Link) -> None:
        connection.close()
        opened = _links.get(connection.broker, [])
        if connection in opened:
            opened.remove(connection)


def broker_of(place: str, vhost: str = "/") -> Broker:
    """The broker at a place; it begins to exist when first asked for."""
    return _brokers.setdefault((place, vhost), Broker())


def close(place: str) -> None:
    """End the brokers of a place, and every connection to them."""
    for name, vhost in [key for key in _brokers if key[0] == place]:
        broker = _brokers.pop((name, vhost))
        for link in _links.pop(broker, []):
            link.close()
        broker.close()


TRANSPORT_ALIASES["embedded"] = f"{__name__}:Transport"
