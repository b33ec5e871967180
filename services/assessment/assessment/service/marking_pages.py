"""A marker's own pages, behind their link."""

from assessment import marking_pages
from assessment.settings import AssessmentSettings
from kit import Database, http
from kit.pages import Request, Response

FORM_BYTES = 1_000_000


class MarkingPages:
    db: Database
    settings: AssessmentSettings

    @http("GET", "/marking/<token>")
    def marking_page(self, _request: Request, token: str) -> Response:
        """Show what waits for a marker."""
        return marking_pages.show_queue(self.db, token)

    @http("POST", "/marking/<token>/claim")
    def claim_on_page(self, request: Request, token: str) -> Response:
        """Take the next script from a pile."""
        return marking_pages.claim(self.db, token, request.form.to_dict())

    @http("GET", "/marking/<token>/<allocation>")
    def script_page(self, _request: Request, token: str, allocation: str) -> Response:
        """Show a script beside its criteria."""
        return marking_pages.show_script(self.db, token, allocation)

    @http("POST", "/marking/<token>/<allocation>", most_bytes=FORM_BYTES)
    def marks_from_page(self, request: Request, token: str, allocation: str) -> Response:
        """Keep the marks, or a draft of them."""
        return marking_pages.take_marks(
            self.db,
            token,
            allocation,
            request.form.to_dict(),
            probation=self.settings.probation_scripts,
        )
