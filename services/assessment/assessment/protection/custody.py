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
from kit.personal.ending import as_revision, in_batches, staff_who_left, unheard_since
from kit.personal.holdings import Custody, Subject


def ended_before(tx: Transaction, before: datetime) -> Iterator[Subject]:
    """By the day of a passed result, by when enrolment told that it was over, or because it has
    told nothing for too long: a revision is the microsecond of a change."""
    revision = as_revision(before)
    passed = exists().where(
        Result.application_id == Application.application_id,
        Result.state == "passed",
        Result.released_at < before,
    )
    left = or_(
        Application.status.in_(("rejected", "removed")),
        Application.training_status == "withdrawn",
    )
    over = select(Application.application_id).where(
        or_(
            passed,
            and_(left, Application.revision < revision),
            and_(Application.status.is_not(None), Application.revision < unheard_since(before)),
        )
    )
    for rows in in_batches(tx, over, Application.application_id):
        yield Subject(application_ids=tuple(row.application_id for row in rows))
    yield from staff_who_left(tx, StaffMember, StaffMember.staff_id, before)


CUSTODY: Final = Custody(
    service="assessment",
    holdings=(*OF_PARTICIPANTS, *OF_STAFF),
    elsewhere={},
    ended_before=ended_before,
    ending="results",
    applications=(Application.application_id, Application.participant_id),
    documents=documents,
    piece=piece,
)
