"""Mail that comes back: delivery reports (RFC 3464, or qmail's own), and complaints (RFC 5965).

A report names its message by the address that it came to (VERP), or by the Message-ID of the mail
that it returns. What is no report, such as an answer by somebody who is away, says nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from uuid import UUID

from notifications.domain.blame import ENHANCED, by_code, by_words
from notifications.domain.statuses import Status
from notifications.domain.wording import in_a_line

LONGEST = 2_000_000
"""Bytes; a longer mail is no report."""

_VERP = re.compile(r"\+([0-9a-f]{32})@", re.IGNORECASE)
_OUR_ID = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@", re.IGNORECASE)
_SAID = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3} [^\r\n]+")
_BELOW_RECIPIENT = re.compile(
    r"^ {2}\S+@\S+[^\r\n]*\r?\n((?: {4,}[^\r\n]+(?:\r?\n|$))+)", re.MULTILINE
)
_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_OF_RECIPIENT = re.compile(r"\s*<[^<>]*>:")
_QMAIL = "Hi. This is the"
_BREAK = re.compile(r"\n\s*\n-")
"""What follows is the mail that returns."""


@dataclass(frozen=True)
class Report:
    """What a mail that came back says of one of ours.

    `complaint`: its reader does not want such mail. `bad_address`: nothing will ever arrive there.
    """

    message_id: UUID
    status: Status | None
    reason: str
    bad_address: bool = False
    complaint: bool = False


def read_report(content: bytes, came_to: str | None = None) -> Report | None:
    """The report in a mail, as its file has it; None: it is none, or of no mail of ours."""
    if len(content) > LONGEST:
        return None
    try:
        mail = message_from_bytes(content, policy=policy.compat32)
        message_id = _about(mail, content, came_to)
        if message_id is None:
            return None
        return (
            _delivery(mail, message_id)
            or _complaint(mail, message_id)
            or _returned_by_qmail(mail, message_id)
        )
    except (LookupError, ValueError, UnicodeError, AttributeError, TypeError):
        return None  # of mails that strangers send, not all can be read


def _about(mail: Message, content: bytes, came_to: str | None) -> UUID | None:
    addresses = [(came_to or "").replace(" ", "+")]  # which a query says of a bare plus sign
    addresses += [str(value) for name in _TO for value in mail.get_all(name, [])]
    for address in addresses:
        if found := _VERP.search(address):
            return UUID(found[1])
    for part in _parts(mail, "message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
        if found := _OUR_ID.search(_text(part)):
            return UUID(found[1])
    if _qmail_s_words(mail) and (found := _OUR_ID.search(str(mail.get_payload()))):
        return UUID(found[1])
    return None


def _delivery(mail: Message, message_id: UUID) -> Report | None:
    """The first of its recipients that says something of the mail's end."""
    for part in _parts(mail, "message/delivery-status", "message/global-delivery-status"):
        for fields in _blocks(part):
            action = str(fields.get("Action", "")).strip().lower().split(" ")[0]
            code = str(fields.get("Status", "")).strip()
            said = in_a_line(f"{code} {_diagnosis(fields) or _in_its_text(mail)}")
            if action == "delivered":
                return Report(message_id, Status.DELIVERED, said)
            if action == "failed":
                return _failed(message_id, said)
            if action in ("delayed", "relayed", "expanded"):
                return Report(message_id, None, f"{action} {said}".strip())
    return None


def _failed(message_id: UUID, said: str) -> Report:
    found = ENHANCED.search(said)
    if found is not None and found[1] == "4":
        return Report(message_id, Status.TEMPORARY_FAILURE, said)
    told = by_code(said)
    bad = by_words(said) if told is None else told
    return Report(message_id, Status.PERMANENT_FAILURE, said, bad_address=bad)


def _returned_by_qmail(mail: Message, message_id: UUID) -> Report | None:
    """QSBMF: words for people, in which a paragraph begins with each recipient, then the mail."""
    words = _qmail_s_words(mail)
    for paragraph in re.split(r"\n\s*\n", words):
        if (begin := _OF_RECIPIENT.match(paragraph)) is not None:
            said = in_a_line(paragraph[begin.end() :])
            codes = [found[0] for found in ENHANCED.finditer(said)]  # its own comes last
            return _failed(message_id, f"{codes[-1]} {said}" if codes else said)
    return None


def _qmail_s_words(mail: Message) -> str:
    text = "" if mail.is_multipart() else str(mail.get_payload()).replace("\r\n", "\n").lstrip()
    return _BREAK.split(text, maxsplit=1)[0] if text.startswith(_QMAIL) else ""


def _diagnosis(fields: Message) -> str:
    told = str(fields.get("Diagnostic-Code", ""))
    kind, semicolon, words = told.partition(";")
    return words if semicolon else kind


def _in_its_text(mail: Message) -> str:
    """Exim tells why it takes nothing itself only in the words for people: below the recipient."""
    for part in _parts(mail, "text/plain"):
        told = str(part.get_payload())
        if found := _SAID.search(told) or _BELOW_RECIPIENT.search(told):
            return found[found.lastindex or 0]
    return ""


def _complaint(mail: Message, message_id: UUID) -> Report | None:
    for _part in _parts(mail, "message/feedback-report"):
        return Report(message_id, None, "complaint", complaint=True)
    return None


def _blocks(part: Message) -> Iterator[Message]:
    """The groups of fields in a delivery status: of the mail, then of each recipient."""
    payload = part.get_payload()
    if isinstance(payload, list):
        yield from (inner for inner in payload if isinstance(inner, Message))
    else:
        for block in re.split(r"\n\s*\n", str(payload).replace("\r\n", "\n")):
            yield message_from_bytes(block.encode(), policy=policy.compat32)


def _parts(mail: Message, *kinds: str) -> Iterator[Message]:
    for part in mail.walk():
        if part.get_content_type() in kinds:
            yield part


def _text(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        inner = [one for one in payload if isinstance(one, Message)]
        return "\n".join(f"{name}: {value}" for one in inner for name, value in one.items())
    return str(payload)
