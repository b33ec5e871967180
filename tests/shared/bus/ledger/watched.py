"""Runs the ledger with a consumer whose broker wants to hear of it every other second."""

import kit.transport.patch  # noqa: F401  # isort: split
from kit import run
from kit.transport import queue_consumer

queue_consumer.HEARTBEAT_SECONDS = 2
queue_consumer.IDLE_SECONDS = 0.7
run("ledger")
