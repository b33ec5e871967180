"""Pages of a list by key, not by offset: rows that come or go meanwhile shift nothing."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Integer, Select, String, Uuid, literal, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement, UnaryExpression
from sqlalchemy.sql.operators import desc_op

from headship_contracts.errors import Invalid
from kit.db.types import Instant, Money

BIGGEST = 2**63 - 1
"""What a whole number in a database can be."""

FULL_BYTES = 1_000_000
"""After so many bytes of long texts a page is full, however few its rows are: the broker takes no
reply of more than 4 MiB."""


def page(
    tx: Session,
    statement: Select[Any],
    *,
    keys: Sequence[Any],
    cursor: str | None,
    limit: int,
    texts: Callable[[Any], Sequence[str | None]] | None = None,
) -> tuple[list[Any], str | None]:
    """Up to `limit` rows after `cursor`, and the cursor of the next page (None: no more).

    `keys` are columns that are never null, of which the last one is unique: the order of the list.
    All ascend, or all are given as `column.desc()`. Rows are entities if the statement selects
    one thing, else tuples. `texts`: what of a row is long, where that is so; such a page may have
    fewer rows. Raises Invalid, naming the field `cursor`, if that is not ours.
    """
    columns, descending = _order(keys)
    ordered = statement.add_columns(*columns).order_by(*keys).limit(limit + 1)
    if cursor is not None:
        here = tuple_(*columns)
        last = tuple_(
            *[
                literal(value, column.type)
                for column, value in zip(columns, _read(cursor, columns), strict=True)
            ]
        )
        ordered = ordered.where(here < last if descending else here > last)
    found = tx.execute(ordered).all()
    rows = [_without_keys(row, len(columns)) for row in found[:limit]]
    if texts is not None:
        rows = rows[: _fitting(map(texts, rows))]
    if len(found) <= len(rows):
        return rows, None
    return rows, _write(found[len(rows) - 1][-len(columns) :], columns)


def _fitting(told: Iterable[Sequence[str | None]]) -> int:
    """How many of these rows make a page; one at least."""
    size = rows = 0
    for texts in told:
        rows += 1
        size += sum(len(json.dumps(text)) for text in texts)
        if size >= FULL_BYTES:
            break
    return rows


def _order(keys: Sequence[Any]) -> tuple[list[ColumnElement[Any]], bool]:
    falling = [isinstance(key, UnaryExpression) and key.modifier is desc_op for key in keys]
    if any(falling) and not all(falling):
        raise ValueError("the keys of a page all ascend or all descend")
    return [key.element if falls else key for key, falls in zip(keys, falling, strict=True)], any(
        falling
    )


def _without_keys(row: Any, keys: int) -> Any:
    own = tuple(row)[:-keys]
    return own[0] if len(own) == 1 else own


def _write(values: Sequence[Any], columns: Sequence[ColumnElement[Any]]) -> str:
    told = [_order_name(columns), *[_text(value) for value in values]]
    return base64.urlsafe_b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()


def _text(value: Any) -> str | int:
    if isinstance(value, int):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _read(cursor: str, columns: Sequence[ColumnElement[Any]]) -> list[Any]:
    try:
        order, *values = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        if order != _order_name(columns):
            raise ValueError("it belongs to another list")
        return [_reader(column)(value) for column, value in zip(columns, values, strict=True)]
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        problem = "is not a cursor of this list"
        raise Invalid("invalid_fields", "the cursor is not right", {"cursor": [problem]}) from error


def _order_name(columns: Sequence[ColumnElement[Any]]) -> str:
    """Short, and another one for each order of each list."""
    told = ",".join(str(column) for column in columns)
    return hashlib.blake2b(told.encode(), digest_size=6).hexdigest()


def _reader(column: ColumnElement[Any]) -> Callable[[Any], Any]:
    for kind, reader in _READERS:
        if isinstance(column.type, kind):
            return reader
    raise NotImplementedError(f"{column} has a type that cannot be a key of a page")


def _whole(value: Any) -> int:
    if type(value) is not int or abs(value) > BIGGEST:
        raise ValueError("not a whole number")
    return value


def _words(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value:  # PostgreSQL has no text with a zero byte
        raise ValueError("not a text")
    value.encode()  # half a surrogate pair is no text either
    return value


def _instant(value: Any) -> datetime:
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError("no time zone")
    return read.astimezone(UTC)  # beyond all years there: an ArithmeticError


_READERS: list[tuple[type, Callable[[Any], Any]]] = [
    (Instant, _instant),
    (Money, Decimal),
    (Uuid, UUID),
    (Date, date.fromisoformat),
    (Integer, _whole),
    (String, _words),
]
