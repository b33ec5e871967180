"""The embedded broker: exchanges, bindings and queues of one process, as RabbitMQ has them."""

import logging
import re
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from itertools import count
from typing import Any

from amqp.exceptions import NotFound, PreconditionFailed, ResourceLocked

from kit.transport.memory.messages import Stored, bury
from kit.transport.memory.queues import Queue

log = logging.getLogger(__name__)


class Routed(Enum):
    """What became of a published message."""

    TAKEN = "taken"
    UNROUTABLE = "unroutable"
    REFUSED = "refused"


@dataclass
class Exchange:
    """A name, a kind, and (queue, routing key) pairs bound to it, in order."""

    name: str
    kind: str
    auto_delete: bool = False
    bindings: dict[tuple[str, str], None] = field(default_factory=dict)

    def matches(self, routing_key: str) -> dict[str, None]:
        """The queues that get a message with this routing key, each once."""
        return {
            queue: None
            for queue, pattern in self.bindings
            if self.kind == "fanout"
            or pattern == routing_key
            or (self.kind == "topic" and _topic(pattern).fullmatch(routing_key))
        }


class Broker:
    """Everything is at once and in this thread; handing out work is left to the consumers."""

    def __init__(self) -> None:
        self.exchanges: dict[str, Exchange] = {
            f"amq.{kind}": Exchange(f"amq.{kind}", kind) for kind in ("direct", "topic", "fanout")
        }
        self.queues: dict[str, Queue] = {}
        self._numbers = count(1)

    def fresh_name(self, prefix: str = "amq.gen-") -> str:
        """A name that nothing here has."""
        return f"{prefix}{next(self._numbers)}"

    def declare_exchange(
        self, name: str, kind: str, *, passive: bool = False, auto_delete: bool = False
    ) -> None:
        """Make an exchange, or find that it is there already, and of the same kind."""
        known = self.exchanges.get(name)
        if known is None and passive:
            raise NotFound(f"no exchange '{name}'")
        if known is None:
            self.exchanges[name] = Exchange(name, kind, auto_delete)
        elif not passive and known.kind != kind:
            raise PreconditionFailed(f"exchange '{name}' is {known.kind}, not {kind}")

    def delete_exchange(self, name: str) -> None:
        """Forget an exchange and its bindings."""
        self.exchanges.pop(name, None)

    def declare_queue(
        self,
        name: str,
        arguments: dict[str, Any],
        *,
        auto_delete: bool = False,
        owner: object | None = None,
    ) -> Queue:
        """Make a queue, or find that it is there already, with the same arguments."""
        known = self.queues.get(name)
        if known is None:
            known = self.queues[name] = Queue(
                name,
                arguments,
                auto_delete=auto_delete,
                owner=owner,
                bury=self._bury,
                unused=self.delete_queue,
            )
        elif known.owner is not None and known.owner is not owner:
            raise ResourceLocked(f"queue '{name}' is exclusive to another connection")
        elif known.arguments != arguments or known.auto_delete != auto_delete:
            raise PreconditionFailed(f"queue '{name}' has other arguments: {known.arguments}")
        known.used()
        return known

    def queue(self, name: str) -> Queue:
        """The queue of this name. Raises NotFound."""
        if name not in self.queues:
            raise NotFound(f"no queue '{name}'")
        return self.queues[name]

    def delete_queue(self, queue: Queue) -> None:
        """Forget a queue, its messages and its bindings; its consumers are told."""
        if self.queues.get(queue.name) is not queue:
            return
        del self.queues[queue.name]
        for exchange in list(self.exchanges.values()):
            for binding in [b for b in exchange.bindings if b[0] == queue.name]:
                self.unbind(*binding, exchange.name)
        queue.close()

    def bind(self, queue: str, routing_key: str, exchange: str) -> None:
        """Let messages of an exchange with this routing key (or pattern) reach a queue."""
        self.queue(queue)
        self._exchange(exchange).bindings[queue, routing_key] = None

    def unbind(self, queue: str, routing_key: str, exchange: str) -> None:
        """Undo a binding; an auto-delete exchange goes with its last one."""
        found = self._exchange(exchange)
        found.bindings.pop((queue, routing_key), None)
        if found.auto_delete and not found.bindings:
            self.delete_exchange(exchange)

    def publish(self, stored: Stored) -> Routed:
        """Route a message to its queues. Raises NotFound when its exchange is not there."""
        if stored.exchange:
            names = list(self._exchange(stored.exchange).matches(stored.routing_key))
        else:
            names = [stored.routing_key] if stored.routing_key in self.queues else []
        if not names:
            return Routed.UNROUTABLE
        queues = [self.queues[name] for name in names]
        if not all(queue.has_room() for queue in queues):
            return Routed.REFUSED
        for queue in queues:
            queue.put(replace(stored))
        return Routed.TAKEN

    def close(self) -> None:
        """Forget everything; no timer is left behind."""
        for queue in list(self.queues.values()):
            queue.close()
        self.queues.clear()
        self.exchanges.clear()

    def _exchange(self, name: str) -> Exchange:
        if name not in self.exchanges:
            raise NotFound(f"no exchange '{name}'")
        return self.exchanges[name]

    def _bury(self, queue: Queue, stored: Stored, reason: str) -> None:
        exchange = queue.arguments.get("x-dead-letter-exchange")
        if exchange is None:
            return
        dead, routing_key = bury(
            stored, queue.name, reason, queue.arguments.get("x-dead-letter-routing-key")
        )
        dead.exchange, dead.routing_key = exchange, routing_key
        if (exchange and exchange not in self.exchanges) or (
            self.publish(dead) is not Routed.TAKEN
        ):
            # RabbitMQ would drop it too, and count it
            log.error("dead letter had no queue", extra={"queue": queue.name, "reason": reason})


@cache
def _topic(pattern: str) -> re.Pattern[str]:
    """`*` is one word, `#` any number of words, none included."""
    words = [{"*": r"[^.]+", "#": r".*"}.get(word, re.escape(word)) for word in pattern.split(".")]
    joined = r"\.".join(words)
    return re.compile(joined.replace(r"\..*", r"(\..*)?").replace(r".*\.", r"(.*\.)?"))
