"""Answers that are kept for callers who repeat a call tell of people, too."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from somebody import AT, Somebody, custody_of
from sqlalchemy import insert, select

from kit.db import ServiceDatabase
from kit.db.tables import idempotency
from kit.personal.erasing import Decision, erase
from kit.personal.retention import load_rules


def answered(db: ServiceDatabase, who: Somebody) -> None:
    answer = {"items": [{"application_id": str(who.application_id), "full_name": who.mark}]}
    told = {"method": "accept", "key": who.mark, "body_sha256": b"0" * 32, "answer": answer}
    with db.transaction() as tx:
        tx.execute(insert(idempotency).values(**told, created_at=datetime.now(UTC)))


def test_answers_that_name_somebody_are_erased_with_them_and_no_others(
    db: ServiceDatabase,
) -> None:
    ada, ben = Somebody("ADA-ZZQ"), Somebody("BEN-ZZQ")
    for who in (ada, ben):
        answered(db, who)
    rules = load_rules(f"{db.service}.protection", custody_of(db.service).kinds)

    with db.transaction(at=AT + timedelta(days=31)) as tx:
        erase(tx, custody_of(db.service), rules, Decision(uuid4(), ada.subject, AT.date()))

    with db.transaction() as tx:
        assert tx.scalars(select(idempotency.c.key)).all() == ["BEN-ZZQ"]
