"""Staying in step: the feeds of the four services as one, which goes on where it was left."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from headship_contracts.assessment import hub as assessment
from headship_contracts.enrolment import hub as enrolment
from headship_contracts.errors import Unavailable
from headship_contracts.hub_changes import HubChange
from headship_contracts.notifications import hub as notifications
from headship_contracts.sessions import hub as sessions

if TYPE_CHECKING:
    from headship_hub.calling import Calls

POLL_SECONDS: Final = 10.0
AT_ONCE: Final = 200
CLOSED: Final = "closed"
"""Said by a client that will never answer again."""

EARLIEST: Final = datetime.min.replace(tzinfo=UTC)

Keep = Callable[[Mapping[str, str]], None]

FEEDS: Final[dict[str, Any]] = {
    "enrolment": enrolment.ListHubChanges,
    "sessions": sessions.ListHubChanges,
    "assessment": assessment.ListHubChanges,
    "notifications": notifications.ListHubChanges,
}


@dataclass(frozen=True)
class Change:
    """Something that has happened, and where to go on once it has been dealt with.

    `positions` is to be kept, say in a file or with the change's effect in one transaction: a watch
    that begins there is told what comes after this change, and nothing twice.
    """

    service: str
    change: HubChange
    positions: Mapping[str, str]


def watch(
    calls: "Calls",
    positions: Mapping[str, str] | None = None,
    *,
    every: float = POLL_SECONDS,
    until: threading.Event | None = None,
    keep: Keep | None = None,
) -> Iterator[Change]:
    """Changes of all four services, those known at one time by when they occurred; endless.

    Without `positions`: from now on. `every` so many seconds each service is asked; one that does
    not answer is asked again, and holds up nobody. `until` is set to end it. `keep` is given the
    positions that no change brings: those of the beginning, and newer ones of services where
    nothing happened; who keeps these too misses nothing while a watch is not running. Raises
    Refused `position_too_old` after 35 days away: then the lists are read anew, and the watch
    begun anew.
    """
    stop = until or threading.Event()
    known = dict(positions or {})
    for service in FEEDS:
        if service not in known:
            known[service] = _now(calls, service, stop, every)
    kept = dict(positions or {})
    while not stop.is_set():
        if keep is not None and kept != known:
            keep(dict(known))
            kept = dict(known)
        found, more = _round(calls, known)
        for service, change in found:
            known[service] = change.since
            yield Change(service, change, dict(known))
        if not more and stop.wait(every):
            return


def _now(calls: "Calls", service: str, stop: threading.Event, every: float) -> str:
    while True:
        try:
            position: str = calls.call(FEEDS[service]()).since
        except Unavailable as error:
            if error.code == CLOSED or stop.wait(min(every, 1.0)):
                raise
            continue
        return position


def _round(calls: "Calls", known: dict[str, str]) -> tuple[list[tuple[str, HubChange]], bool]:
    """What is new, by when it occurred; and whether there is more at once."""
    timed: list[tuple[datetime, str, HubChange]] = []
    more = False
    for service, request in FEEDS.items():
        try:
            page = calls.call(request(since=known[service], limit=AT_ONCE))
        except Unavailable as error:
            if error.code == CLOSED:
                raise
            continue
        more = more or page.more
        if not page.items:
            known[service] = page.since
        latest = EARLIEST
        for change in page.items:  # a service's own order is that of its commits, and is kept
            latest = max(latest, change.occurred_at)
            timed.append((latest, service, change))
    timed.sort(key=lambda one: one[0])
    return [(service, change) for _, service, change in timed], more
