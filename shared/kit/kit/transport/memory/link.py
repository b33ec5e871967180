"""A connection to the embedded broker: what has happened for it, and who waits for that."""

from collections import deque
from time import monotonic
from typing import Any, Protocol

from amqp.exceptions import RecoverableConnectionError
from eventlet.event import Event

from kit.transport.memory.broker import Broker
from kit.transport.memory.channel import Channel


class Happening(Protocol):
    """Something for the one who drains: a delivery, a confirm, a return."""

    def happen(self) -> None: ...


class Link:
    """As py-amqp's connection: channels of its own, and one greenlet at a time that drains."""

    def __init__(self, broker: Broker, user: str, *, confirm_publish: bool = False) -> None:
        self.broker = broker
        self.user = user
        self.confirm_publish = confirm_publish
        self.client: Any = None
        self.connected = True
        self.channels: dict[int, Channel] = {}
        self.inbox: deque[Happening] = deque()
        self._waiting: Any = None
        self._last_channel = 0

    def channel(self) -> Channel:
        """A new channel."""
        if not self.connected:
            raise RecoverableConnectionError("connection is closed")
        self._last_channel += 1
        opened = Channel(self, self._last_channel)
        self.channels[self._last_channel] = opened
        return opened

    def post(self, happening: Happening) -> None:
        """Let whoever drains see this next."""
        self.inbox.append(happening)
        self._wake()

    def drain_events(self, timeout: float | None = None) -> None:
        """Let the next thing happen; wait for it up to `timeout` seconds.

        Raises TimeoutError when nothing came, RecoverableConnectionError when it was closed.
        """
        until = None if timeout is None else monotonic() + timeout
        while not self.inbox:
            if not self.connected:
                raise RecoverableConnectionError("connection is closed")
            left = None if until is None else until - monotonic()
            if left is not None and left <= 0:
                raise TimeoutError("nothing came")
            if self._waiting is not None:
                raise RuntimeError("two greenlets drain one connection")
            self._waiting = Event()
            try:
                self._waiting.wait(left)
            finally:
                self._waiting = None
        self.inbox.popleft().happen()

    def close(self) -> None:
        """Close the channels, put back what was not acknowledged, delete what was exclusive."""
        if not self.connected:
            return
        self.connected = False
        for channel in list(self.channels.values()):
            channel.close()
        for queue in [q for q in self.broker.queues.values() if q.owner is self]:
            self.broker.delete_queue(queue)
        self.inbox.clear()
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.ready():
            self._waiting.send(None)
