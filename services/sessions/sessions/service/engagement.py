"""How far people have engaged, and who may sit the assessment."""

from datetime import datetime, time, timedelta

from headship_contracts.sessions.engagement import (
    EngagementPage,
    EngagementRecord,
    GetEngagement,
    ListAtRisk,
)
from kit import Database, Transaction, rpc, timer
from sessions import engagement, rounds
from sessions.settings import SessionsSettings


class Engagement:
    db: Database
    settings: SessionsSettings

    @rpc(GetEngagement)
    def get_engagement(self, tx: Transaction, request: GetEngagement) -> EngagementRecord:
        """How far somebody has engaged."""
        return engagement.get(tx, request)

    @rpc(ListAtRisk)
    def list_at_risk(self, tx: Transaction, request: ListAtRisk) -> EngagementPage:
        """Who may not reach the gate."""
        return engagement.list_at_risk(tx, request)

    @timer(every=timedelta(days=7), at=time(6, 0), missed="skip")
    def find_people_at_risk(self, at: datetime) -> None:
        """Each week: add up for all, and tell who may not reach the gate."""
        rounds.find_people_at_risk(self.db, at, self.settings)

    @timer(every=timedelta(days=1), at=time(6, 30), missed="skip")
    def open_the_gate(self, at: datetime) -> None:
        """Each day: tell who may sit the assessment, now that their last unit has ended."""
        rounds.open_the_gate(self.db, at, self.settings)
