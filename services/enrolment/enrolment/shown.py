"""What DfE showed: pages of its lists, and which of their records are new or differ from before."""

import marshal
from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import inspect, select, update

from enrolment.dfe.errors import DfeNonsense
from enrolment.dfe.fields import as_uuid
from enrolment.models import Shown
from kit import Transaction
from kit.db.bulk import among, insert_rows


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
    """Records of a page that are to be followed, in the sync `number`, begun at `began_at`.

    The page was asked for at `asked_at` (wall time): what DfE took from us later is not on it.
    """

    read: list[ReadT]
    number: int
    asked_at: datetime
    began_at: datetime


@dataclass
class Told:
    """What following a page came to.

    `passed_over`: DfE's ids of records that are to be looked at again when they are shown again;
    `unsettled`: what became of some is known only later, so the next sync must be shown them again.
    """

    received: int = 0
    changed: int = 0
    drifted: int = 0
    passed_over: set[UUID] = field(default_factory=set)
    unsettled: bool = False
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


@dataclass(frozen=True)
class News:
    """The records of a page that DfE has not shown so before; `known` are those shown at all."""

    records: Mapping[UUID, Any]
    known: frozenset[UUID]


def news(tx: Transaction, stream: str, page: Page) -> News:
    """What there is to follow on a page."""
    wanted = select(Shown.dfe_id, Shown.digest).where(
        Shown.stream == stream, among(tx, Shown.dfe_id, page.records)
    )
    known = {row.dfe_id: bytes(row.digest) for row in tx.execute(wanted)}
    fresh = {
        dfe_id: record
        for dfe_id, (digest, record) in page.records.items()
        if known.get(dfe_id) != digest
    }
    return News(fresh, frozenset(known))


def remember(
    tx: Transaction,
    stream: str,
    page: Page,
    followed: Set[UUID],
    known: Set[UUID],
    number: int,
) -> None:
    """These have been followed: shown so again they are not looked at."""
    rows = [
        {"dfe_id": dfe_id, "digest": page.records[dfe_id][0], "seen_in_sync": number}
        for dfe_id in sorted(followed)
    ]
    fresh = [{"stream": stream, **row} for row in rows if row["dfe_id"] not in known]
    insert_rows(tx, inspect(Shown).local_table, fresh)
    for row in rows:
        if row["dfe_id"] in known:
            its = update(Shown.__table__).where(
                Shown.stream == stream, Shown.dfe_id == row["dfe_id"]
            )
            tx.execute(its.values(digest=row["digest"], seen_in_sync=number))


def mark_seen(tx: Transaction, stream: str, dfe_ids: Collection[UUID], number: int) -> None:
    """A full sync has seen these."""
    its = update(Shown).where(Shown.stream == stream, among(tx, Shown.dfe_id, dfe_ids))
    tx.execute(its.values(seen_in_sync=number).execution_options(synchronize_session=False))


def _digest(record: Any) -> bytes:
    """Sixteen bytes. The second version of marshal's format writes equal values alike."""
    return blake2b(marshal.dumps(record, 2), digest_size=16).digest()
