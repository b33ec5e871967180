"""One group of deliveries to one handler: claimed, handled and committed together.

A group costs one transaction. If anything in it goes wrong it is rolled back, and each of its
events is tried alone, so that only the bad ones fail. One that met another group at the same row,
as two that both keep the first news of a record, is run again at once: that is nobody's fault. So
is one that lost the database, where that takes others' rows: if it loses it each time, it fails.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import Any

from headship_contracts.errors import Conflict, Invalid, NotFound, Refused
from kit import correlation
from kit.audit import trail
from kit.bus.handler import Handler
from kit.bus.inbox import claim, takes_claims
from kit.bus.outage import is_collision, is_everybodys, is_outage
from kit.bus.reading import Arrived, Unreadable, read
from kit.db import ServiceDatabase, Transaction
from kit.failpoints import reach

HOPELESS = (Refused, NotFound, Conflict, Invalid, Unreadable)
"""Errors that the same event will meet again: it is parked at once."""

TIMES_AT_ONCE = 3
"""How often an event is run before a collision, or the loss of a database that is there, counts as
a failure, and it waits like others."""


class Result(StrEnum):
    """What became of one delivery."""

    HANDLED = "handled"
    DUPLICATE = "duplicate"
    FAILED = "failed"  # may go better later
    HOPELESS = "hopeless"  # will not
    OUTAGE = "outage"  # not the event's fault: the database is away


@dataclass(frozen=True)
class Outcome:
    """The result of one delivery; `seconds` is its share of the time of its group."""

    result: Result
    seconds: float
    arrived: Arrived | None = None
    error: Exception | None = None


def run_deliveries(
    service: Any,
    handler: Handler,
    database: ServiceDatabase,
    bodies: Sequence[bytes],
    content_types: Sequence[str | None] = (),
) -> list[Outcome]:
    """Handle a group of messages' bodies; one outcome for each, in their order. Never raises."""
    outcomes: dict[int, Outcome] = {}
    group: dict[int, Arrived] = {}
    for number, (body, kind) in enumerate(zip_longest(bodies, content_types)):
        try:
            group[number] = read(handler, body, kind)
        except Unreadable as error:
            outcomes[number] = Outcome(Result.HOPELESS, 0, None, error)
    if group:
        outcomes |= _together(service, handler, database, group)
    return [outcomes[number] for number in range(len(bodies))]


def _together(
    service: Any,
    handler: Handler,
    database: ServiceDatabase,
    group: dict[int, Arrived],
    times_left: int = TIMES_AT_ONCE,
) -> dict[int, Outcome]:
    started = time.monotonic()
    try:
        with database.transaction() as tx:
            ids = [arrived.envelope.event_id for arrived in group.values()]
            queue = handler.full_name(database.service)
            claimed = claim(tx, queue, ids)
            reach("handler.after_claim")
            if handler.ahead is not None and claimed:
                new = [one for one in group.values() if str(one.envelope.event_id) in claimed]
                handler.ahead(tx, [arrived.event for arrived in new])
            results = {
                number: _handle(service, handler, queue, tx, arrived, claimed)
                for number, arrived in group.items()
            }
            reach("handler.after_effect")
        reach("handler.after_commit")
    except Exception as error:
        away = _is_away(error, database, handler)
        if len(group) > 1 and not away:
            return {
                number: _together(service, handler, database, {number: arrived})[number]
                for number, arrived in group.items()
            }
        again = is_collision(error) or is_outage(error)
        if again and not away and times_left > 1:
            return _together(service, handler, database, group, times_left - 1)
        result, share = _failure(error, away), (time.monotonic() - started) / len(group)
        return {n: Outcome(result, share, arrived, error) for n, arrived in group.items()}
    share = (time.monotonic() - started) / len(group)
    return {n: Outcome(results[n], share, arrived) for n, arrived in group.items()}


def _handle(
    service: Any,
    handler: Handler,
    queue: str,
    tx: Transaction,
    arrived: Arrived,
    claimed: set[str],
) -> Result:
    event_id = str(arrived.envelope.event_id)
    if event_id not in claimed:
        return Result.DUPLICATE
    claimed.discard(event_id)  # the same event twice in one group is a repeat as well
    came = trail.coming_through(f"event {queue}")
    with correlation.bind(arrived.envelope.correlation_id, event_id), came:
        handler.function(service, tx, arrived.event)
    return Result.HANDLED


def _is_away(error: Exception, database: ServiceDatabase, handler: Handler) -> bool:
    if not is_outage(error):
        return False
    queue = handler.full_name(database.service)
    return is_everybodys(error) or not takes_claims(database, queue)


def _failure(error: Exception, away: bool) -> Result:
    if away:
        return Result.OUTAGE
    return Result.HOPELESS if isinstance(error, HOPELESS) else Result.FAILED
