"""Checking in, by RPC and on plain pages."""

from headship_contracts.links import LinksFound
from headship_contracts.messages import Done
from headship_contracts.sessions import check_in as contracts
from headship_contracts.sessions.attendance import AttendanceRecord
from kit import Database, Transaction, http, rpc
from kit.pages import Request, Response
from sessions import check_in, check_in_links, check_in_pages
from sessions.settings import SessionsSettings

FORM_BYTES = 4_096
"""Of a form that holds one code."""


class CheckIn:
    db: Database
    settings: SessionsSettings

    @rpc(contracts.MakeCheckInScreen)
    def make_check_in_screen(
        self, tx: Transaction, request: contracts.MakeCheckInScreen
    ) -> contracts.CheckInScreen:
        """The facilitator's page that shows a session's code."""
        return check_in.make_screen(tx, request, self.settings.public_url)

    @rpc(contracts.GetCheckInCode)
    def get_check_in_code(
        self, tx: Transaction, request: contracts.GetCheckInCode
    ) -> contracts.CheckInCode:
        """The code of the moment, for a screen of one's own."""
        return check_in.get_code(tx, request)

    @rpc(contracts.MakeCheckInLink)
    def make_check_in_link(
        self, tx: Transaction, request: contracts.MakeCheckInLink
    ) -> contracts.CheckInLink:
        """A participant's own link for checking in."""
        return check_in_links.make(tx, request, self.settings.public_url)

    @rpc(contracts.CheckInLinks, allowed=("service", "operator"))
    def check_in_links(self, tx: Transaction, request: contracts.CheckInLinks) -> LinksFound:
        """The links that messages to participants carry."""
        return check_in_links.told(tx, request, self.settings.public_url)

    @rpc(contracts.RevokeCheckInLink)
    def revoke_check_in_link(self, tx: Transaction, request: contracts.RevokeCheckInLink) -> Done:
        """The link is no longer good."""
        return check_in_links.revoke(tx, request)

    @rpc(contracts.CheckIn)
    def check_in(self, tx: Transaction, request: contracts.CheckIn) -> AttendanceRecord:
        """Say that somebody is there, by the code that they see."""
        return check_in.check_in(tx, request, self.settings)

    @http("GET", "/check-in/screen/<token>")
    def check_in_screen(self, _request: Request, token: str) -> Response:
        """The code and its QR code, for the room."""
        with self.db.transaction() as tx:
            return check_in_pages.screen(tx, token, self.settings.public_url)

    @http("GET", "/check-in/code/<code>")
    def scanned_code(self, request: Request, code: str) -> Response:
        """What a scanned QR code opens."""
        known = request.cookies.get(check_in_pages.COOKIE)
        with self.db.transaction() as tx:
            return check_in_pages.scanned(tx, code, known)

    @http("GET", "/check-in/<token>")
    def check_in_page(self, _request: Request, token: str) -> Response:
        """A participant's own page."""
        with self.db.transaction() as tx:
            return check_in_pages.own_page(tx, token, self.settings.public_url)

    @http("POST", "/check-in/<token>", most_bytes=FORM_BYTES)
    def take_check_in_code(self, request: Request, token: str) -> Response:
        """The code that a participant typed or scanned."""
        sent = request.form.to_dict()
        with self.db.transaction() as tx:
            return check_in_pages.take_code(tx, token, sent, self.settings)
