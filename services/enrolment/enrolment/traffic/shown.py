"""What DfE showed: pages of its lists, and which of their records are new or differ from before."""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import inspect, select, update

from enrolment.dfe.errors import DfeNonsense
from enrolment.dfe.fields import as_uuid
from enrolment.models import Shown
from kit import Transaction
from kit.db.bulk import among, insert_rows

AT_ONCE: Final = 50
"""Records of a page that are read without a pause: some milliseconds' work."""

ReadT = TypeVar("ReadT")


@dataclass(frozen=True)
class Page(Generic[ReadT]):
    """The records of a page by DfE's id: digests of all that they say, and those that can be read.

    `problems`: what is wrong with those that have no id; `unreadable`: with others. DfE orders
    some lists by a time alone: a record may come twice, on one page or on two.
    """

    digests: Mapping[UUID, bytes]
    read: Mapping[UUID, ReadT]
    unreadable: Mapping[UUID, str]
    problems: Sequence[str]
    length: int

    def __len__(self) -> int:
        """How many records DfE sent; a page of none ends the list."""
        return self.length


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


def page_of(records: Sequence[Any], read: Callable[[Any], ReadT]) -> Page[ReadT]:
    """Told apart by their ids; those without one are problems."""
    digests: dict[UUID, bytes] = {}
    good: dict[UUID, ReadT] = {}
    unreadable: dict[UUID, str] = {}
    problems = []
    for number, record in enumerate(records, start=1):
        if number % AT_ONCE == 0:
            time.sleep(
                0
            )  # whoever takes in the page before goes on as soon as the database answers
        try:
            dfe_id = as_uuid("id", record.get("id") if isinstance(record, dict) else None)
        except DfeNonsense as error:
            problems.append(f"record {number}: {error}")
            continue
        digests[dfe_id] = _digest(record)
        good.pop(dfe_id, None)
        unreadable.pop(dfe_id, None)
        try:
            good[dfe_id] = read(record)
        except DfeNonsense as error:
            unreadable[dfe_id] = f"record {dfe_id}: {error}"
    return Page(digests, good, unreadable, problems, len(records))


@dataclass(frozen=True)
class News:
    """`fresh` are the records of a page that DfE has not shown so before, `known` those shown at
    all."""

    fresh: frozenset[UUID]
    known: frozenset[UUID]


def news(tx: Transaction, stream: str, page: Page[Any]) -> News:
    """What there is to follow on a page."""
    wanted = select(Shown.dfe_id, Shown.digest).where(
        Shown.stream == stream, among(tx, Shown.dfe_id, page.digests)
    )
    known = {row.dfe_id: bytes(row.digest) for row in tx.execute(wanted)}
    fresh = (dfe_id for dfe_id, digest in page.digests.items() if known.get(dfe_id) != digest)
    return News(frozenset(fresh), frozenset(known))


def remember(
    tx: Transaction,
    stream: str,
    page: Page[Any],
    followed: Set[UUID],
    known: Set[UUID],
    number: int,
) -> None:
    """These have been followed: shown so again they are not looked at."""
    rows = [
        {"stream": stream, "dfe_id": dfe_id, "digest": page.digests[dfe_id], "seen_in_sync": number}
        for dfe_id in sorted(followed, key=attrgetter("int"))
    ]
    insert_rows(tx, inspect(Shown).local_table, [r for r in rows if r["dfe_id"] not in known])
    for row in rows:
        if row["dfe_id"] in known:
            its = update(Shown.__table__).where(
                Shown.stream == stream, Shown.dfe_id == row["dfe_id"]
            )
            tx.execute(its.values(digest=row["digest"], seen_in_sync=number))


def mark_seen(tx: Transaction, stream: str, dfe_ids: Collection[UUID], number: int) -> None:
    """A full sync has seen these."""
    if not dfe_ids:
        return
    its = update(Shown).where(Shown.stream == stream, among(tx, Shown.dfe_id, dfe_ids))
    tx.execute(its.values(seen_in_sync=number).execution_options(synchronize_session=False))


def _digest(record: Any) -> bytes:
    """Sixteen bytes, of the same JSON for equal records."""
    try:
        said = orjson.dumps(record)
    except orjson.JSONEncodeError:  # half a surrogate pair, or a number of more than 64 bits
        said = json.dumps(record).encode()
    return blake2b(said, digest_size=16).digest()
