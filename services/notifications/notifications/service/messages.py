"""Messages: sending one, looking at them, sending one again."""

from headship_contracts.notifications import messages as asked
from kit import Transaction, rpc
from notifications import messages, orders
from notifications.service.callers import WITHIN
from notifications.settings import NotificationsSettings


class Messages:
    settings: NotificationsSettings

    @rpc(asked.ListMessages, allowed=WITHIN)
    def list_messages(self, tx: Transaction, request: asked.ListMessages) -> asked.MessagePage:
        """Messages by person, application, template, status."""
        return messages.listed(tx, request)

    @rpc(asked.ReadMessage, allowed=WITHIN)
    def read_message(self, tx: Transaction, request: asked.ReadMessage) -> asked.MessageText:
        """One message, as its recipient got it."""
        return messages.read(tx, request.message_id)

    @rpc(asked.CountMessages, allowed=WITHIN)
    def count_messages(self, tx: Transaction, _request: asked.CountMessages) -> asked.MessageCounts:
        """How many messages there are, by template and status."""
        return messages.counted(tx, self.settings)

    @rpc(asked.ResendMessage, allowed=WITHIN)
    def resend_message(self, tx: Transaction, request: asked.ResendMessage) -> asked.MessageRecord:
        """Send a message once more."""
        return messages.resent(tx, request)

    @rpc(asked.SendMessage, allowed=WITHIN)
    def send_message(self, tx: Transaction, request: asked.SendMessage) -> asked.MessageRecord:
        """Send a message, once for each key."""
        return orders.sent(tx, request, self.settings)

    @rpc(asked.SettleMessage, allowed=WITHIN)
    def settle_message(self, tx: Transaction, request: asked.SettleMessage) -> asked.MessageRecord:
        """What became of a message that may have gone."""
        return messages.settled(tx, request)
