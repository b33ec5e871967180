"""Many rows or ids in one statement mean the same as the ordinary way."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import RFC_4122, UUID, uuid4

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, select
from sqlalchemy.exc import DataError

from kit.db import ServiceDatabase
from kit.db.bulk import LONG, MANY, among, insert_rows, new_ids
from kit.db.engine import open_engine
from kit.db.tables import KIT, outbox
from kit.db.types import Json

AT = datetime(2026, 9, 7, 9, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture(params=["postgresql", "sqlite"])
def database(
    request: pytest.FixtureRequest, an_empty_database: Callable[[], str], tmp_path: Any
) -> Any:
    sqlite = request.param == "sqlite"
    engine = open_engine(f"sqlite:///{tmp_path}/db" if sqlite else an_empty_database())
    KIT.create_all(engine)
    yield ServiceDatabase(engine, "kit")
    engine.dispose()


@pytest.mark.parametrize("number", [1, MANY, 300])
def test_rows_are_kept_as_they_were_given_in_their_order(
    database: ServiceDatabase, number: int
) -> None:
    rows = [
        {
            "event_id": uuid4(),
            "source": "kit",
            "name": f"na'me \\ {place} ☺",
            "body": '{"a": "\\"quoted\\""}',
            "created_at": AT,
            "state": "waiting",
            "attempts": place,
            "settled_at": None if place % 2 else AT,
        }
        for place in range(number)
    ]

    with database.transaction() as tx:
        insert_rows(tx, outbox, rows)

    with database.transaction() as tx:
        columns = [outbox.c[name] for name in rows[0]]
        kept = tx.execute(select(*columns).order_by(outbox.c.id)).mappings().all()
        assert [dict(row) for row in kept] == rows


def test_rows_that_are_all_alike_are_all_kept(database: ServiceDatabase) -> None:
    alike = Table(
        "alike",
        MetaData(),
        Column("said", String(8)),
        Column("kept", LargeBinary),
        Column("as", Json),
    )
    row = {"said": "NULL", "kept": b"\x00\\", "as": [{"a": 'a "b" \\'}, None]}
    with database.transaction() as tx:
        alike.create(tx.connection())
        insert_rows(tx, alike, [row] * MANY)
        kept = tx.execute(select(alike)).mappings().all()

    assert [dict(each) for each in kept] == [row] * MANY


def test_a_text_that_is_too_long_is_refused_not_cut_off(
    an_empty_database: Callable[[], str],
) -> None:
    engine = open_engine(an_empty_database())
    alike = Table("alike", MetaData(), Column("said", String(8)), Column("place", Integer))
    rows = [{"said": "too long by far", "place": place} for place in range(MANY)]

    with ServiceDatabase(engine, "kit").transaction() as tx:
        alike.create(tx.connection())
        with pytest.raises(DataError):
            insert_rows(tx, alike, rows)
        tx.rollback()
    engine.dispose()


@pytest.mark.parametrize("number", [0, 1, MANY, 300])
def test_ids_are_found_among_others(database: ServiceDatabase, number: int) -> None:
    rows = [
        {
            "event_id": uuid4(),
            "source": "kit",
            "name": "told",
            "body": "{}",
            "created_at": AT,
            "state": "waiting",
            "attempts": 0,
        }
        for _ in range(number + 5)
    ]
    wanted = {row["event_id"] for row in rows[:number]}

    with database.transaction() as tx:
        insert_rows(tx, outbox, rows)
        found = tx.scalars(select(outbox.c.event_id).where(among(tx, outbox.c.event_id, wanted)))

        assert set(found) == wanted


def as_kept(database: ServiceDatabase, name: str, said: Sequence[str | None]) -> list[str | None]:
    """These texts once they were written into a new table of this name."""
    table = Table(name, MetaData(), Column("id", Integer, primary_key=True), Column("said", String))
    table.metadata.create_all(database.engine)
    with database.transaction() as tx:
        insert_rows(tx, table, [{"said": one} for one in said])
    with database.transaction() as tx:
        return list(tx.scalars(select(table.c.said).order_by(table.c.id)))


@pytest.mark.parametrize("odd", ["\x01", 'a","b', "NULL", "", "\\", '"', "{}"])
def test_a_text_that_looks_like_part_of_an_array_is_kept_as_it_is(
    database: ServiceDatabase, odd: str
) -> None:
    said = [odd, None, "plain", *[f"{odd} {number}" for number in range(MANY)]]

    assert as_kept(database, "odd_texts", said) == said


@pytest.mark.parametrize("common", ["", "a" * LONG, "na'me \\ \x01" * LONG])
def test_texts_that_begin_alike_are_kept_as_they_are(
    database: ServiceDatabase, common: str
) -> None:
    said = [common, f"{common}\x02", *[f"{common}{number}" for number in range(MANY)], common]

    assert as_kept(database, "alike_texts", said) == said


def test_new_ids_are_of_chance_and_say_so() -> None:
    ids = new_ids(300)

    assert len(set(ids)) == 300
    assert ids == [UUID(str(each)) for each in ids]
    assert {(each.version, each.variant) for each in ids} == {(4, RFC_4122)}
