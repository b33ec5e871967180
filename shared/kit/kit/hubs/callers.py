"""The hub behind a call, as the service knows it."""

from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, select

from headship_contracts.errors import Refused
from kit.db import Transaction
from kit.db.postgres import KEPT

ACTIVE: Final = "active"


def calling_hub(tx: Transaction, partners: Any) -> UUID:
    """The delivery partner that calls, by which every query is to be filtered.

    `partners`: the service's own table of them, with their `status`. Raises Refused for one that
    is not there, or is suspended or removed.
    """
    hub = hub_of(tx)
    status: str | None = tx.execute(_status_of(partners), {"hub": hub}).scalar()
    if status is None:
        raise Refused("unknown_caller", "this hub is no delivery partner here")
    if status != ACTIVE:
        raise Refused("hub_not_active", f"this hub is {status}")
    return hub


def hub_of(tx: Transaction) -> UUID:
    """The hub by its credentials alone, for a query that is filtered by `is_active` as well."""
    return UUID(tx.caller.name)


def is_active(partners: Any) -> ColumnElement[bool]:
    """The condition that `:hub` is a delivery partner and active, so that a query that finds one
    record need not be preceded by another one. Where it finds nothing, `calling_hub` says why."""
    return _status_of(partners).where(partners.__table__.c.status == ACTIVE).exists()


@cache
def _status_of(partners: Any) -> Select[Any]:
    """Made once, and without the record: most calls of a hub begin with it."""
    table = partners.__table__
    (key,) = table.primary_key
    return select(table.c.status).where(key == bindparam("hub")).execution_options(**KEPT)
