"""A mail in the form of the internet: plain text and HTML, and headers that no value can add to."""

from email.charset import QP, Charset
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime

from notifications.channels import Mail

LONGEST_LINE = 900
"""Bytes; a mail server may cut a line at 998."""

_WIRE = compat32.clone(linesep="\r\n")
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


def as_bytes(mail: Mail) -> bytes:
    """The mail as RFC 5322; the same mail gives the same bytes. Raises ValueError for an address
    that is not ASCII, and for a control character in a header.

    The older classes of `email` are used: the newer ones take six times as long.
    """
    email = MIMEMultipart("alternative", boundary=f"=_{mail.message_id}")
    email["Message-ID"] = _safe(mail.mail_id)
    email["Date"] = format_datetime(mail.at)
    email["From"] = _safe(mail.sender)
    email["To"] = _safe(mail.recipient)
    email["Subject"] = _subject(mail.subject)
    email["Auto-Submitted"] = "auto-generated"
    email["X-Headship-Template"] = _safe(mail.template)
    email.attach(_part(mail.plain, "plain"))
    email.attach(_part(mail.html, "html"))
    return email.as_bytes(policy=_WIRE)


def _safe(value: str) -> str:
    if not value.isprintable() or not value.isascii():
        raise ValueError(f"a header cannot hold {value!r}")
    return value


def _subject(value: str) -> str:
    if not value.isprintable():
        raise ValueError(f"a subject cannot hold {value!r}")
    return value if value.isascii() else Header(value, _UTF8, header_name="Subject").encode()


def _part(content: str, kind: str) -> MIMEText:
    plain = content.isascii() and max(map(len, content.splitlines()), default=0) <= LONGEST_LINE
    return MIMEText(content, kind, "us-ascii" if plain else _UTF8)  # type: ignore[arg-type]
