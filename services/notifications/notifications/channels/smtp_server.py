"""Where a mail server is, and connecting to it: TLS that is checked, and a password only by TLS."""

import smtplib
import socket
import ssl
from dataclasses import dataclass, field

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where, and as whom. `implicit_tls`: TLS from the first byte, as on port 465. `helo_name`: for
    servers that want a name of the internet's, which a container has not. `answer_seconds`: how
    long it may take until it says that it has taken a mail, which some look through by then; for
    all else it has `timeout_seconds`.
    """

    host: str
    port: int
    starttls: bool = False
    implicit_tls: bool = False
    ca_file: str | None = None
    helo_name: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_seconds: float = 30
    answer_seconds: float = 120
    mails_per_connection: int = 100


def connect(server: SmtpServer) -> smtplib.SMTP:
    """A connection on which mails can be sent. Raises SMTPException or OSError."""
    smtp = _greeted(server)
    try:
        # a mail and the dot behind it are sent apart, and the system would keep the dot back until
        # the server has acknowledged the mail, which servers put off for 40 ms
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if server.starttls:
            smtp.starttls(context=_trust(server))
        if server.user is not None:
            _log_in(smtp, server)
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greeted(server: SmtpServer) -> smtplib.SMTP:
    if server.implicit_tls:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            server.helo_name,
            timeout=server.timeout_seconds,
            context=_trust(server),
        )
    return smtplib.SMTP(server.host, server.port, server.helo_name, timeout=server.timeout_seconds)


def _log_in(smtp: smtplib.SMTP, server: SmtpServer) -> None:
    encrypted = server.starttls or server.implicit_tls or server.host in LOOPBACK
    if not encrypted:
        raise smtplib.SMTPException("a password is sent by TLS only: set SMTP_STARTTLS")
    smtp.login(server.user or "", server.password or "")


def _trust(server: SmtpServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca_file)
