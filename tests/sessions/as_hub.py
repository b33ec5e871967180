"""A hub that asks sessions, for tests of what it may."""

from headship_contracts.enrolment.events import DeliveryPartnerChanged
from headship_contracts.sessions import hub as asked
from kit.identity import Caller


class AsHub:
    """Asks as a hub whose delivery partner is known."""

    def __init__(self, training, hub, name, status="active"):
        self.training, self.hub = training, hub
        known = DeliveryPartnerChanged(
            revision=1, delivery_partner_id=hub, status=status, name=name
        )
        training.hears(known)

    def __call__(self, request):
        return self.training.call(request, caller=Caller("hub", str(self.hub)))


def own_sessions(hub):
    return [s for s in hub(asked.ListHubSessions(limit=500)).items if s.delivery_partner_id]
