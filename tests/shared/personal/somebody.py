"""A person with a row in every table about people. Each text says whose it is, and where it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import JSON, CheckConstraint, Column, MetaData, Table, insert, select

from kit.db import Instant, Money, Transaction
from kit.personal.holdings import Custody, Subject

AT = datetime(2026, 9, 7, 9, tzinfo=UTC)

PERSON = (
    *("participant_id", "person_id", "first_id", "staff_id", "coach_staff_id"),
    *("facilitator_staff_id", "former_participant_id", "record_id"),
)
SPECIAL: dict[tuple[str, str], Any] = {
    ("extensions", "closes_at"): AT + timedelta(days=1),
    ("case_evidence", "appeal_id"): None,
    ("likely_duplicates", "second_id"): UUID(int=2**128 - 1),
    ("training_history", "corrects"): None,
    ("sessions", "local_start"): "2026-10-08T16:00",
    ("dfe_drift", "resolved_at"): None,
    ("dfe_drift", "resolution"): None,
}
"""What a rule of the table wants."""


@dataclass
class Somebody:
    """Ids, and the mark that their texts have. `rows`: table → what was written there."""

    mark: str
    person_id: UUID = field(default_factory=uuid4)
    application_id: UUID = field(default_factory=uuid4)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        return Subject((self.person_id,), (self.application_id,))


def custody_of(service: str) -> Custody:
    found: Custody = import_module(f"{service}.protection.custody").CUSTODY
    return found


def moves_in(tx: Transaction, service: str, who: Somebody) -> None:
    """Write a row into every table about people, and into those that these need."""
    metadata = import_module(f"{service}.models").Base.metadata
    wanted = {holding.table for holding in custody_of(service).holdings}
    while more := set(_needed(metadata, wanted)) - wanted:
        wanted |= more
    for table in metadata.sorted_tables:
        if table.name in wanted:
            if table.name == "likely_duplicates":
                _somebody_like(tx, metadata, who)
            who.rows[table.name] = row = _row(table, who)
            tx.execute(insert(table).values(row))


def _needed(metadata: MetaData, wanted: set[str]) -> Iterator[str]:
    for name in wanted:
        for key in metadata.tables[name].foreign_keys:
            yield key.column.table.name


def _somebody_like(tx: Transaction, metadata: MetaData, who: Somebody) -> None:
    """The other one of two who may be one person: nobody's mark, and an id after all others."""
    participants = metadata.tables["participants"]
    other = SPECIAL["likely_duplicates", "second_id"]
    if tx.scalar(select(participants.c.id).where(participants.c.id == other)) is None:
        row = who.rows["participants"] | {"id": other, "dfe_participant_id": None, "trn": None}
        texts = {"full_name": "Somebody else", "email": None}
        tx.execute(insert(participants).values(row | texts))


def _row(table: Table, who: Somebody) -> dict[str, Any]:
    return {column.name: _value(table, column, who) for column in table.columns}


def _value(table: Table, column: Column[Any], who: Somebody) -> Any:
    if (table.name, column.name) in SPECIAL:
        return SPECIAL[table.name, column.name]
    if (table.name, column.name) == ("import_bad_rows", "cells"):
        return [f"{who.mark} participants.email"]
    if column.name in ("sha256", "text_sha256"):
        return uuid5(who.person_id, "a file").hex * 2
    if (table.name, column.name) in (("participants", "id"), ("staff", "id")):
        return who.person_id
    if column.name in PERSON:
        return who.person_id
    if column.name == "application_id" or (table.name, column.name) == ("applications", "id"):
        return who.application_id
    for key in column.foreign_keys:
        return who.rows[key.column.table.name][key.column.name]
    allowed = _allowed(table, column.name)
    return allowed if allowed is not None else _plain(table, column, who)


def _allowed(table: Table, name: str) -> str | None:
    """The first value that a check of the table names for a column."""
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            found = re.search(rf"\b{name} IN \('([^']+)'", str(constraint.sqltext))
            if found:
                return found[1]
    return None


def _plain(table: Table, column: Column[Any], who: Somebody) -> Any:
    mark = f"{who.mark} {table.name}.{column.name}"
    if isinstance(column.type, JSON):
        return {"said": mark}
    if isinstance(column.type, Instant):
        return AT
    if isinstance(column.type, Money):
        return Decimal(0)
    kind = column.type.python_type
    if column.name == "message_id":
        return uuid5(who.person_id, "a message")
    if kind is UUID:
        return uuid5(who.person_id, f"{table.name}.{column.name}")
    if kind is bytes:
        return mark.encode()
    by_kind = {
        str: mark,
        bool: True,
        int: int.from_bytes(who.mark.encode()[:2]) if column.primary_key else 0,
        date: AT.date(),
    }
    return by_kind[kind]
