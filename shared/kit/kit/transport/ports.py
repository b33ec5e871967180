"""Listening on a port, with an error that names the setting when it is taken."""

import errno
import socket
from typing import Any

from kit.tls import ServerCertificate

PENDING_CONNECTIONS = 128


class PortTaken(Exception):
    """Another process listens there already."""

    def __init__(self, setting: str, port: int, reason: str) -> None:
        super().__init__(f"{setting}: cannot listen on port {port}: {reason}")


def listen(setting: str, port: int) -> socket.socket:
    """A socket that listens on `port` of all addresses. Raises PortTaken.

    Not eventlet.listen, which shares the port with whoever holds it already.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("0.0.0.0", port))  # nosec B104 # pods are reached from outside
        listening.listen(PENDING_CONNECTIONS)
    except OSError as error:
        listening.close()
        reason = "it is in use" if error.errno == errno.EADDRINUSE else str(error.strerror)
        raise PortTaken(setting, port, reason) from error
    return listening


def showing(certificate: ServerCertificate | None, listening: socket.socket) -> Any:
    """The socket that listens, or one that speaks TLS with whom it accepts."""
    return listening if certificate is None else _Showing(certificate, listening)


class _Showing:
    """Accepts, and shows the certificate as it is at that moment. Who connects and then says
    nothing must not keep others waiting: hands are shaken by whoever serves the connection."""

    def __init__(self, certificate: ServerCertificate, listening: socket.socket) -> None:
        self._certificate, self._listening = certificate, listening

    def accept(self) -> tuple[Any, Any]:
        while True:
            client, address = self._listening.accept()
            try:
                secured = self._certificate.context().wrap_socket(
                    client, server_side=True, do_handshake_on_connect=False
                )
            except OSError:  # who has hung up already must not end the listening
                client.close()
                continue
            return secured, address

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listening, name)
