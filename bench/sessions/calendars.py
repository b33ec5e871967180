"""Calendar feeds as clients fetch them: most sessions are in many people's calendars."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sessions.domain.calendar import Entry, render

FEEDS, SESSIONS = 400, 20


def feeds_rendered() -> int:
    """Render feeds of twenty sessions each, a few of them cancelled; how many. A quarter are of a
    coaching group of eight, the others of the whole cohort or hub."""
    first = datetime(2026, 10, 7, 16)  # noqa: DTZ001 - wall time in London
    changed = datetime(2026, 9, 14, 9, tzinfo=UTC)
    for feed in range(FEEDS):
        entries = [
            Entry(
                session_id=str(UUID(int=number if number % 4 else number + SESSIONS * (feed // 8))),
                title=f"Webinar {number}: what makes teaching effective",
                local_start=first + timedelta(weeks=4 * number),
                duration=timedelta(minutes=90),
                sequence=number % 3,
                changed_at=changed,
                cancelled=number % 10 == 9,
                venue="Hub hall",
                link="https://meet.example.org/headship",
            )
            for number in range(SESSIONS)
        ]
        render("Headship", entries)
    return FEEDS
