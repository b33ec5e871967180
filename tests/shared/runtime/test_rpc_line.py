"""A line of calls and replies that many greenlets share, and a broker that stops reading."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import eventlet
import pytest
from kombu import Connection

from kit.transport import rpc_line
from kit.transport.rpc_line import LINE_ERRORS, Line

MESSAGE, LONG = (b'"%b"' % (b"x" * size) for size in (900_000, 1_800_000))
MESSAGES = 20
"""More than twice of what fits between the two."""

NARROW = 30_000
"""Bytes that a gate takes at a time."""


class Gate:
    """Before a broker: while it is shut, nothing is read of what is sent; while narrow, little."""

    def __init__(self, amqp_uri: str) -> None:
        parts = urlsplit(amqp_uri)
        self._broker = (parts.hostname, parts.port)
        self._listening = eventlet.listen(("127.0.0.1", 0))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
        self.shut = self.narrow = False
        here = f"{parts.username}:{parts.password}@127.0.0.1:{self._listening.getsockname()[1]}"
        self.uri = urlunsplit(parts._replace(netloc=here))
        self._sockets = [self._listening]
        self._greenlets = [eventlet.spawn(self._accept)]

    def close(self) -> None:
        for greenlet in self._greenlets:
            greenlet.kill()
        for each in self._sockets:
            each.close()

    def _accept(self) -> None:
        while True:
            client, _ = self._listening.accept()
            self._sockets.append(client)
            broker = eventlet.connect(self._broker)
            self._sockets.append(broker)
            self._greenlets += [
                eventlet.spawn(self._pass_on, client, broker, asks=True),
                eventlet.spawn(self._pass_on, broker, client, asks=False),
            ]

    def _pass_on(self, one: Any, other: Any, *, asks: bool) -> None:
        try:
            while True:
                while asks and self.shut:
                    eventlet.sleep(0.01)
                if asks and self.narrow:
                    eventlet.sleep(0.05)
                came = one.recv(NARROW)
                if not came:
                    return
                other.sendall(came)
        except OSError:  # the line was given up
            return
        finally:
            with suppress(OSError):  # so that the way back ends by itself
                other.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def place(a_vhost: Callable[[], str]) -> str:
    return a_vhost()


@pytest.fixture
def gate(place: str) -> Iterator[Gate]:
    one = Gate(place)
    yield one
    one.close()


@pytest.fixture
def connection(place: str) -> Iterator[Connection]:
    """Past the gate."""
    with Connection(place) as direct:
        yield direct


def test_who_waits_behind_a_message_that_the_broker_does_not_take_is_not_lost_with_it(
    gate: Gate,
) -> None:
    line, ends = Line(gate.uri), Counter[str]()

    def send() -> None:
        try:
            line.publish(MESSAGE, exchange="", routing_key="nobody", properties={})
        except LINE_ERRORS:
            ends["lost"] += 1
        else:
            ends["sent"] += 1

    send()
    gate.shut = True
    senders = [eventlet.spawn(send) for _ in range(MESSAGES)]
    with eventlet.Timeout(30):
        while not ends["lost"]:
            eventlet.sleep(0.01)
        gate.shut = False
        for sender in senders:
            sender.wait()
    line.close()

    assert ends["lost"] < MESSAGES // 3, "the one under way, and what a slow machine adds to it"
    assert ends.total() == 1 + MESSAGES


def test_no_heartbeat_goes_out_amid_a_message(
    gate: Gate, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rpc_line, "HEARTBEAT_SECONDS", 2)
    monkeypatch.setattr(rpc_line, "READ_SECONDS", 1.2)
    queue, lost = connection.SimpleBuffer("arrived"), []
    line = Line(gate.uri, lost=lost.append)

    line.publish(b"1", exchange="", routing_key="arrived", properties={})
    sock = line._connection.connection.transport.sock  # else the system takes all of it at once
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
    gate.narrow = True
    line.publish(LONG, exchange="", routing_key="arrived", properties={})
    gate.narrow = False
    line.publish(b"2", exchange="", routing_key="arrived", properties={})

    sizes = [len(queue.get(timeout=30).body) for _ in range(3)]
    line.close()
    assert (sizes, lost) == ([1, len(LONG), 1], [])
