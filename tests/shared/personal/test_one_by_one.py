"""The retention job deals with everybody on their own: nobody's trouble keeps the others' data."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from somebody import AT, Somebody, custody_of, moves_in
from sqlalchemy import select, text

from kit.db import ServiceDatabase
from kit.personal import retaining
from kit.personal.erasing import Keeping
from kit.personal.holdings import Subject
from kit.personal.retaining import RetentionFailed
from kit.personal.retention import load_rules
from notifications.models import Application, Preference

LATER = AT + timedelta(days=40 * 365)

STUCK = """
CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF OLD.person_id = '{who}' THEN RAISE EXCEPTION 'a row that does not go'; END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER stuck BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION stuck()
"""


def test_whoever_cannot_be_dealt_with_is_told_of_and_stays_whole_while_the_others_go(
    a_database: Callable[[str], ServiceDatabase], caplog: pytest.LogCaptureFixture
) -> None:
    db = a_database("notifications")
    ada, ben, cy = people = [Somebody(name) for name in ("ADA-ZZQ", "BEN-ZZQ", "CY-ZZQ")]
    for who in people:
        with db.transaction(at=AT) as tx:
            moves_in(tx, db.service, who)
    all_of_them = Subject(
        tuple(who.person_id for who in people), tuple(who.application_id for who in people)
    )
    custody = replace(custody_of(db.service), ended_before=lambda _tx, _at: iter([all_of_them]))
    rules = load_rules("notifications.protection", custody.kinds)
    keeping = Keeping(custody, rules, lambda *_: None)
    with db.engine.begin() as connection:
        connection.execute(text(STUCK.format(who=ben.person_id, table=Preference.__tablename__)))

    with pytest.raises(RetentionFailed):
        retaining.run(db, keeping, LATER, apply=True)

    assert with_wishes(db) == {ben.person_id}
    assert with_applications(db) == {ben.application_id}
    (told,) = [one for one in caplog.records if one.message == "retention failed"]
    assert str(ben.person_id) in vars(told)["what"]
    assert str(ada.person_id) not in vars(told)["what"]

    with db.engine.begin() as connection:
        connection.execute(text("DROP FUNCTION stuck CASCADE"))
    retaining.run(db, keeping, LATER, apply=True)

    assert with_wishes(db) | with_applications(db) == set()
    assert cy.person_id not in with_wishes(db)


def with_wishes(db: ServiceDatabase) -> set[UUID]:
    with db.transaction() as tx:
        return set(tx.scalars(select(Preference.person_id)))


def with_applications(db: ServiceDatabase) -> set[UUID]:
    with db.transaction() as tx:
        return set(tx.scalars(select(Application.application_id)))
