"""How many messages may leave in a day of London's by a channel.

Counted in the database, so that it holds across replicas and after a crash.

A message counts from when a round takes it. What does not leave after all counts no more, nor does
what a round had not handed over when its process died; what may have gone stays counted.
"""

from datetime import date, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from kit import Transaction
from notifications.domain.pacing import day_of
from notifications.models import DailyCount

KEPT = timedelta(days=2)


def left(tx: Transaction, channel: str, most: int) -> int | None:
    """How many may still leave today; None: no limit. Whoever asks holds the channel's tokens, so
    that nobody counts beside it.
    """
    return None if not most else max(most - today(tx, channel), 0)


def today(tx: Transaction, channel: str) -> int:
    """How many have left today, or are about to."""
    its = (DailyCount.channel == channel, DailyCount.day == day_of(tx.at))
    return tx.scalar(select(DailyCount.messages).where(*its)) or 0


def count(tx: Transaction, channel: str, messages: int) -> None:
    """These are about to leave."""
    if messages <= 0:
        return
    insert = postgresql_insert if tx.get_bind().dialect.name == "postgresql" else sqlite_insert
    one = insert(DailyCount).values(channel=channel, day=day_of(tx.at), messages=messages)
    tx.execute(
        one.on_conflict_do_update(
            index_elements=[DailyCount.channel, DailyCount.day],
            set_={"messages": DailyCount.messages + one.excluded.messages},
        )
    )


def give_back(tx: Transaction, channel: str, messages: int, counted_on: date | None = None) -> None:
    """These do not leave after all; they were counted today, if not on another day."""
    if messages <= 0:
        return
    less = DailyCount.messages - messages
    tx.execute(
        update(DailyCount)
        .where(DailyCount.channel == channel, DailyCount.day == (counted_on or day_of(tx.at)))
        .values(messages=case((less < 0, 0), else_=less))
        .execution_options(synchronize_session=False)
    )


def forget_old(tx: Transaction) -> None:
    """Drop the days before yesterday."""
    tx.execute(delete(DailyCount).where(DailyCount.day < day_of(tx.at) - KEPT))
