"""Likely duplicates: suggested to a person, and never merged by themselves."""

from collections import defaultdict
from uuid import UUID

from sqlalchemy import insert, or_, select

from enrolment.domain.duplicates import Someone, likely
from enrolment.domain.revisions import check_revision
from enrolment.models import Application, LikelyDuplicate, Participant
from headship_contracts.enrolment.admissions import (
    DismissLikelyDuplicate,
    DuplicatePage,
    DuplicateRecord,
    DuplicatesFound,
    ListLikelyDuplicates,
)
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page

AT_ONCE = 1_000


def find(tx: Transaction) -> DuplicatesFound:
    """Suggest what is not known yet; what was dismissed stays so."""
    people = _people(tx)
    known = {
        (row.first_id, row.second_id)
        for row in tx.execute(select(LikelyDuplicate.first_id, LikelyDuplicate.second_id))
    }
    fresh = [
        {
            "first_id": pair.first,
            "second_id": pair.second,
            "score": pair.score,
            "because": pair.because,
            "state": "suggested",
            "found_at": tx.at,
            "revision": tx.next_revision(None),
        }
        for pair in likely(people)
        if (pair.first, pair.second) not in known
    ]
    for begin in range(0, len(fresh), AT_ONCE):
        tx.execute(insert(LikelyDuplicate), fresh[begin : begin + AT_ONCE])
    return DuplicatesFound(compared=len(people), suggested=len(fresh))


def list_pairs(tx: Transaction, request: ListLikelyDuplicates) -> DuplicatePage:
    """Longest known first."""
    wanted = select(LikelyDuplicate)
    if request.state is not None:
        wanted = wanted.where(LikelyDuplicate.state == request.state)
    if request.participant_id is not None:
        one = request.participant_id
        either = or_(LikelyDuplicate.first_id == one, LikelyDuplicate.second_id == one)
        wanted = wanted.where(either)
    keys = (LikelyDuplicate.found_at, LikelyDuplicate.first_id, LikelyDuplicate.second_id)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    return DuplicatePage(items=[_record(pair) for pair in found], next_cursor=cursor)


def dismiss(tx: Transaction, request: DismissLikelyDuplicate) -> DuplicateRecord:
    """They are two people."""
    first, second = request.first_participant_id, request.second_participant_id
    if first.hex > second.hex:
        first, second = second, first
    found = tx.get(LikelyDuplicate, (first, second), with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("pair_not_found", f"{first} and {second} are no likely duplicates")
    check_revision(found.revision, request.if_revision)
    if found.state != "dismissed":
        found.state, found.reason, found.decided_by = "dismissed", request.reason, tx.caller.name
        found.revision = tx.next_revision(found.revision)
    return _record(found)


def _people(tx: Transaction) -> list[Someone]:
    schools: dict[UUID, set[str]] = defaultdict(set)
    of_schools = select(Application.participant_id, Application.school_urn).where(
        Application.school_urn.is_not(None), Application.status != "removed"
    )
    for row in tx.execute(of_schools.distinct()):
        schools[row.participant_id].add(row.school_urn)
    people = select(Participant.id, Participant.full_name, Participant.date_of_birth)
    return [
        Someone(row.id, row.full_name, row.date_of_birth, frozenset(schools.get(row.id, ())))
        for row in tx.execute(people.order_by(Participant.id))
    ]


def _record(of: LikelyDuplicate) -> DuplicateRecord:
    return DuplicateRecord(
        first_participant_id=of.first_id,
        second_participant_id=of.second_id,
        score=of.score,
        because=of.because,
        state=of.state,
        reason=of.reason,
        decided_by=of.decided_by,
        found_at=of.found_at,
        revision=of.revision,
    )
