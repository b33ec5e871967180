"""A cohort's dated plan."""

from headship_contracts.sessions.plans import GetPlan, PlanRecord, PublishPlan
from kit import Transaction, rpc
from sessions import plans


class Plans:
    @rpc(PublishPlan)
    def publish_plan(self, tx: Transaction, request: PublishPlan) -> PlanRecord:
        """Build and publish a cohort's dated plan."""
        return plans.publish(tx, request)

    @rpc(GetPlan)
    def get_plan(self, tx: Transaction, request: GetPlan) -> PlanRecord:
        """A cohort's plan."""
        return plans.get(tx, request)
