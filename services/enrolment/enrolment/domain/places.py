"""Places: how many there are, and who holds one."""

from collections.abc import Iterable
from typing import Protocol

from headship_contracts.errors import Refused

EVERYWHERE = "all"
"""The scope of the cap over all delivery partners."""

NONE, HELD, OVER, WAITING, OFFERED = "none", "held", "over", "waiting", "offered"
"""`over`: DfE shows an acceptance that was not made here, and the cap was reached already."""

COUNTED = frozenset({HELD, OFFERED})
"""Places that count against a cap: an offer holds its place."""


class Quota(Protocol):
    """A cap and what is held of it. No cap: as many as come."""

    scope: str
    cap: int | None
    held: int


def has_place(quota: Quota) -> bool:
    """Whether one more may be held."""
    return quota.cap is None or quota.held < quota.cap


def free(quota: Quota) -> int | None:
    """How many more may be held; None: as many as come."""
    return None if quota.cap is None else quota.cap - quota.held


def take(quotas: Iterable[Quota]) -> None:
    """Hold one place in each quota, or raise Refused and hold none."""
    wanted = list(quotas)
    for quota in wanted:
        if not has_place(quota):
            where = "" if quota.scope == EVERYWHERE else " at this delivery partner"
            raise Refused("no_place_left", f"all {quota.cap} places{where} are held")
    for quota in wanted:
        quota.held += 1


def give_back(quotas: Iterable[Quota]) -> None:
    """Hold one place less in each quota."""
    for quota in quotas:
        quota.held -= 1


def set_cap(quota: Quota, cap: int | None) -> None:
    """Change the cap. Raises Refused if more places than that are held."""
    if cap is not None and cap < quota.held:
        raise Refused("cap_below_held", f"{quota.held} places are held already")
    quota.cap = cap
