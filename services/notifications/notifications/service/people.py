"""What people want to hear, where nothing is sent, and when they are on holiday."""

from headship_contracts.notifications import preferences as asked
from kit import Database, Transaction, clock, http, rpc
from kit.pages import Request, Response
from notifications import holding, preferences, suppressions, unsubscribing
from notifications.service.callers import WITHIN


class People:
    db: Database

    @rpc(asked.GetPreferences, allowed=WITHIN)
    def get_preferences(
        self, tx: Transaction, request: asked.GetPreferences
    ) -> asked.PreferencesRecord:
        """How somebody hears of each topic."""
        return preferences.read(tx, request)

    @rpc(asked.SetPreferences, allowed=WITHIN)
    def set_preferences(
        self, tx: Transaction, request: asked.SetPreferences
    ) -> asked.PreferencesRecord:
        """Change how somebody hears of topics, and their language."""
        return preferences.written(tx, request)

    @rpc(asked.ListSuppressions, allowed=WITHIN)
    def list_suppressions(
        self, tx: Transaction, request: asked.ListSuppressions
    ) -> asked.SuppressionPage:
        """Addresses to which nothing is sent."""
        return suppressions.listed(tx, request)

    @rpc(asked.AddSuppression, allowed=WITHIN)
    def add_suppression(
        self, tx: Transaction, request: asked.AddSuppression
    ) -> asked.SuppressionRecord:
        """Send nothing more to an address."""
        return suppressions.added(tx, request)

    @rpc(asked.RemoveSuppression, allowed=WITHIN)
    def remove_suppression(
        self, tx: Transaction, request: asked.RemoveSuppression
    ) -> asked.SuppressionRecord:
        """Send to an address again."""
        return suppressions.removed(tx, request)

    @rpc(asked.SetSchoolHolidays, allowed=WITHIN)
    def set_school_holidays(
        self, tx: Transaction, request: asked.SetSchoolHolidays
    ) -> asked.SchoolHolidays:
        """The term dates of a school or an authority."""
        return holding.set_school_holidays(tx, request)

    @http("GET", "/unsubscribe/<token>")
    def show_preferences(self, _request: Request, token: str) -> Response:
        """The page behind the link of a message; looking at it changes nothing."""
        with self.db.transaction() as tx:
            return unsubscribing.shown(tx, token, clock.now())

    @http("POST", "/unsubscribe/<token>")
    def unsubscribe(self, request: Request, token: str) -> Response:
        """A mail program's one click, or that page's form."""
        with self.db.transaction() as tx:
            return unsubscribing.posted(tx, request, token, clock.now())
