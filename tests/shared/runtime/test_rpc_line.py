"""A line of calls and replies that many greenlets share, and a broker that stops reading."""

from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import eventlet
import pytest

from kit.transport.rpc_line import LINE_ERRORS, Line

MESSAGE = b'"%b"' % (b"x" * 900_000)
MESSAGES = 60
"""More than fit between the two."""


class Gate:
    """Before a broker: while it is shut, nothing that is sent is read."""

    def __init__(self, amqp_uri: str) -> None:
        parts = urlsplit(amqp_uri)
        self._broker = (parts.hostname, parts.port)
        self._listening = eventlet.listen(("127.0.0.1", 0))
        self.shut = False
        here = f"{parts.username}:{parts.password}@127.0.0.1:{self._listening.getsockname()[1]}"
        self.uri = urlunsplit(parts._replace(netloc=here))
        self._greenlets = [eventlet.spawn(self._accept)]

    def close(self) -> None:
        for greenlet in self._greenlets:
            greenlet.kill()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            client, _ = self._listening.accept()
            broker = eventlet.connect(self._broker)
            self._greenlets += [
                eventlet.spawn(self._pass_on, client, broker, asks=True),
                eventlet.spawn(self._pass_on, broker, client, asks=False),
            ]

    def _pass_on(self, one: Any, other: Any, *, asks: bool) -> None:
        try:
            while True:
                while asks and self.shut:
                    eventlet.sleep(0.01)
                came = one.recv(65_536)
                if not came:
                    return
                other.sendall(came)
        except OSError:  # the line was given up
            return
        finally:
            one.close()
            other.close()


@pytest.fixture
def gate(a_vhost: Callable[[], str]):
    one = Gate(a_vhost())
    yield one
    one.close()


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

    assert ends["lost"] < 4, "beside the one that was under way, what fitted into the next line"
    assert ends.total() == 1 + MESSAGES
