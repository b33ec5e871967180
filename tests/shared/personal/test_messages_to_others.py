"""What is about somebody may have been sent to somebody else, whose it is, too."""

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from somebody import AT, Somebody, custody_of, moves_in
from sqlalchemy import insert, select, update

from headship_contracts.protection import ExportedRow, ExportPerson
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


def export_ada(db: ServiceDatabase) -> list[ExportedRow]:
    asked = ExportPerson(person_ids=[ADA.person_id], application_ids=[ADA.application_id])
    with db.transaction() as tx:
        return export(tx, custody_of("notifications"), asked).items


def erase_ada(db: ServiceDatabase) -> None:
    custody = custody_of("notifications")
    rules = load_rules("notifications.protection", custody.kinds)
    with db.transaction(at=AT + timedelta(days=31)) as tx:
        erase(tx, custody, rules, Decision(uuid4(), ADA.subject, AT.date()))


@pytest.mark.parametrize("service", ["notifications"], indirect=True)
def test_an_export_tells_that_there_was_a_message_to_another_but_not_to_whom_and_what(
    told_to_a_coach: ServiceDatabase,
) -> None:
    found = export_ada(told_to_a_coach)

    told = "".join(row.content for row in found).lower()
    assert "coach@school.example.org" not in told
    assert "bob" not in told
    assert "Messages about you to others" in {row.title for row in found}


def a_message(**told: object) -> dict[str, object]:
    """To an address alone, of nobody whom we know."""
    fresh = {"message_id": uuid4(), "business_key": f"{uuid4()}", "person_id": None}
    return dict(ADA.rows["messages"]) | fresh | {"application_id": None} | told


@pytest.fixture
def told_by_address(told_to_a_coach: ServiceDatabase) -> ServiceDatabase:
    """Ada's mail goes to Ada@example.org. A mailing went there, too; a letter about her went to the
    head of her school, and a mailing to somebody else. Her own mail is the first to go."""
    table = Message.__table__
    with told_to_a_coach.transaction() as tx:
        hers = table.c.message_id == ADA.rows["messages"]["message_id"]
        tx.execute(update(table).where(hers).values(recipient="Ada@example.org"))
        for told in (
            {
                "message_id": UUID(int=2**128 - 1),
                "to_address": "ada@Example.org",
                "body": "The car park at the back is closed.",
            },
            {
                "message_id": UUID(int=2**128 - 2),
                "to_address": "head@school.example.org",
                "to_name": "Hedda Head",
                "recipient": "head@school.example.org",
                "application_id": ADA.application_id,
                "body": "Please release Ada and Bob for their session.",
            },
            {"to_address": "ben@example.org", "body": "The car park at the front is closed."},
        ):
            tx.execute(insert(table).values(a_message(**told)))
    return told_to_a_coach


@pytest.mark.parametrize("service", ["notifications"], indirect=True)
def test_an_export_has_what_was_sent_to_ones_address_and_not_what_was_to_anothers(
    told_by_address: ServiceDatabase,
) -> None:
    found = export_ada(told_by_address)

    titles = Counter(row.title for row in found if row.table == "messages")
    assert titles == {"Messages to you": 2, "Messages about you to others": 2}
    told = "".join(row.content for row in found).lower()
    assert "at the back" in told
    for others in ("head@school", "hedda", "bob", "at the front"):
        assert others not in told


@pytest.mark.parametrize("service", ["notifications"], indirect=True)
def test_an_erasure_takes_what_was_sent_to_ones_address_and_leaves_anothers(
    told_by_address: ServiceDatabase,
) -> None:
    erase_ada(told_by_address)

    with told_by_address.transaction() as tx:
        assert tx.scalars(select(Message.to_address)).all() == ["ben@example.org"]


@pytest.mark.parametrize("service", ["notifications"], indirect=True)
def test_an_erasure_leaves_another_persons_wish_not_to_be_written_to(
    told_to_a_coach: ServiceDatabase,
) -> None:
    erase_ada(told_to_a_coach)

    with told_to_a_coach.transaction() as tx:
        addresses = tx.scalars(select(Suppression.address)).all()
    assert "coach@school.example.org" in addresses
