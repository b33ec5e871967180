"""Messages that somebody orders: once for each key, with files that may go along."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from pathlib import PurePath

from sqlalchemy import select

from headship_contracts.errors import Conflict, Invalid, Refused
from headship_contracts.notifications.messages import Attached, MessageRecord, SendMessage
from kit import Transaction
from notifications import schemas
from notifications.digests import DIGESTS
from notifications.domain.addresses import BadAddress, read_address
from notifications.domain.placeholders import MissingValues, key_of
from notifications.domain.templates import Template
from notifications.domain.values import Value
from notifications.models import Attachment, Message
from notifications.queueing import Wanted, queue, write
from notifications.settings import NotificationsSettings
from notifications.wordings import catalogue

MOST_BYTES = 700_000
"""Of all files of a message: in base64 they fit into one request."""

TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "ics": "text/calendar",
    "jpg": "image/jpeg",
    "json": "application/json",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sent(tx: Transaction, request: SendMessage, settings: NotificationsSettings) -> MessageRecord:
    """Queue a message, or give back the first of its key. Raises Conflict `key_reused`, Invalid,
    Refused `no_attachments`.
    """
    if request.attachments and settings.mail_channel == "notify":
        raise Refused("no_attachments", "GOV.UK Notify carries no files of ours")
    wanted = _wanted(request)
    files = _files(request.attachments)
    _check(tx, wanted)
    queue(tx, wanted, due_at=request.due_at)
    is_new = wanted.business_key in write(tx)
    found = select(Message).where(Message.business_key == wanted.business_key).with_for_update()
    message = tx.scalars(found).one()
    body_hash = wanted.body_hash(str(request.due_at), *(one.sha256 for one in files))
    if is_new:
        message.body_hash = body_hash
        for file in files:
            file.message_id = message.message_id
        tx.add_all(files)
        tx.flush()
    elif message.body_hash != body_hash or not _is_about(message, wanted):
        told = f"{wanted.business_key} is message {message.message_id}, which says something else"
        raise Conflict("key_reused", told)
    return schemas.message(message)


def _is_about(message: Message, wanted: Wanted) -> bool:
    # not in the hash: it would be another one than the former release has kept
    return (message.session_id, message.window_id) == (wanted.session_id, wanted.window_id)


def _wanted(request: SendMessage) -> Wanted:
    if (request.person_id is None) == (request.to_address is None):
        raise Invalid("one_recipient", "give a person_id or a to_address")
    if request.to_address is not None:
        try:
            read_address(request.to_address)
        except BadAddress as error:
            raise Invalid("not_an_address", str(error), {"to_address": [str(error)]}) from error
    values: dict[str, Value | None] = {
        value.key: value.texts[0] if len(value.texts) == 1 else value.texts
        for value in request.values
    }
    return Wanted(
        template=request.template,
        key=request.key,
        values=values,
        person_id=request.person_id,
        to_address=request.to_address,
        to_name=request.to_name,
        application_id=request.application_id,
        session_id=request.session_id,
        window_id=request.window_id,
    )


def _check(tx: Transaction, wanted: Wanted) -> None:
    """Raises Invalid, naming each missing value; of the name and course nothing may be missing."""
    template = orderable(tx, wanted.template)
    missing = missing_in(template, wanted)
    if missing:
        raise Invalid(
            "missing_values",
            f"{template.name} needs more",
            {f"values.{key_of(key)}": ["has no value"] for key in missing},
        ) from MissingValues(missing)


def orderable(tx: Transaction, name: str) -> Template:
    """A template that somebody may send. Raises NotFound `template_not_found`, Invalid."""
    template = catalogue(tx).in_use(name)
    if template.name in DIGESTS:
        told = f"{name} tells what has waited for the evening; it is made of that alone"
        raise Invalid("made_of_what_waits", told, {"template": [told]})
    return template


def missing_in(template: Template, wanted: Wanted) -> list[str]:
    """The placeholders that have no value, and will have none when it is sent."""
    given = dict(wanted.values)
    if wanted.person_id is None and wanted.to_name:
        given["name"] = wanted.to_name
    found_later = {"provider"}
    if wanted.person_id is not None:
        found_later.add("name")
    if wanted.application_id is not None:
        found_later.add("course")
    if wanted.application_id is not None or template.link == "marking":
        found_later |= set(template.given_when_sent)
    known = {key_of(key) for key, value in given.items() if value is not None} | found_later
    return [key for key in template.keys if key_of(key) not in known]


def _files(attachments: list[Attached]) -> list[Attachment]:
    files = []
    problems: dict[str, list[str]] = {}
    for position, one in enumerate(attachments):
        try:
            files.append(_file(position, one))
        except ValueError as error:
            problems[f"attachments.{position}"] = [str(error)]
    together = sum(len(file.content) for file in files)
    if together > MOST_BYTES:
        problems["attachments"] = [f"{together} bytes together; {MOST_BYTES} are the most"]
    if problems:
        raise Invalid("attachments_invalid", "files cannot go along", problems)
    return files


def _file(position: int, one: Attached) -> Attachment:
    name = one.name.strip()
    ending = PurePath(name).suffix.lower().lstrip(".")
    if not name.isprintable() or "/" in name or "\\" in name:
        raise ValueError(f"{name!r} is no file's name")
    if ending not in TYPES:
        raise ValueError(f"{name!r} must end in {', '.join(TYPES)}")
    try:
        content = base64.b64decode(one.content, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{name!r} is not base64: {error}") from error
    if not content:
        raise ValueError(f"{name!r} is empty")
    return Attachment(
        position=position,
        name=name,
        content_type=TYPES[ending],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )
