"""Leaving DfE in peace after failures: longer each time, or for as long as it asks."""

import logging
import random
from datetime import timedelta

from enrolment import queries
from enrolment.dfe.errors import DfeError, DfeStopped, DfeUnauthorised
from enrolment.domain.traffic import FIRST_WAIT, FIRST_WAIT_UNAUTHORISED, wait_after
from enrolment.models import Traffic
from enrolment.traffic.writes import wall
from kit import Transaction

BOTH = ("push", "sync")

_log = logging.getLogger(__name__)


def pause(tx: Transaction, name: str, error: Exception) -> Traffic:
    """Nothing is sent (`push`) or read (`sync`) for a while; where our token is refused, neither.

    Gives back how that direction stands now, locked.
    """
    unauthorised = isinstance(error, DfeUnauthorised)
    stopped = {one: queries.lock_traffic(tx, one) for one in BOTH if unauthorised or one == name}
    traffic = stopped[name]
    traffic.failures += 1
    first = FIRST_WAIT_UNAUTHORISED if unauthorised else FIRST_WAIT
    wait = wait_after(traffic.failures, random.random(), first=first)  # nosec B311 # spreads waits; nothing secret
    asked = error.retry_after if isinstance(error, DfeStopped) else None
    for one in stopped.values():
        one.stopped_until = wall() + max(wait, asked or timedelta(0))
        one.problem = str(error) if isinstance(error, DfeError) else type(error).__name__
        one.stopped_by = error.outcome if isinstance(error, DfeError) else "ours"
    told = {  # not the error's text: a refusal is in DfE's words, which may name a person
        "direction": name,
        "call": getattr(error, "doing", ""),
        "reason": traffic.stopped_by,
        "error": type(error).__name__,
        "failures": traffic.failures,
        "until": traffic.stopped_until,
    }
    _log.warning("DfE is left in peace for a while", extra=told)
    return traffic


def all_is_well(tx: Transaction, name: str) -> Traffic:
    """DfE answers again; where it had refused our token, that is good for both directions."""
    both = {one: queries.lock_traffic(tx, one) for one in BOTH}
    for one, traffic in both.items():
        if one == name or traffic.stopped_by == DfeUnauthorised.outcome:
            traffic.problem, traffic.failures = None, 0
            traffic.stopped_until, traffic.stopped_by = None, None
    return both[name]
