"""What hubs' own systems ask."""

from headship_contracts.hub_changes import HubChanges
from headship_contracts.notifications import hub as asked
from kit import Transaction, hub_rpc
from kit.hubs import changes
from notifications import hubs


class Hubs:
    hub_feed = hubs.FEED

    @hub_rpc(asked.ListHubMessages)
    def list_hub_messages(
        self, tx: Transaction, request: asked.ListHubMessages
    ) -> asked.HubMessagePage:
        """Which messages the hub's people were sent, without their text."""
        return hubs.list_messages(tx, request)

    @hub_rpc(asked.ListHubChanges)
    def list_hub_changes(self, tx: Transaction, request: asked.ListHubChanges) -> HubChanges:
        """What has changed for the hub in notifications."""
        return changes.since(tx, hubs.calling_hub(tx), request)
