"""Applications that DfE shows for the first time: written as rows, in few statements.

The first sync brings ten thousand, in mid-course most of them accepted long ago.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, select

from enrolment import queries, schemas
from enrolment.applications.following import facts_shown, follow_dfe, is_a_second, know_person
from enrolment.dfe.shapes import DfeApplication
from enrolment.domain import places
from enrolment.domain.places import HELD, NONE, OVER
from enrolment.models import Application, Participant, TrainingEntry
from enrolment.traffic.writes import wall
from enrolment.training import history
from headship_contracts.enrolment.events import (
    ApplicationAccepted,
    ApplicationReceived,
    ApplicationState,
)
from kit import Transaction
from kit.db.bulk import among, insert_rows, new_ids

PENDING, ACCEPTED, REJECTED = "pending", "accepted", "rejected"

Race = tuple[UUID, str, str]
"""Participant (our id), course, cohort: one application of a race can be accepted."""

ENTRY: dict[str, Any] = {"reason": None, "expected_return_on": None, "dfe_at": None}
"""What an entry of the history says only of a deferral or a withdrawal."""


def arrive(
    tx: Transaction,
    arrived: list[DfeApplication],
    people: dict[UUID, Participant],
    news: dict[UUID, set[str]],
) -> list[Application]:
    """Write down a page of them. `people`: who is known already, by DfE's id; what is new of them
    is added to `news`, by ours.

    Nobody is told of one that was rejected before we heard of it. One that is accepted arrives
    as all do, and is accepted then, unless it is a second one: gives these.
    """
    ids = _meet_all(tx, arrived, people, news)
    rows = {
        seen.id: _row(tx, new_id, seen, ids[seen.participant_id])
        for new_id, seen in zip(new_ids(len(arrived)), arrived, strict=True)
    }
    accepted = {seen.id: seen for seen in arrived if seen.status == ACCEPTED}
    alone = _alone(tx, rows, {one.id for one in people.values()}) if accepted else set()
    at_once = accepted.keys() & alone
    tx.flush()
    _insert(tx, [row for dfe_id, row in rows.items() if dfe_id not in at_once])
    _tell(tx, ApplicationReceived, [row for row in rows.values() if row["status"] == PENDING])
    one_by_one = list(accepted.keys() - alone)
    seconds = []
    for dfe_id, application in queries.lock_seen(tx, one_by_one).items() if one_by_one else ():
        if is_a_second(tx, application, accepted[dfe_id]):
            seconds.append(application)
        else:
            follow_dfe(tx, application, accepted[dfe_id])
    if at_once:
        _accept(tx, [row for dfe_id, row in rows.items() if dfe_id in at_once])
    return seconds


def _meet_all(
    tx: Transaction,
    arrived: list[DfeApplication],
    people: dict[UUID, Participant],
    news: dict[UUID, set[str]],
) -> dict[UUID, UUID]:
    """Our id of each participant, by DfE's; those who are new are written down."""
    ids = {dfe_id: participant.id for dfe_id, participant in people.items()}
    new: dict[UUID, DfeApplication] = {}
    for seen in arrived:
        if seen.participant_id in people:
            known = people[seen.participant_id]
            known.erased = False  # whoever was erased and applies again is to be known again
            news.setdefault(known.id, set()).update(know_person(known, seen))
        else:
            new.setdefault(seen.participant_id, seen)
    ids |= zip(new, new_ids(len(new)), strict=True)
    met_at = wall()
    rows = [{"id": ids[dfe_id], **person(seen, met_at)} for dfe_id, seen in new.items()]
    insert_rows(tx, inspect(Participant).local_table, rows)
    return ids


def person(seen: DfeApplication, met_at: datetime) -> dict[str, Any]:
    """What a participant is known by, who is met with this application. `met_at`: wall time."""
    return {
        "dfe_participant_id": seen.participant_id,
        "full_name": seen.full_name,
        "email": seen.email,
        "email_set_at": met_at,
        "trn": seen.trn,
        "trn_verified": seen.trn_verified,
    }


def _row(
    tx: Transaction, new_id: UUID, seen: DfeApplication, participant_id: UUID
) -> dict[str, Any]:
    rejected = seen.status == REJECTED
    return {
        "id": new_id,
        "dfe_application_id": seen.id,
        "source": "dfe",
        "participant_id": participant_id,
        "status": REJECTED if rejected else PENDING,
        "reason_for_rejection": seen.reason_for_rejection if rejected else None,
        "training_status": None,
        "delivery_partner_id": None,
        "place": NONE,
        "created_at": tx.at,
        "revision": tx.next_revision(None),
        "school_urn": seen.school_urn,
        **facts_shown(seen),
    }


def _alone(
    tx: Transaction, rows: Mapping[UUID, Mapping[str, Any]], known: Collection[UUID]
) -> set[UUID]:
    """Those that can displace no other application: the only ones of their race, by DfE's id.

    `known`: participants who may have others here already.
    """
    races: dict[Race, list[UUID]] = defaultdict(list)
    for dfe_id, row in rows.items():
        races[row["participant_id"], row["course"], row["cohort"]].append(dfe_id)
    theirs = select(Application.participant_id, Application.course, Application.cohort).where(
        among(tx, Application.participant_id, known)
    )
    run = {tuple(found) for found in tx.execute(theirs)} if known else set()
    return {ids[0] for race, ids in races.items() if len(ids) == 1 and race not in run}


def _accept(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    """DfE accepted these before we heard of them, and they have no rivals."""
    quotas = {
        of: queries.lock_quota(tx, *of, places.EVERYWHERE)
        for of in sorted({(row["cohort"], row["course"]) for row in rows})
    }
    for row in rows:
        quota = quotas[row["cohort"], row["course"]]
        free = places.has_place(quota)
        if free:
            places.take([quota])
        row |= {
            "status": ACCEPTED,
            "training_status": "active",
            "accepted_at": tx.at,
            "place": HELD if free else OVER,
            "revision": tx.next_revision(row["revision"]),
        }
    tx.flush()
    _insert(tx, rows)
    entries = [entry for row in rows for entry in _history(tx, row)]
    insert_rows(tx, inspect(TrainingEntry).local_table, entries)
    _tell(tx, ApplicationAccepted, rows, accepted_at=tx.at)


def _history(tx: Transaction, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """As `history.begin` writes it."""
    of: Any = SimpleNamespace(**row)
    return [
        {
            "application_id": row["id"],
            "aspect": aspect,
            "value": value,
            "effective_on": history.today(tx),
            "recorded_at": tx.at,
            "recorded_by": str(tx.caller),
            **ENTRY,
        }
        for aspect, value in history.at_first(of)
    ]


def _insert(tx: Transaction, rows: list[dict[str, Any]]) -> None:
    insert_rows(tx, inspect(Application).local_table, rows)


def _tell(
    tx: Transaction, kind: type[ApplicationState], rows: list[dict[str, Any]], **why: Any
) -> None:
    tx.emit_each(kind, (schemas.state_of_row(tx, row) | why for row in rows))
