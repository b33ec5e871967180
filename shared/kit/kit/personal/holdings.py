"""What a service's tables hold about people."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, inspect, or_, select
from sqlalchemy.orm import DeclarativeBase

from kit.db.transaction import Transaction


@dataclass(frozen=True)
class Subject:
    """One person, or some: by every id that they have, and by their applications."""

    person_ids: tuple[UUID, ...] = ()
    application_ids: tuple[UUID, ...] = ()


Of = Callable[[Subject], ColumnElement[bool]]
"""Which rows of a table are about somebody."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Holding:
    """The rows of one table about people.

    `kind` names the rule of retention. When it has run out the rows are deleted, or, where others
    hang on them, only `blanked`: column → its value from then on, or what makes it of the row.
    `withheld`: columns that are not handed out, and why. `shown`: the rows that are, if not all.
    `old`: which rows were made before an instant, where they grow old by themselves and not with
    the person's training. `record`: how the audit trail calls a row, where its primary key is such
    an id.
    """

    model: type[DeclarativeBase]
    title: str
    kind: str
    of: Of
    blanked: Mapping[str, Any] | None = None
    withheld: Mapping[str, str] = field(default_factory=dict)
    shown: ColumnElement[bool] | None = None
    old: Callable[[datetime], ColumnElement[bool]] | None = None
    record: str | None = None

    @property
    def table(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)

    @property
    def key(self) -> tuple[Any, ...]:
        """The columns of the primary key."""
        return tuple(inspect(self.model).primary_key)


@dataclass(frozen=True)
class Document:
    """A file of somebody's. `sha256` is its name towards `Custody.piece`."""

    name: str
    sha256: str
    size: int


def _no_documents(_tx: Transaction, _subject: Subject) -> list[Document]:
    return []


def _no_piece(_tx: Transaction, _sha256: str, _position: int) -> bytes | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Custody:
    """All that one service holds about people.

    `holdings`: what hangs on others comes before them. `elsewhere`: tables with a person's id that
    are none, and why. `ended_before`: those whose training ended before an instant, some at a time.
    `ending`: the kind of the records by which that is known; so the last that goes. `applications`:
    the columns that tell of an application whose it is. `piece`: up to 1 MiB of a document, None
    after its end.
    """

    service: str
    holdings: tuple[Holding, ...]
    elsewhere: Mapping[type[DeclarativeBase], str]
    ended_before: Callable[[Transaction, datetime], Iterator[Subject]]
    ending: str
    applications: tuple[Any, Any]
    documents: Callable[[Transaction, Subject], list[Document]] = _no_documents
    piece: Callable[[Transaction, str, int], bytes | None] = _no_piece

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of records that there are."""
        return frozenset(holding.kind for holding in self.holdings)

    def records(self, tx: Transaction, subject: Subject) -> list[UUID]:
        """Every id under which the audit trail may name what is about somebody."""
        found = [*subject.person_ids, *subject.application_ids]
        for holding in self.holdings:
            if holding.record is not None:
                found += tx.scalars(select(holding.key[0]).where(holding.of(subject)))
        return list(dict.fromkeys(found))


def of_people(*columns: Any) -> Of:
    """Rows with a person's id in one of these columns."""
    return lambda subject: or_(*[column.in_(subject.person_ids) for column in columns])


def of_applications(*columns: Any) -> Of:
    """Rows with an application's id in one of these columns."""
    return lambda subject: or_(*[column.in_(subject.application_ids) for column in columns])


def hanging_on(column: Any, key: Any, of: Of) -> Of:
    """Rows whose `column` is the `key` of rows of another table that are about somebody."""
    return lambda subject: column.in_(select(key).where(of(subject)))


def either(*ways: Of) -> Of:
    """Rows that are about somebody in one of these ways."""
    return lambda subject: or_(*[way(subject) for way in ways])
