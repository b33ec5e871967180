"""The hub behind a call, as the service knows it."""

from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from headship_contracts.errors import Refused
from kit.db import Transaction

ACTIVE: Final = "active"


def calling_hub(tx: Transaction, partners: Any) -> UUID:
    """The delivery partner that calls, by which every query is to be filtered.

    `partners`: the service's own table of them, with their `status`. Raises Refused for one that
    is not there, or is suspended or removed.
    """
    hub = UUID(tx.caller.name)
    status: str | None = tx.execute(_status_of(partners), {"hub": hub}).scalar()
    if status is None:
        raise Refused("unknown_caller", "this hub is no delivery partner here")
    if status != ACTIVE:
        raise Refused("hub_not_active", f"this hub is {status}")
    return hub


@cache
def _status_of(partners: Any) -> Select[Any]:
    """Made once, and without the record: each call of a hub begins with it."""
    table = partners.__table__
    (key,) = table.primary_key
    return select(table.c.status).where(key == bindparam("hub"))
