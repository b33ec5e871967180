"""All that assessment holds about people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import and_, exists, or_, select

from assessment.models import (
    Application,
    Result,
    StaffMember,
)
from assessment.protection.files import documents, piece
from assessment.protection.markers import OF_STAFF
from assessment.protection.participants import OF_PARTICIPANTS
from kit import Transaction
from kit.personal.holdings import Custody, Subject

AT_ONCE: Final = 200


def ended_before(tx: Transaction, before: datetime) -> Iterator[Subject]:
    """By the day of a passed result, or by when enrolment told that it was over: a revision is the
    microsecond of a change."""
    revision = int(before.timestamp() * 1_000_000)
    passed = exists().where(
        Result.application_id == Application.application_id,
        Result.state == "passed",
        Result.released_at < before,
    )
    left = or_(
        Application.status.in_(("rejected", "removed")),
        Application.training_status == "withdrawn",
    )
    last = None
    while True:
        wanted = select(Application.application_id).where(
            or_(passed, and_(left, Application.revision < revision))
        )
        if last is not None:
            wanted = wanted.where(Application.application_id > last)
        ids = wanted.order_by(Application.application_id).limit(AT_ONCE)
        found = tx.scalars(ids).all()
        if not found:
            break
        last = found[-1]
        yield Subject(application_ids=tuple(found))
    gone = select(StaffMember.staff_id).where(
        StaffMember.active.is_(False), StaffMember.revision < revision
    )
    staff = tuple(tx.scalars(gone))
    if staff:
        yield Subject(staff)


CUSTODY: Final = Custody(
    service="assessment",
    holdings=(*OF_PARTICIPANTS, *OF_STAFF),
    elsewhere={},
    ended_before=ended_before,
    documents=documents,
    piece=piece,
)
