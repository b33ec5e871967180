"""A mail server that takes everything, and writes the Message-ID of each mail into a file before it
says so: `python -m bench.notifications.mailbox PORT FILE`.
"""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]{36})@", re.MULTILINE | re.IGNORECASE)
LINE = 37
"""Bytes in the file for each mail."""


class Mailbox:
    def __init__(self, file: Path) -> None:
        self._file = file.open("ab", buffering=0)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        found = MESSAGE_ID.search(envelope.content)
        self._file.write((found[1] if found else b"?" * 36) + b"\n")
        return "250 taken"


async def serve(port: int, file: Path) -> None:
    """Until the process is ended."""
    mailbox = Mailbox(file)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="localhost", loop=loop), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
