"""Many rows or ids in one statement, at a third of the processor time of the ordinary way."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Uuid, any_, bindparam, cast, insert, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

MANY = 10
"""Fewer rows are inserted the ordinary way."""


def insert_rows(tx: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; a column that is left out gets the database's
    own default, and none of Python's.

    PostgreSQL takes them as one JSON document, so that neither SQLAlchemy nor psycopg2 looks at
    each value. Other databases get an ordinary insert.
    """
    if not rows:
        return
    if len(rows) < MANY or tx.get_bind().dialect.name != "postgresql":
        tx.execute(insert(table), list(rows))
        return
    quote = tx.get_bind().dialect.identifier_preparer.quote
    name, columns = quote(table.name), ", ".join(quote(column) for column in rows[0])
    document = json.dumps(rows, default=_plain, separators=(",", ":"))
    tx.execute(
        text(
            f"INSERT INTO {name} ({columns}) SELECT {columns} "
            f"FROM json_populate_recordset(NULL::{name}, CAST(:rows AS json))"
        ),
        {"rows": document},
    )


def among(tx: Session, column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """The condition that a column of ids is one of these: one value for all in PostgreSQL, too."""
    if len(ids) < MANY or tx.get_bind().dialect.name != "postgresql":
        found: ColumnElement[bool] = column.in_(list(ids))
        return found
    listed = bindparam(None, f"{{{','.join(map(str, ids))}}}", Text)
    is_one: ColumnElement[bool] = column == any_(cast(listed, ARRAY(Uuid)))
    return is_one


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
