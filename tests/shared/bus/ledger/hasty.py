"""Runs the ledger with a publisher that waits half a second for the broker's answer."""

import kit.transport.patch  # noqa: F401  # isort: split
from kit import run
from kit.transport import publisher

publisher.CONFIRM_SECONDS = 0.5
run("ledger")
