"""What comes back about messages, over HTTP from those who can prove who they are."""

from kit import Database, http
from kit.pages import Request, Response, plain
from notifications import metrics, receipts
from notifications.domain.bounces import LONGEST
from notifications.settings import NotificationsSettings


class Receipts:
    db: Database
    settings: NotificationsSettings

    @http("POST", "/receipts/notify")
    def take_callback(self, request: Request) -> Response:
        """GOV.UK Notify tells what became of a message."""
        if not receipts.is_from(request, self.settings.notify_callback_token):
            return _refused()
        with self.db.transaction() as tx:
            is_news = receipts.keep_callback(tx, request.get_data())
        return plain(200, "kept" if is_news else "known already")

    @http("POST", "/receipts/returned-mail", most_bytes=LONGEST)
    def take_returned_mail(self, request: Request) -> Response:
        """A mail server passes on what came back: the mail as it is, `?to=` whom it came to."""
        if not receipts.is_from(request, self.settings.receipts_token):
            return _refused()
        with self.db.transaction() as tx:
            is_news = receipts.keep_returned(tx, request.get_data(), request.args.get("to"))
        return plain(200, "kept" if is_news else "known already")


def _refused() -> Response:
    metrics.receipts.labels(outcome="refused").inc()
    return plain(401, "a bearer token is needed", {"WWW-Authenticate": "Bearer"})
