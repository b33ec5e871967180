"""An iCalendar feed (RFC 5545, 7986) of somebody's sessions.

A session keeps its UID for ever, its SEQUENCE grows with every change, and what is cancelled stays
in the feed as cancelled for a while, so that every client takes it out. The text is a function of
the records alone, so that an unchanged calendar has an unchanged ETag.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Calendar, Event, vDuration

from sessions.domain.london import ZONE, instant

CANCELLED_STAYS = timedelta(days=60)
REFRESH = timedelta(hours=1)
MOST_KEPT = 10_000
"""Sessions whose text is kept: some 6 MB."""

LONDON = """\
BEGIN:VTIMEZONE
TZID:Europe/London
X-LIC-LOCATION:Europe/London
BEGIN:DAYLIGHT
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
TZNAME:BST
DTSTART:19700329T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
TZNAME:GMT
DTSTART:19701025T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""
"""Two rules instead of the sixty dates that a library would list; every client reads them."""


@dataclass(frozen=True)
class Entry:
    """A session in somebody's calendar. `local_start` is London wall time, naive, with its fold.

    `sequence` grows with every change of session or seat; `changed_at` is when that was. `place`
    is the venue's latitude and longitude, `provides` what it has of what people may need. One that
    is not `busy`, such as a week in which to write, leaves the time free for others.
    """

    session_id: str
    title: str
    local_start: datetime
    duration: timedelta
    sequence: int
    changed_at: datetime
    cancelled: bool = False
    venue: str | None = None
    link: str | None = None
    details: str | None = None
    place: tuple[float, float] | None = None
    provides: tuple[str, ...] = ()
    busy: bool = True


def is_shown(entry: Entry, at: datetime) -> bool:
    """What is cancelled leaves the feed after sixty days."""
    return not entry.cancelled or at - entry.changed_at < CANCELLED_STAYS


def render(name: str, entries: Iterable[Entry]) -> str:
    """The feed's text, of which `name` is the title in a calendar client."""
    feed = Calendar()
    feed.add("prodid", "-//Headship//Sessions//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("name", name)
    feed.add("x-wr-calname", name)
    feed.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT1H")
    head, end, _ = feed.to_ical().decode().partition("END:VCALENDAR")
    in_order = sorted(entries, key=lambda entry: (entry.local_start, entry.session_id))
    events = [_event_text(entry, entry.local_start.fold) for entry in in_order]
    return "".join([head, LONDON.replace("\n", "\r\n"), *events, end, "\r\n"])


@lru_cache(maxsize=MOST_KEPT)
def _event_text(entry: Entry, _fold: int) -> str:
    """A session is in many people's calendars, and is written once for all. Two times that differ
    by their fold alone are equal to Python, and are not to a reader."""
    text: str = _event(entry).to_ical().decode()
    return text


def _event(entry: Entry) -> Event:
    event = Event()
    starts_at = instant(entry.local_start, entry.local_start.fold)
    start, end = starts_at.astimezone(ZONE), (starts_at + entry.duration).astimezone(ZONE)
    if start.fold or end.fold:
        # RFC 5545 reads a local time that comes twice as the first: the second is told in UTC.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
    event.add("uid", f"{entry.session_id}@headship")
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.sequence)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("summary", entry.title)
    if not entry.busy:
        event.add("transp", "TRANSPARENT")
    if entry.venue:
        event.add("location", entry.venue)
    if entry.link:
        event.add("url", entry.link)
    joining = f"Join: {entry.link}" if entry.link else None  # many clients do not show a URL
    if entry.place:
        event.add("geo", entry.place)
    has = ", ".join(code.replace("_", " ") for code in entry.provides)
    access = f"The venue has: {has}" if has else None
    if description := "\n\n".join(part for part in (entry.details, joining, access) if part):
        event.add("description", description)
    return event
