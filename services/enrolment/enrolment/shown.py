"""What DfE showed: pages of its lists, and which of their records are new or differ from before."""

import marshal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from enrolment.dfe.errors import DfeNonsense
from enrolment.dfe.fields import as_uuid
from enrolment.models import Shown
from kit import Transaction


@dataclass(frozen=True)
class Page:
    """The records of a page by DfE's id, each with a digest of all that it says.

    DfE orders some lists by a time alone: a record may come twice, on one page or on two.
    """

    records: Mapping[UUID, tuple[bytes, Any]]
    problems: list[str]


ReadT = TypeVar("ReadT")


@dataclass(frozen=True)
class Batch(Generic[ReadT]):
    """Records of a page that are to be followed, in the sync `number`.

    The page was asked for at `asked_at` (wall time): what DfE took from us later is not on it.
    """

    read: list[ReadT]
    number: int
    asked_at: datetime


@dataclass
class Told:
    """What following a page came to.

    `passed_over`: DfE's ids of records that are to be looked at again when they are shown again.
    """

    received: int = 0
    changed: int = 0
    drifted: int = 0
    passed_over: set[UUID] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def page_of(records: Iterable[Any]) -> Page:
    """Told apart by their ids; those without one are problems."""
    found: dict[UUID, tuple[bytes, Any]] = {}
    problems = []
    for number, record in enumerate(records, start=1):
        try:
            dfe_id = as_uuid("id", record.get("id") if isinstance(record, dict) else None)
        except DfeNonsense as error:
            problems.append(f"record {number}: {error}")
        else:
            found[dfe_id] = (_digest(record), record)
    return Page(found, problems)


def news(tx: Transaction, stream: str, page: Page) -> dict[UUID, Any]:
    """The records of a page that DfE has not shown so before."""
    wanted = select(Shown.dfe_id, Shown.digest).where(
        Shown.stream == stream, Shown.dfe_id.in_(page.records)
    )
    known = {row.dfe_id: bytes(row.digest) for row in tx.execute(wanted)}
    return {
        dfe_id: record
        for dfe_id, (digest, record) in page.records.items()
        if known.get(dfe_id) != digest
    }


def remember(
    tx: Transaction, stream: str, page: Page, dfe_ids: Iterable[UUID], number: int
) -> None:
    """These have been followed: shown so again they are not looked at."""
    rows = [
        {
            "stream": stream,
            "dfe_id": dfe_id,
            "digest": page.records[dfe_id][0],
            "seen_in_sync": number,
        }
        for dfe_id in sorted(dfe_ids)
    ]
    if not rows:
        return
    insert: Any = insert_sqlite if tx.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert(Shown.__table__)
    newer = {name: statement.excluded[name] for name in ("digest", "seen_in_sync")}
    tx.execute(
        statement.on_conflict_do_update(index_elements=["stream", "dfe_id"], set_=newer), rows
    )


def mark_seen(tx: Transaction, stream: str, dfe_ids: Iterable[UUID], number: int) -> None:
    """A full sync has seen these."""
    its = update(Shown).where(Shown.stream == stream, Shown.dfe_id.in_(list(dfe_ids)))
    tx.execute(its.values(seen_in_sync=number).execution_options(synchronize_session=False))


def _digest(record: Any) -> bytes:
    """Sixteen bytes. The second version of marshal's format writes equal values alike."""
    return blake2b(marshal.dumps(record, 2), digest_size=16).digest()
