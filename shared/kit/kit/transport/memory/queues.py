"""A queue of the embedded broker: who waits in it, who takes from it, what expires."""

from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

from eventlet.hubs import get_hub

from kit.transport.memory.messages import Stored


class Taker(Protocol):
    """A consumer, as its queue sees it."""

    def is_free(self) -> bool: ...

    def take(self, stored: Stored) -> None: ...

    def queue_is_gone(self) -> None: ...


class Queue:
    """Messages in order, handed to consumers in turn as soon as one is free."""

    def __init__(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        auto_delete: bool,
        owner: object | None,
        bury: Callable[["Queue", Stored, str], None],
        unused: Callable[["Queue"], None],
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.auto_delete = auto_delete
        self.owner = owner
        self.ready: deque[Stored] = deque()
        self.consumers: deque[Taker] = deque()
        self._bury, self._unused = bury, unused
        self._next_expiry: Any = None
        self._next_disuse: Any = None
        self.used()

    def has_room(self) -> bool:
        """Whether it accepts one more; only a queue that is told to refuses."""
        if self.arguments.get("x-overflow") not in {"reject-publish", "reject-publish-dlx"}:
            return True
        longest = self.arguments.get("x-max-length")
        return longest is None or len(self.ready) < longest

    def put(self, stored: Stored) -> None:
        """Take in a message at the end, and hand on what can be."""
        limits = (stored.expiration, self.arguments.get("x-message-ttl"))
        given = [limit for limit in limits if limit is not None]
        stored.expires_at = monotonic() + min(given) / 1000 if given else None
        self.ready.append(stored)
        longest = self.arguments.get("x-max-length")
        if longest is not None and len(self.ready) > longest:
            self._bury(self, self.ready.popleft(), "maxlen")
        self.pump()

    def put_back(self, stored: Stored, *, seen: bool = True) -> None:
        """Take back a message at the front; after too many returns (if `seen`) it is buried."""
        if seen:
            stored.redelivered = True
            stored.returns += 1
        limit = self.arguments.get("x-delivery-limit")
        if limit is not None and stored.returns > limit:
            self._bury(self, stored, "delivery_limit")
            return
        self.ready.appendleft(stored)

    def reject(self, stored: Stored) -> None:
        """A consumer will have nothing more to do with this message."""
        self._bury(self, stored, "rejected")

    def get(self) -> Stored | None:
        """The next message, for one who asks instead of consuming."""
        self.used()
        self._expire()
        return self.ready.popleft() if self.ready else None

    def add(self, consumer: Taker) -> None:
        """From now on this consumer takes its turn."""
        self.consumers.append(consumer)
        self.used()
        self.pump()

    def remove(self, consumer: Taker) -> None:
        """This consumer takes no more; an auto-delete queue goes with its last one."""
        self.consumers.remove(consumer)
        self.used()
        if self.auto_delete and not self.consumers:
            self._unused(self)

    def pump(self) -> None:
        """Hand out what consumers have room for, and watch when the next one expires."""
        self._expire()
        while self.ready and (consumer := self._next_free()) is not None:
            consumer.take(self.ready.popleft())
            self._expire()
        self._watch_expiry()

    def used(self) -> None:
        """Start the time anew after which a queue that nobody uses is deleted."""
        if self._next_disuse is not None:
            self._next_disuse.cancel()
            self._next_disuse = None
        limit = self.arguments.get("x-expires")
        if limit is not None and not self.consumers:
            self._next_disuse = get_hub().schedule_call_global(limit / 1000, self._unused, self)

    def close(self) -> None:
        """Forget all messages and timers, and tell the consumers."""
        self.ready.clear()
        for timer in (self._next_expiry, self._next_disuse):
            if timer is not None:
                timer.cancel()
        for consumer in list(self.consumers):
            consumer.queue_is_gone()
        self.consumers.clear()

    def _next_free(self) -> Taker | None:
        for _ in range(len(self.consumers)):
            consumer = self.consumers[0]
            self.consumers.rotate(-1)
            if consumer.is_free():
                return consumer
        return None

    def _expire(self) -> None:
        now = monotonic()
        while self.ready:
            expires_at = self.ready[0].expires_at
            if expires_at is None or expires_at > now:
                return
            self._bury(self, self.ready.popleft(), "expired")

    def _watch_expiry(self) -> None:
        if self._next_expiry is not None:
            self._next_expiry.cancel()
            self._next_expiry = None
        if self.ready and self.ready[0].expires_at is not None:
            wait = max(self.ready[0].expires_at - monotonic(), 0)
            self._next_expiry = get_hub().schedule_call_global(wait, self.pump)
