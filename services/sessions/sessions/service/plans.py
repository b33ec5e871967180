"""A cohort's dated plan, and its draft."""

from headship_contracts.sessions.plans import (
    ComparePlans,
    DraftPlan,
    GetPlan,
    GetPlanDraft,
    PlanComparison,
    PlanDraftRecord,
    PlanRecord,
    PublishPlan,
)
from kit import Transaction, rpc
from sessions import drafts, plans
from sessions.settings import SessionsSettings


class Plans:
    settings: SessionsSettings

    @rpc(DraftPlan)
    def draft_plan(self, tx: Transaction, request: DraftPlan) -> PlanDraftRecord:
        """Build a plan, and compare it with the published one."""
        return drafts.draft(tx, request, self.settings)

    @rpc(GetPlanDraft)
    def get_plan_draft(self, tx: Transaction, request: GetPlanDraft) -> PlanDraftRecord:
        """A cohort's draft, compared with what is published."""
        return drafts.get(tx, request)

    @rpc(PublishPlan)
    def publish_plan(self, tx: Transaction, request: PublishPlan) -> PlanRecord:
        """Publish a draft, or a plan built now."""
        return plans.publish(tx, request, self.settings)

    @rpc(GetPlan)
    def get_plan(self, tx: Transaction, request: GetPlan) -> PlanRecord:
        """A cohort's plan."""
        return plans.get(tx, request)

    @rpc(ComparePlans)
    def compare_plans(self, tx: Transaction, request: ComparePlans) -> PlanComparison:
        """Two published versions of a cohort's plan."""
        return plans.compare(tx, request)
