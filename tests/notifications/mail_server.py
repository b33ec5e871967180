"""A mail server of the tests' own, which hangs up on everybody before it stops.

`aiosmtpd`'s controller stops its loop with connections half closed. Their sockets are then left
to the garbage collector, which warns in whatever test runs by then.
"""

import asyncio
import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer(Controller):
    """Takes mail on a free port of loopback, for `mailbox` (a handler of aiosmtpd)."""

    def __init__(self, mailbox, **options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        super().__init__(mailbox, hostname="127.0.0.1", port=port, **options)
        self._connections = {}  # by socket, with the transport beneath any TLS

    def factory(self):
        return _Session(self._connections, self.handler, **self.SMTP_kwargs)

    def stop(self, no_assert=False):
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(timeout=30)
        super().stop(no_assert)

    async def _hang_up(self):
        for transport in self._connections.values():
            transport.abort()
        while any(connection.fileno() != -1 for connection in self._connections):
            await asyncio.sleep(0)


class _Session(SMTP):
    """One connection, noted in `connections` when it is made."""

    def __init__(self, connections, *args, **options):
        super().__init__(*args, **options)
        self._connections = connections

    def connection_made(self, transport):
        self._connections.setdefault(transport.get_extra_info("socket"), transport)
        super().connection_made(transport)
