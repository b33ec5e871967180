"""All that a service holds about somebody, as rows of JSON and documents."""

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect, select

from headship_contracts.errors import Invalid, NotFound
from headship_contracts.protection import (
    DocumentPiece,
    ExportDocument,
    ExportedDocument,
    ExportedRow,
    ExportPerson,
    PersonExport,
)
from kit.db.transaction import Transaction
from kit.personal.holdings import Custody, Holding, Subject

MANY_BYTES: Final = 500_000
"""After so many bytes of rows a page is full."""


def subject_of(person_ids: list[UUID], application_ids: list[UUID]) -> Subject:
    """Whose data is asked for. Raises Invalid when no id is given."""
    if not person_ids and not application_ids:
        problem = {"person_ids": ["name a person or an application"]}
        raise Invalid("invalid_fields", "nobody is named", problem)
    return Subject(tuple(person_ids), tuple(application_ids))


def export(tx: Transaction, custody: Custody, request: ExportPerson) -> PersonExport:
    """A page of rows: table after table, each in the order of its keys. The first page names the
    documents."""
    subject = subject_of(request.person_ids, request.application_ids)
    place, begin = _read(request.cursor, len(custody.holdings))
    rows: list[ExportedRow] = []
    size = 0
    while place < len(custody.holdings):
        holding = custody.holdings[place]
        left = request.limit - len(rows)
        found = _rows(tx, holding, subject, begin, left)
        for row in found:
            content = json.dumps(_told(holding, row), default=_plain, ensure_ascii=False)
            size += len(content)
            rows.append(ExportedRow(table=holding.table, title=holding.title, content=content))
            begin += 1
            if size >= MANY_BYTES:
                break
        if size >= MANY_BYTES or len(rows) == request.limit:
            break
        place, begin = place + 1, 0
    documents = [] if request.cursor else custody.documents(tx, subject)
    return PersonExport(
        items=rows,
        next_cursor=f"{place}:{begin}" if place < len(custody.holdings) else None,
        documents=[
            ExportedDocument(name=one.name, sha256=one.sha256, size=one.size) for one in documents
        ],
    )


def piece(tx: Transaction, custody: Custody, request: ExportDocument) -> DocumentPiece:
    """A piece of a document of somebody's. Raises NotFound for what is not theirs."""
    subject = subject_of(request.person_ids, request.application_ids)
    theirs = {one.sha256 for one in custody.documents(tx, subject)}
    if request.sha256 not in theirs:
        raise NotFound("document_not_found", request.sha256)
    content = custody.piece(tx, request.sha256, request.position)
    told = base64.b64encode(content or b"").decode()
    return DocumentPiece(content=told, last=content is None)


def _rows(
    tx: Transaction, holding: Holding, subject: Subject, begin: int, limit: int
) -> list[Mapping[str, Any]]:
    columns = [
        getattr(holding.model, name).label(name)
        for name in (attribute.key for attribute in inspect(holding.model).column_attrs)
        if name not in holding.withheld
    ]
    wanted = select(*columns).where(holding.of(subject))
    if holding.shown is not None:
        wanted = wanted.where(holding.shown)
    wanted = wanted.order_by(*holding.key).offset(begin).limit(limit)
    return [dict(row) for row in tx.execute(wanted).mappings()]


def _told(holding: Holding, row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | {name: f"(withheld: {why})" for name, why in holding.withheld.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"({len(value)} bytes: among the documents)"
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in an export")


def _read(cursor: str | None, holdings: int) -> tuple[int, int]:
    if cursor is None:
        return 0, 0
    place, _, begin = cursor.partition(":")
    if not (place.isdecimal() and begin.isdecimal() and len(cursor) < 20 and int(place) < holdings):
        problem = {"cursor": ["is not a cursor of this list"]}
        raise Invalid("invalid_fields", "the cursor is not right", problem)
    return int(place), int(begin)
