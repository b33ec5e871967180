"""What hubs' own systems ask."""

from dataclasses import replace

from headship_contracts.hub_changes import HubChanges
from headship_contracts.sessions import hub as asked
from headship_contracts.sessions.attendance import (
    AttendanceRecord,
    AttendanceReport,
    CatchUpPage,
    Register,
)
from headship_contracts.sessions.calendars import CalendarAddress
from headship_contracts.sessions.engagement import EngagementPage, EngagementRecord
from headship_contracts.sessions.groups import GroupPage, GroupWithMembers
from headship_contracts.sessions.schedule import SessionPage, SessionRecord
from kit import Ask, Caller, Database, Transaction, hub_rpc
from kit.hubs import changes
from sessions import hub_feed, hubs, registers
from sessions.settings import SessionsSettings


class Hubs:
    db: Database
    settings: SessionsSettings
    ask: Ask
    hub_feed = hub_feed.FEED

    @hub_rpc(asked.ListHubGroups)
    def list_hub_groups(self, tx: Transaction, request: asked.ListHubGroups) -> GroupPage:
        """The hub's coaching groups."""
        return hubs.list_groups(tx, request, self.settings)

    @hub_rpc(asked.GetHubGroup)
    def get_hub_group(self, tx: Transaction, request: asked.GetHubGroup) -> GroupWithMembers:
        """One of its groups, and who is in it."""
        return hubs.get_group(tx, request, self.settings)

    @hub_rpc(asked.ListHubSessions)
    def list_hub_sessions(self, tx: Transaction, request: asked.ListHubSessions) -> SessionPage:
        """Its sessions, and its people's webinars."""
        return hubs.list_sessions(tx, request)

    @hub_rpc(asked.GetHubRegister, transaction=False)
    def get_hub_register(self, request: asked.GetHubRegister, caller: Caller) -> Register:
        """The register of a session, with names."""
        with self.db.transaction(caller=caller) as tx:
            register = hubs.read_register(tx, request)
        names = registers.names(self.ask, [line.participant_id for line in register.lines])
        lines = [replace(line, full_name=names.get(line.participant_id)) for line in register.lines]
        return replace(register, lines=lines)

    @hub_rpc(asked.RecordHubRegisters)
    def record_hub_registers(
        self, tx: Transaction, request: asked.RecordHubRegisters
    ) -> AttendanceReport:
        """Record or correct registers of one or many sessions."""
        return hubs.record_registers(tx, request, self.settings)

    @hub_rpc(asked.ListHubCatchUps)
    def list_hub_catch_ups(self, tx: Transaction, request: asked.ListHubCatchUps) -> CatchUpPage:
        """Its people's catch-ups, and those that wait for a review."""
        return hubs.list_catch_ups(tx, request)

    @hub_rpc(asked.DecideHubCatchUp)
    def decide_hub_catch_up(
        self, tx: Transaction, request: asked.DecideHubCatchUp
    ) -> AttendanceRecord:
        """Approve or refuse a catch-up."""
        return hubs.decide_catch_up(tx, request, self.settings)

    @hub_rpc(asked.ConfirmHubFacilitator)
    def confirm_hub_facilitator(
        self, tx: Transaction, request: asked.ConfirmHubFacilitator
    ) -> SessionRecord:
        """Who of its staff leads a session."""
        return hubs.confirm_facilitator(tx, request, self.settings)

    @hub_rpc(asked.ConfirmHubVenue)
    def confirm_hub_venue(self, tx: Transaction, request: asked.ConfirmHubVenue) -> SessionRecord:
        """Where a session takes place."""
        return hubs.confirm_venue(tx, request, self.settings)

    @hub_rpc(asked.GetHubEngagement)
    def get_hub_engagement(
        self, tx: Transaction, request: asked.GetHubEngagement
    ) -> EngagementRecord:
        """How far one of its people has engaged."""
        return hubs.get_engagement(tx, request)

    @hub_rpc(asked.ListHubEngagement)
    def list_hub_engagement(
        self, tx: Transaction, request: asked.ListHubEngagement
    ) -> EngagementPage:
        """How far its people have engaged, or who may not reach the gate."""
        return hubs.list_engagement(tx, request)

    @hub_rpc(asked.HubCalendarLink)
    def hub_calendar_link(self, tx: Transaction, request: asked.HubCalendarLink) -> CalendarAddress:
        """The address of the hub's calendar, or of one of its people's."""
        return hubs.calendar_link(tx, request, self.settings)

    @hub_rpc(asked.ListHubChanges)
    def list_hub_changes(self, tx: Transaction, request: asked.ListHubChanges) -> HubChanges:
        """What has changed for the hub in sessions."""
        return changes.since(tx, hubs.calling_hub(tx), request)
