"""A mail in the form of the internet: plain text and HTML, and headers that no value can add to.

It is ready for DKIM: each header once and in one order, From of the domain in Message-ID, lines of
less than 998 bytes that end with CRLF, nothing that a relay has to put into another form.
"""

from email.charset import QP, Charset
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr

from notifications.channels import File, Mail

LONGEST_LINE = 900
"""Bytes; a mail server may cut a line at 998."""

_WIRE = compat32.clone(linesep="\r\n", max_line_length=LONGEST_LINE)
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


def as_bytes(mail: Mail) -> bytes:
    """The mail as RFC 5322; the same mail gives the same bytes. An address that is not ASCII stands
    in it as it is (RFC 6532). Raises ValueError for a control character in a header.

    The older classes of `email` are used: the newer ones take six times as long.
    """
    body = _body(mail)
    for name, value in _headers(mail):
        body[name] = value
    content = body.as_bytes(policy=_WIRE)
    to = mail.recipient if mail.wire is None else mail.wire
    head, gap, rest = content.partition(b"\r\n\r\n")
    return b"To: " + _safe(to, ascii_only=False).encode() + b"\r\n" + head + gap + rest


def _headers(mail: Mail) -> list[tuple[str, str]]:
    sender = _safe(mail.sender)
    headers = [
        ("Message-ID", _safe(mail.mail_id)),
        ("Date", format_datetime(mail.at)),
        (
            "From",
            formataddr((_printable(mail.sender_name), sender)) if mail.sender_name else sender,
        ),
        ("Subject", _subject(mail.subject)),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("X-Headship-Template", _safe(mail.template)),
    ]
    if mail.unsubscribe_url is not None:
        headers.append(("List-Unsubscribe", f"<{_safe(mail.unsubscribe_url)}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _body(mail: Mail) -> MIMEBase:
    written = MIMEMultipart("alternative", boundary=f"=_{mail.message_id}")
    written.attach(_part(mail.plain, "plain"))
    written.attach(_part(mail.html, "html"))
    if not mail.files:
        return written
    whole = MIMEMultipart("mixed", boundary=f"=_files_{mail.message_id}")
    whole.attach(written)
    for file in mail.files:
        whole.attach(_file(file))
    return whole


def _file(file: File) -> MIMEBase:
    _kind, _, subtype = _safe(file.content_type).partition("/")
    part = MIMEApplication(file.content, subtype or "octet-stream")
    part.replace_header("Content-Type", file.content_type)
    name = _printable(file.name)
    if name.isascii():
        part.add_header("Content-Disposition", "attachment", filename=name)
    else:
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _safe(value: str, *, ascii_only: bool = True) -> str:
    if not value.isprintable() or (ascii_only and not value.isascii()):
        raise ValueError(f"a header cannot hold {value!r}")
    return value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError(f"a header cannot hold {value!r}")
    return value


def _subject(value: str) -> str:
    if not value.isprintable():
        raise ValueError(f"a subject cannot hold {value!r}")
    return value if value.isascii() else Header(value, _UTF8, header_name="Subject").encode()


def _part(content: str, kind: str) -> MIMEText:
    plain = content.isascii() and max(map(len, content.splitlines()), default=0) <= LONGEST_LINE
    return MIMEText(content, kind, "us-ascii" if plain else _UTF8)  # type: ignore[arg-type]
