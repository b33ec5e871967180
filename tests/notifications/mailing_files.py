"""Files of mailings, on their way to the service and through it."""

import base64
import hashlib

from headship_contracts.files import PIECE_BYTES
from headship_contracts.notifications.mailings import (
    ApplyMailing,
    BeginMailing,
    ListMailingProblems,
    PutMailingPiece,
    ValidateMailing,
)
from kit.testing import call

HEADER = "Email address,Name,Heading,Text"
IDRIS = "idris@example.org,Idris Marshgate,Parking,The car park is closed."
SEREN = "seren@example.org,Seren Yarrowdale,Parking,The car park is open."


def put(office, mailing, content, number=0):
    return call(
        office.service,
        PutMailingPiece(
            mailing_id=mailing.mailing_id,
            number=number,
            content=base64.b64encode(content).decode(),
            sha256=hashlib.sha256(content).hexdigest(),
        ),
    )


def upload(office, *lines, key="parking", template="announcement", encoding="utf-8", **more):
    """A file that has come whole."""
    content = "\r\n".join(lines).encode(encoding)
    begin = BeginMailing(template=template, key=key, size=len(content), **more)
    mailing = call(office.service, begin)
    for number, at in enumerate(range(0, len(content), PIECE_BYTES)):
        put(office, mailing, content[at : at + PIECE_BYTES], number)
    return mailing


def validate(office, *lines, **more):
    mailing = upload(office, *lines, **more)
    return call(office.service, ValidateMailing(mailing_id=mailing.mailing_id))


def apply(office, *lines, mode="all_or_nothing", **more):
    mailing = upload(office, *lines, **more)
    return call(office.service, ApplyMailing(mailing_id=mailing.mailing_id, mode=mode))


def problems(office, mailing):
    found = call(office.service, ListMailingProblems(mailing_id=mailing.mailing_id)).items
    return [(one.row, one.field, one.code) for one in found]


def counts(mailing):
    return (mailing.rows, mailing.good, mailing.bad, mailing.unchanged, mailing.applied)


def bodies(office):
    return {m["to"]: (office.folder / m["file"]).read_text() for m in office.mails()}
