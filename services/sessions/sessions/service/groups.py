"""What hubs and people offer, and the coaching groups made of it."""

from headship_contracts.sessions.groups import (
    AvailabilityRecord,
    FormGroups,
    GetGroup,
    GroupingReport,
    GroupPage,
    GroupWithMembers,
    HubOfferRecord,
    ListGroups,
    SetAvailability,
    SetHubOffer,
)
from headship_contracts.sessions.replanning import ReplanGroups, ReplanReport
from kit import Caller, Database, Transaction, rpc
from sessions import forming, groups, offers
from sessions.settings import SessionsSettings


class Groups:
    db: Database
    settings: SessionsSettings

    @rpc(SetHubOffer)
    def set_hub_offer(self, tx: Transaction, request: SetHubOffer) -> HubOfferRecord:
        """Say which coaches, slots and venue a hub offers."""
        return offers.set_hub_offer(tx, request)

    @rpc(SetAvailability)
    def set_availability(self, tx: Transaction, request: SetAvailability) -> AvailabilityRecord:
        """Say which slots somebody can do."""
        return offers.set_availability(tx, request)

    @rpc(FormGroups, transaction=False)
    def form_groups(self, request: FormGroups, caller: Caller) -> GroupingReport:
        """Put everyone without a coaching group into one; nobody who has one moves."""
        return forming.form_groups(self.db, request, self.settings)

    @rpc(ReplanGroups, transaction=False)
    def replan_groups(self, request: ReplanGroups, caller: Caller) -> ReplanReport:
        """Plan groups and days anew with the fewest people moved, or see what that would change."""
        return forming.replan(self.db, request, self.settings)

    @rpc(ListGroups)
    def list_groups(self, tx: Transaction, request: ListGroups) -> GroupPage:
        """Coaching groups."""
        return groups.list_groups(tx, request, self.settings)

    @rpc(GetGroup)
    def get_group(self, tx: Transaction, request: GetGroup) -> GroupWithMembers:
        """One coaching group and its members."""
        return groups.get_group(tx, request, self.settings)
