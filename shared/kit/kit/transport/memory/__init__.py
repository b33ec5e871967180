"""The embedded transport: RabbitMQ's behaviour inside one process, for trying out and for tests.

kombu's own in-memory transport polls, and has no confirms, returns, dead letters or fanout that
behave as RabbitMQ's. This one is event-driven and does. It lives in one OS thread: a real thread
must not publish. Messages die with the process; the outbox has them still.
"""

from kit.transport.memory.transport import close

__all__ = ["close"]
