"""Runs the ledger with a consumer that looks up from its wait for messages once in ten minutes."""

import kit.transport.patch  # noqa: F401  # isort: split
from kit import run
from kit.transport import queue_consumer

queue_consumer.IDLE_SECONDS = 600.0
run("ledger")
