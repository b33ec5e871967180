"""Whose training or work has ended, some at a time: what a service's `ended_before` is made of."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Select, select

from kit.db.transaction import Transaction
from kit.personal.holdings import Subject
from kit.personal.retention import earlier

AT_ONCE: Final = 200

LONGEST_TRAINING_MONTHS: Final = 60
"""Of whom nothing has changed for so long is not in training any more, whatever was left unsaid."""


def in_batches(tx: Transaction, wanted: Select[Any], key: Any) -> Iterator[Sequence[Row[Any]]]:
    """Rows in the order of a key, which is the first column that they have."""
    last = None
    while True:
        further = wanted if last is None else wanted.where(key > last)
        rows = tx.execute(further.order_by(key).limit(AT_ONCE)).all()
        if not rows:
            return
        last = rows[-1][0]
        yield rows


def as_revision(instant: datetime) -> int:
    """A revision is the microsecond of a change."""
    return int(instant.timestamp() * 1_000_000)


def unheard_since(before: datetime) -> int:
    """Whose revision is older than this had left before an instant, without a word of it."""
    return as_revision(earlier(before, LONGEST_TRAINING_MONTHS))


def staff_who_left(tx: Transaction, staff: Any, key: Any, before: datetime) -> Iterator[Subject]:
    """Those of a table of staff who have not been active since before an instant."""
    gone = select(key).where(staff.active.is_(False), staff.revision < as_revision(before))
    ids = tuple(tx.scalars(gone))
    if ids:
        yield Subject(ids)
