"""A true piece of a cohort's journey that needs no months: from DfE's list to an accepted place."""

from contextlib import suppress
from typing import Any

from ground import Ground
from load import Books

from cli.backing.processes import wait_until
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    AssignDeliveryPartner,
    ListApplications,
)
from headship_contracts.enrolment.dfe import DfeStatus, SyncFromDfe, SyncReport
from headship_contracts.enrolment.organisations import ListDeliveryPartners
from headship_contracts.errors import Conflict
from headship_contracts.notifications.messages import ListMessages
from kit.transport.rpc_client import RpcClient

SECONDS = 60


def accept_some(client: RpcClient, books: Books, place: Ground, number: int) -> None:
    """Read all applications from DfE, accept so many, each with a hub; DfE and all services hear
    of it. Raises AssertionError where that did not come true."""
    report = _synced(client)
    applications = client.call(ListApplications(limit=100)).items
    hub = client.call(ListDeliveryPartners()).items[0]
    assert (report.problem, len(applications)) == (None, 60)

    chosen = [one for one in applications if one.status == "pending"][:number]
    for one in chosen:
        application = one.application_id
        assigning = AssignDeliveryPartner(
            application_id=application, delivery_partner_id=hub.delivery_partner_id
        )
        _ask(client, assigning, f"hub {application}")
        accepting = AcceptApplication(application_id=application, funded_place=False)
        _ask(client, accepting, f"accept {application}")
    books.settle()

    assert wait_until(lambda: client.call(DfeStatus()).owed == 0, SECONDS, every=0.3)
    assert place.dfe.state()["by_status"]["accepted"] == number
    for one in chosen:
        messages = ListMessages(application_id=one.application_id)
        assert client.call(messages).items, "notifications has heard of it"
    assert books.ledger.unhandled() == []


def _synced(client: RpcClient) -> SyncReport:
    """A service that has just begun may be reading from DfE by itself: then after that."""
    reports: list[SyncReport] = []

    def synced() -> bool:
        with suppress(Conflict):
            reports.append(_ask(client, SyncFromDfe(), "sync"))
        return bool(reports)

    assert wait_until(synced, SECONDS, every=0.5), "another sync has not ended"
    return reports[0]


def _ask(client: RpcClient, request: Any, key: str) -> Any:
    return client.call(request, seconds=SECONDS, idempotency_key=key)
