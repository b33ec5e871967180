"""`@hub_rpc`: a service's method answers the hubs' own systems."""

from collections.abc import Callable
from typing import Any, TypeVar

from nameko.extensions import register_entrypoint

from headship_contracts.messages import Request
from kit import metrics
from kit.calls import ATTRIBUTE, serve
from kit.transport.hub_server import HubServer
from kit.transport.method import Method

StoryT = TypeVar("StoryT", bound=Callable[..., Any])


def hub_rpc(request: type[Request[Any]], *, transaction: bool = True) -> Callable[[StoryT], StoryT]:
    """Let the method, named as the request travels, answer that request to hubs.

    As `rpc`: with (self, tx, request) in one transaction, in which `tx.caller` is the hub; without
    it with (self, request, caller). The caller's name is the id of its delivery partner, by which
    every query is to be filtered.
    """

    def decorate(story: StoryT) -> StoryT:
        if not request.wire.for_hubs:
            raise TypeError(f"{request.__name__} is not for hubs: say so in its contract")
        served = serve(story, request, transaction=transaction, allowed=None)
        setattr(story, ATTRIBUTE, served)
        register_entrypoint(story, HubRpc(served))
        return story

    return decorate


class HubRpc(Method):
    """One method that hubs may call."""

    server = HubServer()
    requests, duration = metrics.hub_requests, metrics.hub_duration
    outcomes = metrics.HUB_OUTCOMES

    def setup(self) -> None:
        super().setup()
        self.server.enter(self)

    def stop(self) -> None:
        self.server.leave(self)
