"""What hubs' own systems ask."""

from enrolment import hubs
from headship_contracts.enrolment.hub import (
    GetHubParticipant,
    HubParticipant,
    HubParticipantPage,
    ListHubChanges,
    ListHubParticipants,
)
from headship_contracts.hub_changes import HubChanges
from kit import Transaction, hub_rpc
from kit.hubs import changes


class Hubs:
    hub_feed = hubs.FEED

    @hub_rpc(ListHubParticipants)
    def list_hub_participants(
        self, tx: Transaction, request: ListHubParticipants
    ) -> HubParticipantPage:
        """The hub's participants, also since an instant."""
        return hubs.list_participants(tx, request)

    @hub_rpc(GetHubParticipant)
    def get_hub_participant(self, tx: Transaction, request: GetHubParticipant) -> HubParticipant:
        """One of the hub's participants."""
        return hubs.get_participant(tx, request)

    @hub_rpc(ListHubChanges)
    def list_hub_changes(self, tx: Transaction, request: ListHubChanges) -> HubChanges:
        """What has changed for the hub in enrolment."""
        return changes.since(tx, hubs.calling_hub(tx), request)
