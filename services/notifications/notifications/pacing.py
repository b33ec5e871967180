"""How fast messages leave: buckets of tokens in the database, so that they hold across replicas."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from kit import Transaction
from notifications.domain.pacing import TOKEN, Rate, Taken
from notifications.domain.pacing import take as take_from
from notifications.models import Bucket

FULL_AFTER = timedelta(hours=1)
"""A bucket that nobody used for so long is full, and is not kept."""


def take(tx: Transaction, name: str, rate: Rate, wanted: int) -> Taken:
    """Take up to `wanted` tokens out of a bucket, which is full at first."""
    return take_each(tx, rate, {name: wanted})[name]


def take_each(tx: Transaction, rate: Rate, wanted: Mapping[str, int]) -> dict[str, Taken]:
    """The same of several buckets of one rate, locked in the order of their names."""
    now = datetime.now(UTC)
    _make_full(tx, rate, wanted, now)
    found: dict[str, Taken] = {}
    for bucket in tx.scalars(_locked(wanted)):
        taken = take_from(rate, bucket.micro_tokens, bucket.filled_at, wanted[bucket.name], now)
        bucket.micro_tokens, bucket.filled_at = taken.left, now
        found[bucket.name] = taken
    return found


def give_back(tx: Transaction, name: str, tokens: int) -> None:
    """Put back what was not used."""
    if tokens > 0:
        give_back_each(tx, {name: tokens})


def give_back_each(tx: Transaction, tokens: Mapping[str, int]) -> None:
    """The same of several buckets."""
    for bucket in tx.scalars(_locked(tokens)):
        bucket.micro_tokens += tokens[bucket.name] * TOKEN


def _locked(names: Iterable[str]) -> Select[tuple[Bucket]]:
    rows = select(Bucket).where(Bucket.name.in_(list(names))).order_by(Bucket.name)
    return rows.with_for_update().execution_options(populate_existing=True)


def forget_full(tx: Transaction) -> None:
    """Drop the buckets that nobody has used for a while."""
    tx.execute(delete(Bucket).where(Bucket.filled_at < datetime.now(UTC) - FULL_AFTER))


def _make_full(tx: Transaction, rate: Rate, names: Iterable[str], now: datetime) -> None:
    dialect = tx.get_bind().dialect.name
    insert = postgresql_insert if dialect == "postgresql" else sqlite_insert
    full = [
        {"name": name, "micro_tokens": rate.burst * TOKEN, "filled_at": now}
        for name in sorted(names)
    ]
    tx.execute(insert(Bucket).values(full).on_conflict_do_nothing())
