"""A mail server, by SMTP: pooled connections, TLS and a password where set, one mail at a time.

Each mail has one recipient, so that a server that refuses one refuses nobody else.
"""

import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from weakref import WeakSet

from notifications.channels import (
    ChannelDown,
    Mail,
    NoPlace,
    NotEver,
    NotKnown,
    NotNow,
    Spent,
)
from notifications.channels.mail import as_bytes
from notifications.channels.smtp_replies import (
    TAKEN,
    has_sent_enough,
    is_about_us,
    is_bad_address,
    text_of,
    told,
)
from notifications.channels.smtp_server import SmtpServer, connect

GO_ON = 354
GONE = (-1, b"")
CLOSED = (-1, 421)
"""smtplib's word for a connection that is gone, and the server's."""

ASK_AGAIN = timedelta(hours=1)
"""After which a server that takes no more from us today is asked again: it does not say when."""

IDLE_SECONDS = 20.0
"""A connection that nobody used for so long is not trusted to be there still."""

_idle: dict[SmtpServer, list["Conversation"]] = {}
"""Connections between two rounds of sending, by server."""

_all: dict[SmtpServer, "WeakSet[Conversation]"] = {}
"""All conversations, by server."""


@dataclass(frozen=True)
class SmtpChannel:
    """Hands mails to a server, each place with a conversation of its own."""

    server: SmtpServer
    places: int = 1
    name: str = "smtp"
    repeatable: bool = False
    beside: bool = True

    @contextmanager
    def open(self) -> Iterator["Conversation"]:
        """A conversation, which connects at its first mail and again after a broken connection."""
        waiting = _idle.setdefault(self.server, [])
        conversation = waiting.pop() if waiting else Conversation(self.server)
        if conversation.idle_since < time.monotonic() - IDLE_SECONDS:
            conversation.close()
        try:
            yield conversation
        finally:
            conversation.idle_since = time.monotonic()
            waiting.append(conversation)


def close_idle() -> None:
    """Part from all servers."""
    for waiting in _idle.values():
        while waiting:
            waiting.pop().close()


@dataclass(eq=False)
class Conversation:
    """One connection at a time, and how many mails it has carried."""

    server: SmtpServer
    idle_since: float = field(default_factory=time.monotonic)
    _smtp: smtplib.SMTP | None = None
    _carried: int = 0
    _connecting: bool = False

    def __post_init__(self) -> None:
        _all.setdefault(self.server, WeakSet()).add(self)

    def hand_over(self, mail: Mail) -> None:
        """MAIL, RCPT and DATA. A connection lost after the last dot leaves open what became of it.

        Raises NotNow, NotEver or NotKnown.
        """
        smtp = self._connected()
        content = _written(mail, smtp)
        try:
            self._envelope(smtp, mail, content)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise NotNow(f"the connection broke: {told(error)}") from error
        self._carried += 1
        self._content(content)

    def close(self) -> None:
        """Part politely, if there is still somebody to part from."""
        if self._smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._smtp.quit()
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._carried >= self.server.mails_per_connection:
            self.close()
        if self._smtp is None:
            self._connecting = True
            try:
                self._smtp, self._carried = connect(self.server), 0
            except (smtplib.SMTPException, OSError) as error:  # ours to put right, not the mail's
                said = f"{self.server.host}:{self.server.port}: {told(error)}"
                raise (NoPlace(said) if self._others_talk() else ChannelDown(said)) from error
            finally:
                self._connecting = False
        return self._smtp

    def _others_talk(self) -> bool:
        """Whether the server is there for others: then it allows us no more connections."""
        others = [one for one in _all[self.server] if one is not self]
        return any(one._connecting or one._smtp is not None for one in others)

    def _envelope(self, smtp: smtplib.SMTP, mail: Mail, content: bytes) -> None:
        """Up to the server's word that it awaits the mail. A connection that is found dead, or has
        carried enough, is made anew.
        """
        sender = mail.bounces_to or mail.sender
        try:
            begun = smtp.mail(sender, _options(mail, smtp, content))
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            if not self._carried:
                raise
            begun = GONE
        if begun[0] in CLOSED and self._carried:
            self._drop()
            smtp = self._connected()
            begun = smtp.mail(sender, _options(mail, smtp, content))
        self._expect(begun, for_good=False)  # a sender that is refused is ours to put right
        self._expect(smtp.rcpt(mail.recipient if mail.wire is None else mail.wire))
        code, answer = smtp.docmd("DATA")
        if code != GO_ON:
            self._refused(code, answer, of_recipient=False)

    def _content(self, content: bytes) -> None:
        """The mail, then the dot that ends it: without it no server takes what it has read."""
        smtp = self._smtp
        assert smtp is not None
        try:
            smtp.send(content)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise NotNow(f"the mail was not read to its end: {told(error)}") from error
        try:
            smtp.sock.settimeout(self.server.answer_seconds)
            smtp.send(b".\r\n")
            code, answer = smtp.getreply()
            smtp.sock.settimeout(self.server.timeout_seconds)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise NotKnown(f"no answer to the mail: {told(error)}") from error
        if code == -1:
            self._drop()
            raise NotKnown("no answer to the mail: the connection is gone")
        if not _is_yes(code):
            self._refused(code, answer, of_recipient=False)

    def _expect(self, answer: tuple[int, bytes], *, for_good: bool = True) -> None:
        code, words = answer
        if not _is_yes(code):
            self._refused(code, words, of_recipient=True, for_good=for_good)

    def _refused(
        self, code: int, words: bytes, *, of_recipient: bool, for_good: bool = True
    ) -> None:
        """Make the connection ready for the next mail, and say whether to try this one again."""
        if code in CLOSED:
            self._drop()
            raise NotNow(f"{code} {text_of(words)}" if code > 0 else "the connection is gone")
        if self._smtp is not None:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self._drop()
        reason = f"{code} {text_of(words)}"
        if has_sent_enough(reason):
            raise Spent(reason, datetime.now(UTC) + ASK_AGAIN)
        if code >= 500 and for_good and not (of_recipient and is_about_us(reason)):
            raise NotEver(reason, bad_address=is_bad_address(code, reason, of_recipient))
        raise NotNow(reason)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def _is_yes(code: int) -> bool:
    return TAKEN <= code < TAKEN + 10


def _written(mail: Mail, smtp: smtplib.SMTP) -> bytes:
    """The mail, dots doubled at the beginning of lines. Raises NotEver for what this server cannot
    take.
    """
    in_unicode = mail.wire is None and not mail.recipient.isascii()
    if in_unicode and not smtp.has_extn("smtputf8"):
        raise NotEver("the address needs a mail server that speaks SMTPUTF8")
    try:
        content = as_bytes(mail)
    except ValueError as error:
        raise NotEver(f"no mail: {error}") from error
    most = smtp.esmtp_features.get("size", "")
    if most.isdecimal() and 0 < int(most) < len(content):
        raise NotEver(f"{len(content)} bytes; the mail server takes {most}")
    return content.replace(b"\r\n.", b"\r\n..")


def _options(mail: Mail, smtp: smtplib.SMTP, content: bytes) -> list[str]:
    options = [f"SIZE={len(content)}"] if smtp.has_extn("size") else []
    if mail.wire is None and not mail.recipient.isascii():
        smtp.command_encoding = "utf-8"
        return [*options, "SMTPUTF8", "BODY=8BITMIME"]
    return options
