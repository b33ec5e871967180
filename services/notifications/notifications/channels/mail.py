"""A mail in the form of the internet: plain text and HTML, and headers that no value can add to.

It is ready for DKIM: each header once and in one order, From of the domain in Message-ID, lines of
less than 998 bytes that end with CRLF, nothing that a relay has to put into another form.
"""

import re
from email.charset import QP, Charset
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from functools import cache

from notifications.channels import File, Mail

LONGEST_LINE = 900
"""Bytes; a mail server may cut a line at 998."""

_WIRE = compat32.clone(linesep="\r\n", max_line_length=LONGEST_LINE)
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP


_NEWLINE = re.compile(r"\r\n|\r|\n")  # as `email` reads them

_BOUNDARY, _PLAIN, _HTML = "=_boundary", "plain-text", "html-text"
"""What stands in a form where each mail has its own."""


def as_bytes(mail: Mail) -> bytes:
    """The mail as RFC 5322; the same mail gives the same bytes. An address that is not ASCII stands
    in it as it is (RFC 6532). Raises ValueError for a control character in a header.

    The older classes of `email` are used, the newer ones take six times as long; and even so they
    write the same form again and again, which would be most of what it costs to send a mail.
    """
    to = _safe(mail.recipient if mail.wire is None else mail.wire, ascii_only=False)
    head = [f"To: {to}\r\n".encode(), *(_line(name, value) for name, value in _headers(mail))]
    return b"".join(head) + (_body_with_files(mail) if mail.files else _body(mail))


def _line(name: str, value: str) -> bytes:
    """A header as `email` writes it."""
    if len(name) + len(value) < LONGEST_LINE and "\n" not in value:
        return f"{name}: {value}\r\n".encode("ascii")
    return _WIRE.fold_binary(name, value)


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


def _body(mail: Mail) -> bytes:
    """Text and HTML in the form that such mails have, from its Content-Type on."""
    fits = _fits_as_it_is(mail.plain), _fits_as_it_is(mail.html)
    contents = _encoded(mail.plain, fits[0]), _encoded(mail.html, fits[1]), b""
    boundary, its = _BOUNDARY.encode(), f"=_{mail.message_id}".encode("ascii")
    pieces = zip(_form(*fits), contents, strict=True)
    return b"".join(
        part for form, content in pieces for part in (form.replace(boundary, its), content)
    )


@cache
def _form(plain_fits: bool, html_fits: bool) -> list[bytes]:
    """What stands before, between and behind the two texts."""
    whole = _alternative(
        _BOUNDARY, _part(_PLAIN, "plain", plain_fits), _part(_HTML, "html", html_fits)
    )
    before, between = whole.as_bytes(policy=_WIRE).split(_PLAIN.encode())
    return [before, *between.split(_HTML.encode())]


def _encoded(content: str, fits: bool) -> bytes:
    """A text's content as `email` writes it."""
    written = content if fits else _UTF8.body_encode(content)
    return "\r\n".join(_NEWLINE.split(written)).encode("ascii")


def _body_with_files(mail: Mail) -> bytes:
    parts = ((mail.plain, "plain"), (mail.html, "html"))
    written = [_part(content, kind, _fits_as_it_is(content)) for content, kind in parts]
    whole = MIMEMultipart("mixed", boundary=f"=_files_{mail.message_id}")
    whole.attach(_alternative(f"=_{mail.message_id}", *written))
    for file in mail.files:
        whole.attach(_file(file))
    return whole.as_bytes(policy=_WIRE)


def _alternative(boundary: str, *parts: MIMEText) -> MIMEMultipart:
    return MIMEMultipart("alternative", boundary, parts)


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


def _fits_as_it_is(content: str) -> bool:
    return content.isascii() and max(map(len, content.splitlines()), default=0) <= LONGEST_LINE


def _part(content: str, kind: str, fits: bool) -> MIMEText:
    return MIMEText(content, kind, "us-ascii" if fits else _UTF8)  # type: ignore[arg-type]
