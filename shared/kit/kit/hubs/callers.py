"""The hub behind a call, as the service knows it."""

from typing import Any, Final
from uuid import UUID

from headship_contracts.errors import Refused
from kit.db import Transaction

ACTIVE: Final = "active"


def calling_hub(tx: Transaction, partners: type[Any]) -> UUID:
    """The delivery partner that calls, by which every query is to be filtered.

    `partners`: the service's own table of them, with their `status`. Raises Refused for one that
    is not there, or is suspended or removed.
    """
    hub = UUID(tx.caller.name)
    partner = tx.get(partners, hub)
    if partner is None:
        raise Refused("unknown_caller", "this hub is no delivery partner here")
    if partner.status != ACTIVE:
        raise Refused("hub_not_active", f"this hub is {partner.status}")
    return hub
