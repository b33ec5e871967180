"""Templates and the provider's own words for them."""

from headship_contracts.notifications import templates as asked
from kit import Transaction, rpc
from notifications import wordings
from notifications.service.callers import WITHIN


class Wordings:
    @rpc(asked.ListTemplates, allowed=WITHIN)
    def list_templates(
        self, tx: Transaction, _request: asked.ListTemplates
    ) -> asked.TemplatesFound:
        """Every version of every template."""
        return wordings.listed(tx)

    @rpc(asked.PreviewTemplate, allowed=WITHIN)
    def preview_template(self, tx: Transaction, request: asked.PreviewTemplate) -> asked.Preview:
        """A template with given values."""
        return wordings.previewed(tx, request)

    @rpc(asked.SaveWording, allowed=WITHIN)
    def save_wording(self, tx: Transaction, request: asked.SaveWording) -> asked.TemplateRecord:
        """The provider's own words for a template."""
        return wordings.saved(tx, request)

    @rpc(asked.ArchiveWording, allowed=WITHIN)
    def archive_wording(
        self, tx: Transaction, request: asked.ArchiveWording
    ) -> asked.TemplateRecord:
        """No longer use these words."""
        return wordings.archived(tx, request)
