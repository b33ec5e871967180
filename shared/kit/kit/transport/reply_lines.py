"""A line for replies to each hub.

The broker ends the connection by which a reply goes to a made-up address, and whatever else is on
its way there is lost. So whoever makes one up loses their own replies, and nobody else's.
"""

import time
from functools import partial
from typing import Final
from uuid import UUID

from kit.transport.rpc_line import Line

REST_SECONDS: Final = 60.0
"""A line is closed when nothing has gone over it for so long."""

QUIET_SECONDS: Final = 1.0
"""How long a hub gets no reply after an address of its own making: each costs a connection."""

MADE_UP: Final = "InternalError"
"""AMQP's 541, with which the broker answers such an address."""


class ReplyLines:
    """The lines of one service, opened when first used. Whoever is no hub shares one."""

    def __init__(self, amqp_uri: str) -> None:
        self._uri = amqp_uri
        self._lines: dict[UUID | None, Line] = {}
        self._used: dict[UUID | None, float] = {}
        self._quiet: dict[UUID | None, float] = {}

    def of(self, hub: UUID | None) -> Line | None:
        """The hub's line; None while it gets no reply."""
        now = time.monotonic()
        if now < self._quiet.get(hub, 0.0):
            return None
        self._used[hub] = now
        if hub not in self._lines:
            self._lines[hub] = Line(self._uri, lost=partial(self._lost, hub))
        return self._lines[hub]

    def close_rested(self, after: float = REST_SECONDS) -> None:
        """Close the lines that have not been used for so many seconds. One at which somebody still
        waits they would open again, and nobody would close it any more."""
        now = time.monotonic()
        for hub, used in list(self._used.items()):
            if now - used >= after and not self._lines[hub].busy:
                del self._used[hub]
                self._quiet.pop(hub, None)
                self._lines.pop(hub).close()

    def _lost(self, hub: UUID | None, reason: str) -> None:
        if reason == MADE_UP:
            self._quiet[hub] = time.monotonic() + QUIET_SECONDS
