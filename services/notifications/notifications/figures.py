"""What is waiting to be sent, counted in the queue; `kit.Figures` has one replica read it."""

from prometheus_client import Gauge
from sqlalchemy import func, select

from kit import Transaction
from kit.metrics import Series, filled
from notifications import metrics
from notifications.domain.pacing import day_of
from notifications.domain.statuses import WAITING
from notifications.domain.templates import CLASSES
from notifications.models import DailyCount, Message
from notifications.settings import CHANNELS


def read(tx: Transaction) -> dict[Gauge, Series]:
    """How many messages wait, for how long the oldest has that could have left, and how many have
    left today.
    """
    due = Message.due_at <= tx.at
    wanted = (
        select(Message.message_class, due, func.count(), func.min(Message.due_at))
        .where(Message.status.in_(WAITING), Message.claimed_by.is_(None))
        .group_by(Message.message_class, due)
    )
    counted: dict[tuple[str, ...], float] = {}
    ages: dict[tuple[str, ...], float] = {}
    for message_class, now, number, oldest in tx.execute(wanted):
        counted[message_class, "now" if now else "later"] = number
        if now:
            ages[message_class,] = (tx.at - oldest).total_seconds()
    today = select(DailyCount.channel, DailyCount.messages).where(DailyCount.day == day_of(tx.at))
    by_channel = {(channel,): float(number) for channel, number in tx.execute(today)}
    return {
        metrics.messages_today: filled(by_channel, CHANNELS),
        metrics.messages_waiting: filled(counted, CLASSES, ("now", "later")),
        metrics.oldest_due: filled(ages, CLASSES),
    }
