"""A door with TLS before a server of this machine that has none, as the broker of a test run.

`python tls_door.py FOLDER PORT` listens on a free port of loopback and tells it; what comes in by
TLS goes on to PORT. FOLDER has `certificate.pem` and `key.pem`.
"""

import asyncio
import ssl
import sys
from contextlib import suppress
from pathlib import Path

CHUNK = 65_536


async def serve(folder: Path, behind: int) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")

    async def enter(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", behind)
        await asyncio.gather(carry(reader, back), carry(there, writer))

    server = await asyncio.start_server(enter, "127.0.0.1", 0, ssl=context)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """From one side to the other until that side ends, or either breaks: then both are closed."""
    with suppress(OSError, ssl.SSLError):
        while chunk := await reader.read(CHUNK):
            writer.write(chunk)
            await writer.drain()
    writer.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
