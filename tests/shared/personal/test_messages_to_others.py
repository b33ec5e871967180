"""What is about somebody may have been sent to somebody else, whose it is, too."""

from datetime import timedelta
from uuid import uuid4

import pytest
from somebody import AT, Somebody, custody_of, moves_in
from sqlalchemy import insert, select

from headship_contracts.protection import ExportPerson
from kit.db import ServiceDatabase
from kit.personal.erasing import Decision, erase
from kit.personal.exporting import export
from kit.personal.retention import load_rules
from notifications.models import Message, Suppression

ADA, COACH = Somebody("ADA-ZZQ"), uuid4()


@pytest.fixture
def told_to_a_coach(db: ServiceDatabase) -> ServiceDatabase:
    """Ada's data, and a message about her to her coach, who wants no more mail."""
    with db.transaction(at=AT) as tx:
        moves_in(tx, "notifications", ADA)
        about = {
            "message_id": uuid4(),
            "business_key": "about Ada, to her coach",
            "person_id": COACH,
            "recipient": "Coach@school.example.org",
            "to_address": None,
            "body": "Ada and Bob have missed a session.",
        }
        tx.execute(insert(Message.__table__).values(dict(ADA.rows["messages"]) | about))
        wish = {"address": "coach@school.example.org", "person_id": None, "message_id": None}
        kept = {"reason": "complaint", "since": AT, "added_by": "feedback"}
        tx.execute(insert(Suppression.__table__).values(wish | kept))
    return db


@pytest.mark.parametrize("service", ["notifications"], indirect=True)
def test_an_export_tells_that_there_was_a_message_to_another_but_not_to_whom_and_what(
    told_to_a_coach: ServiceDatabase,
) -> None:
    asked = ExportPerson(person_ids=[ADA.person_id], application_ids=[ADA.application_id])
    with told_to_a_coach.transaction() as tx:
        found = export(tx, custody_of("notifications"), asked).items

    told = "".join(row.content for row in found).lower()
    assert "coach@school.example.org" not in told
    assert "bob" not in told
    assert "Messages about you to others" in {row.title for row in found}


@pytest.mark.parametrize("service", ["notifications"], indirect=True)
def test_an_erasure_leaves_another_persons_wish_not_to_be_written_to(
    told_to_a_coach: ServiceDatabase,
) -> None:
    custody = custody_of("notifications")
    rules = load_rules("notifications.protection", custody.kinds)

    with told_to_a_coach.transaction(at=AT + timedelta(days=31)) as tx:
        erase(tx, custody, rules, Decision(uuid4(), ADA.subject, AT.date()))

    with told_to_a_coach.transaction() as tx:
        addresses = tx.scalars(select(Suppression.address)).all()
    assert "coach@school.example.org" in addresses
