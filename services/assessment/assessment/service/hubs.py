"""What hubs' own systems ask."""

from assessment import hubs
from headship_contracts.assessment import hub as asked
from headship_contracts.hub_changes import HubChanges
from kit import Transaction, hub_rpc
from kit.hubs import changes


class Hubs:
    hub_feed = hubs.FEED

    @hub_rpc(asked.ListHubProgress)
    def list_hub_progress(
        self, tx: Transaction, request: asked.ListHubProgress
    ) -> asked.HubProgressPage:
        """How far the hub's people are, without marks and results."""
        return hubs.list_progress(tx, request)

    @hub_rpc(asked.ListHubChanges)
    def list_hub_changes(self, tx: Transaction, request: asked.ListHubChanges) -> HubChanges:
        """What has changed for the hub in assessment."""
        return changes.since(tx, hubs.calling_hub(tx), request)
