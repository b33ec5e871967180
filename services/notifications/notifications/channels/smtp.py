"""A mail server, by SMTP: one connection for many mails, TLS and a password where set."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from notifications.channels import Mail, NotEver, NotKnown, NotNow
from notifications.channels.mail import as_bytes

PERMANENT = 500  # and above: the server will never take it
TAKEN = 250


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where, and as whom."""

    host: str
    port: int
    starttls: bool = False
    user: str | None = None
    password: str | None = None
    timeout_seconds: float = 30


class SmtpChannel:
    """Hands mails to a server, each with its own place in the conversation."""

    repeatable = False

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    @contextmanager
    def open(self) -> Iterator["Conversation"]:
        """A conversation, which connects at its first mail and again after a broken connection."""
        conversation = Conversation(self._server)
        try:
            yield conversation
        finally:
            conversation.close()


class Conversation:
    """One connection at a time."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, mail: Mail) -> None:
        """MAIL, RCPT and DATA. A connection lost after DATA leaves it open whether it was taken."""
        try:
            content = as_bytes(mail)
        except ValueError as error:
            raise NotEver(f"no mail: {error}") from error
        smtp = self._connected()
        try:
            self._expect(smtp.mail(mail.sender), for_good=False)  # ours to put right
            self._expect(smtp.rcpt(mail.recipient))
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise NotNow(f"the connection broke: {_told(error)}") from error
        try:
            self._expect(smtp.data(content))
        except smtplib.SMTPDataError as error:  # DATA itself was refused: nothing has been sent
            self._refused(error.smtp_code, _text(error.smtp_error), error)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise NotKnown(f"no answer to the mail: {_told(error)}") from error

    def close(self) -> None:
        """Part politely, if there is still somebody to part from."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        server = self._server
        smtp = None
        try:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
            if server.starttls:
                smtp.starttls(context=ssl.create_default_context())
            if server.user is not None:
                smtp.login(server.user, server.password or "")
            smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:  # ours to put right, not the mail's fault
            if smtp is not None:
                smtp.close()
            raise NotNow(f"{server.host}:{server.port}: {_told(error)}") from error
        self._smtp = smtp
        return smtp

    def _expect(self, answer: tuple[int, bytes], *, for_good: bool = True) -> None:
        code, told = answer
        if not TAKEN <= code < TAKEN + 10:
            self._refused(code, _text(told), None, for_good=for_good)

    def _refused(
        self, code: int, told: str, cause: Exception | None, *, for_good: bool = True
    ) -> None:
        """Make the connection ready for the next mail, and say whether to try this one again."""
        if code < 0:  # smtplib's word for a connection that is gone
            self._drop()
            raise NotNow("the connection is gone") from cause
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()
        if code >= PERMANENT and for_good:
            raise NotEver(f"{code} {told}") from cause
        raise NotNow(f"{code} {told}") from cause

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def _text(told: bytes | str) -> str:
    text = told if isinstance(told, str) else told.decode("utf-8", "replace")
    return text[:300]
