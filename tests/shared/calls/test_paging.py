"""Pages by key, on both databases."""

import base64
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from cli.backing.databases import create_database, drop_database
from headship_contracts.errors import Invalid
from kit.config import MESSAGE_MOST_BYTES
from kit.db import TYPES, metadata
from kit.db.engine import alone, open_engine
from kit.paging import page

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


class Base(DeclarativeBase):
    metadata = metadata()
    type_annotation_map = TYPES


class Book(Base):
    __tablename__ = "book"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    shelf: Mapped[int]
    title: Mapped[str]
    bought_at: Mapped[datetime]
    printed_on: Mapped[date]
    price: Mapped[Decimal]


@pytest.fixture(scope="module", params=["postgresql", "sqlite"])
def shelves(
    request: pytest.FixtureRequest,
    admin_database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[], Session]]:
    """Sessions on a database with an empty table of books."""
    name = f"test_{secrets.token_hex(6)}"
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('paging') / name}"
    else:
        url = create_database(admin_database_url, name)
    engine = open_engine(url)
    Base.metadata.create_all(engine)
    with alone(engine), Session(engine) as session:
        yield lambda: session
    engine.dispose()
    if request.param == "postgresql":
        drop_database(admin_database_url, name)


def a_book(**details: Any) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "shelf": 1,
        "title": "Emma",
        "bought_at": NOON,
        "printed_on": NOON.date(),
        "price": Decimal("1.5"),
        **details,
    }


def all_pages(session: Session, statement: Any, keys: Any, limit: int) -> list[Any]:
    """Every row, page after page."""
    rows: list[Any] = []
    cursor: str | None = None
    while True:
        found, cursor = page(session, statement, keys=keys, cursor=cursor, limit=limit)
        assert len(found) <= limit
        rows += found
        if cursor is None:
            return rows
        assert len(found) == limit


books = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.uuids(),
            "shelf": st.integers(0, 3),
            "title": st.sampled_from(["Emma", "emma", "Ärger", "", "a b", "Zoë", "ſ"]),
            "bought_at": st.integers(0, 3).map(lambda n: NOON + timedelta(microseconds=n)),
            "printed_on": st.integers(0, 2).map(lambda n: NOON.date() + timedelta(days=n)),
            "price": st.sampled_from([Decimal("1"), Decimal("1.5"), Decimal("2")]),
        }
    ),
    max_size=25,
    unique_by=lambda book: book["id"],
)
orders = st.sampled_from(
    [
        (Book.id,),
        (Book.bought_at, Book.id),
        (Book.shelf, Book.id),
        (Book.title, Book.id),
        (Book.price, Book.id),
        (Book.printed_on, Book.shelf, Book.id),
        (Book.bought_at.desc(), Book.id.desc()),
    ]
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(books, orders, st.integers(1, 7))
def test_pages_give_each_row_once_and_in_order(
    shelves: Callable[[], Session], books: list[Any], keys: Any, limit: int
) -> None:
    session = shelves()
    session.execute(delete(Book))
    if books:
        session.execute(insert(Book), books)

    paged = all_pages(session, select(Book.id), keys, limit)

    assert paged == list(session.scalars(select(Book.id).order_by(*keys)))


def test_rows_that_come_and_go_meanwhile_shift_nothing(shelves: Callable[[], Session]) -> None:
    session = shelves()
    session.execute(delete(Book))
    session.execute(insert(Book), [a_book(shelf=n) for n in range(6)])
    keys = (Book.shelf, Book.id)

    first, cursor = page(session, select(Book), keys=keys, cursor=None, limit=3)
    session.execute(delete(Book).where(Book.shelf == 2))
    session.execute(insert(Book), [a_book(shelf=0)])
    second, _ = page(session, select(Book), keys=keys, cursor=cursor, limit=3)

    assert [book.shelf for book in [*first, *second]] == [0, 1, 2, 3, 4, 5]


def test_a_row_of_several_columns_is_a_tuple(shelves: Callable[[], Session]) -> None:
    session = shelves()
    session.execute(delete(Book))
    session.execute(insert(Book), [a_book(title="Emma", shelf=3)])

    found, _ = page(session, select(Book.title, Book.shelf), keys=(Book.id,), cursor=None, limit=3)

    assert found == [("Emma", 3)]


def test_a_page_of_long_texts_ends_before_it_is_too_long_for_the_broker(
    shelves: Callable[[], Session],
) -> None:
    """Written as JSON each letter here is six bytes."""
    session, keys = shelves(), (Book.shelf, Book.id)
    long = [a_book(shelf=n, title="ŵ" * 20_000) for n in range(40)]
    session.execute(delete(Book))
    session.execute(insert(Book), [*long, a_book(shelf=99, title="ŵ" * 800_000)])
    pages: list[list[str]] = []
    cursor: str | None = None
    while not pages or cursor is not None:
        found, cursor = page(
            *(session, select(Book)),
            keys=keys,
            cursor=cursor,
            limit=500,
            texts=lambda book: (book.title, None),
        )
        pages.append([book.shelf for book in found])

    assert [shelf for told in pages for shelf in told] == [*range(40), 99]
    assert all(len(shelf) * 120_000 < MESSAGE_MOST_BYTES // 2 for shelf in pages)


def a_cursor(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "nonsense",
        "ü",
        a_cursor(),
        a_cursor("another list", 1, str(uuid4())),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        "x" * 10_000,
    ],
)
def test_a_cursor_that_is_not_ours_is_invalid(shelves: Callable[[], Session], cursor: str) -> None:
    with pytest.raises(Invalid) as invalid:
        page(shelves(), select(Book), keys=(Book.shelf, Book.id), cursor=cursor, limit=3)

    assert set(invalid.value.fields) == {"cursor"}


def test_an_instant_in_a_cursor_that_no_calendar_has_is_invalid(
    shelves: Callable[[], Session],
) -> None:
    session, keys = shelves(), (Book.bought_at, Book.id)
    session.execute(delete(Book))
    session.execute(insert(Book), [a_book(), a_book()])
    _books, cursor = page(session, select(Book), keys=keys, cursor=None, limit=1)
    order, _bought_at, book_id = json.loads(base64.urlsafe_b64decode(cursor or ""))
    forged = a_cursor(order, "0001-01-01T00:00:00+23:59", book_id)

    with pytest.raises(Invalid) as invalid:
        page(session, select(Book), keys=keys, cursor=forged, limit=1)

    assert set(invalid.value.fields) == {"cursor"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    orders,
    st.lists(
        st.one_of(
            st.none(), st.integers(), st.text(), st.floats(), st.booleans(), st.uuids().map(str)
        ),
        max_size=4,
    ),
)
def test_a_forged_cursor_finds_rows_or_is_invalid_but_breaks_nothing(
    shelves: Callable[[], Session], keys: Any, values: list[Any]
) -> None:
    session = shelves()
    session.execute(delete(Book))
    session.execute(insert(Book), [a_book(), a_book()])
    _, ours = page(session, select(Book), keys=keys, cursor=None, limit=1)
    assert ours is not None
    order = json.loads(base64.urlsafe_b64decode(ours))[0]

    with suppress(Invalid):
        page(session, select(Book), keys=keys, cursor=a_cursor(order, *values), limit=3)

    assert session.scalar(select(func.count(Book.id))) == 2  # the transaction still lives


def test_a_cursor_of_one_list_is_not_one_of_another(shelves: Callable[[], Session]) -> None:
    session = shelves()
    session.execute(delete(Book))
    session.execute(insert(Book), [a_book(), a_book()])
    _, cursor = page(session, select(Book), keys=(Book.shelf, Book.id), cursor=None, limit=1)

    with pytest.raises(Invalid):
        page(session, select(Book), keys=(Book.id, Book.shelf), cursor=cursor, limit=1)
