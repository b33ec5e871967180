"""A mail server as a provider's: TLS by STARTTLS, then a login, then mail, kept in a folder.

`python mail_drop.py FOLDER` listens on a free port of loopback and tells it; FOLDER has
`certificate.pem`, `key.pem` and `password`, and gets a file `N.eml` for each mail.
"""

import asyncio
import ssl
import sys
from itertools import count
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope


class Drop:
    """Keeps what it is given."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = count(1)

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:
        (self._folder / f"{next(self._number)}.eml").write_bytes(envelope.content or b"")  # type: ignore[arg-type]
        return "250 kept"


async def serve(folder: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    password = (folder / "password").read_bytes()

    def authenticate(_server: Any, _session: Any, _envelope: Any, _how: str, login: Any) -> Any:
        return AuthResult(success=login.password == password)

    drop = Drop(folder)

    def session() -> SMTP:
        return SMTP(
            drop,
            hostname="localhost",
            tls_context=context,
            require_starttls=True,
            authenticator=authenticate,
            auth_required=True,
        )

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
