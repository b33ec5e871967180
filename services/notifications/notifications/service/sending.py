"""What notifications does by the clock."""

from datetime import datetime, timedelta

from kit import Ask, Database, timer
from notifications import daily, digests, pacing, receipts, reminders, sending, settling
from notifications.channels.choosing import channel_of
from notifications.channels.notify import NotifyChannel
from notifications.settings import NotificationsSettings


class Sending:
    db: Database
    ask: Ask
    settings: NotificationsSettings

    @timer(every=timedelta(seconds=5), missed="skip", everywhere=True)
    def send_due(self, at: datetime) -> None:
        """Send what is due; woken by every new message."""
        sending.send_due(self.db, channel_of(self.settings), self.ask, self.settings, at)

    @timer(every=timedelta(minutes=15), missed="skip")
    def remind(self, at: datetime) -> None:
        """Queue the reminders of sessions and assessments that are due."""
        with self.db.transaction(at=at) as tx:
            reminders.queue_due(tx, at)

    @timer(every=timedelta(minutes=15), missed="skip")
    def tell_together(self, at: datetime) -> None:
        """Make digests of what has waited for the evening."""
        digests.close_all(self.db, at)

    @timer(every=timedelta(hours=1), missed="skip")
    def time_out(self, at: datetime) -> None:
        """End what has waited three days, here or at GOV.UK Notify."""
        with self.db.transaction(at=at) as tx:
            settling.give_up(tx)
        channel = channel_of(self.settings)
        if isinstance(channel, NotifyChannel):
            receipts.look_after(self.db, channel, at)

    @timer(every=timedelta(minutes=5), missed="skip")
    def look_up_doubts(self, at: datetime) -> None:
        """Ask GOV.UK Notify about messages that may have gone; forget buckets that are full."""
        channel = channel_of(self.settings)
        if isinstance(channel, NotifyChannel):
            receipts.look_up(self.db, channel, at)
        with self.db.transaction(at=at) as tx:
            pacing.forget_full(tx)
            daily.forget_old(tx)
