"""When schools are closed: by a school's own dates, else its authority's, else the skeleton.

Dates come as terms, as holidays or both, and INSET days beside them. Between two terms of one owner
there is a holiday, and one that an owner tells of stands in for the one near it of the next; where
an owner tells nothing of a time, the next one is asked.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sessions.domain.holidays import SchoolHolidays

LONGEST_HOLIDAY = timedelta(days=70)
"""What is longer is no holiday between two terms but a term that nobody has told of."""

NEAR = timedelta(weeks=3)
"""Less than between any two holidays of a year: so far off, it is the same one sooner or later."""

LEAST_HOLIDAY = timedelta(days=3)
"""A day or two off are no holiday that others have at another time."""


@dataclass(frozen=True, order=True)
class Span:
    """A term, a holiday or INSET days; both days inclusive."""

    first: date
    last: date
    kind: str = "term"  # term | holiday | inset
    name: str = ""


@dataclass(frozen=True)
class School:
    """A school as its calendar is found: its URN and its authority's name, where known."""

    urn: str | None = None
    authority: str | None = None


def authority_key(name: str) -> str:
    """An authority by whatever spelling: `Bath & N.E.` and `bath and n.e.` are the same."""
    return " ".join(name.casefold().replace("&", " and ").split())


def year_of(day: date) -> int:
    """The year in which the school year of a day begins: the first of August is the first day."""
    return day.year if day.month >= 8 else day.year - 1


class OwnDates:
    """What one school or authority has told."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted(spans)
        self._terms = [span for span in ordered if span.kind == "term"]
        self._starts = [span.first for span in self._terms]
        self._closed: dict[date, str] = {}
        for span in ordered:
            if span.kind != "term":
                for number in range((span.last - span.first).days + 1):
                    day = span.first + timedelta(days=number)
                    self._closed[day] = span.name or (
                        "INSET" if span.kind == "inset" else "holiday"
                    )
        self._holidays = [
            span
            for span in ordered
            if span.kind == "holiday"
            and span.last - span.first >= LEAST_HOLIDAY - timedelta(days=1)
        ]

    def closed(self, day: date) -> str | None:
        """Why it is closed; "" when it is open; None when nothing is told of that day."""
        if day in self._closed:
            return self._closed[day]
        before = bisect_right(self._starts, day) - 1
        if before >= 0 and day <= self._terms[before].last:
            return ""
        if 0 <= before < len(self._terms) - 1:
            gap = self._terms[before + 1].first - self._terms[before].last
            if gap <= LONGEST_HOLIDAY:
                return "holiday"
        near = (one.first - NEAR <= day <= one.last + NEAR for one in self._holidays)
        return "" if any(near) else None


class SchoolCalendars:
    """The calendars of all schools. The skeleton's days are worked out once for each year."""

    def __init__(
        self,
        skeleton: SchoolHolidays,
        schools: Mapping[str, Iterable[Span]] | None = None,
        authorities: Mapping[str, Iterable[Span]] | None = None,
    ) -> None:
        self._skeleton = skeleton
        self._schools = {urn: OwnDates(spans) for urn, spans in (schools or {}).items()}
        self._authorities = {
            authority_key(name): OwnDates(spans) for name, spans in (authorities or {}).items()
        }
        self._years: dict[int, dict[date, str]] = {}

    def closed(self, school: School, day: date) -> str | None:
        """The name of what keeps the school closed, apart from weekends and bank holidays."""
        for own in (
            self._schools.get(school.urn or ""),
            self._authorities.get(authority_key(school.authority or "")),
        ):
            if own is not None and (found := own.closed(day)) is not None:
                return found or None
        if day.year not in self._years:
            whole = self._skeleton.days(date(day.year, 1, 1), date(day.year, 12, 31))
            self._years[day.year] = whole
        return self._years[day.year].get(day)

    def alike(self, school: School) -> School:
        """What of a school decides its calendar: many schools have one and the same."""
        own = school.urn if school.urn in self._schools else None
        authority = authority_key(school.authority or "")
        return School(own, authority if authority in self._authorities else None)


class Crowd:
    """Schools of people who do something together: how many of them are closed on a day.

    `schools` has one entry for each person. Asked of many days, it looks at each calendar once.
    """

    def __init__(self, calendars: SchoolCalendars, schools: Iterable[School]) -> None:
        self._calendars = calendars
        self._schools: dict[School, list[School]] = defaultdict(list)
        for school in schools:
            self._schools[calendars.alike(school)].append(school)
        if not self._schools:
            self._schools[School()] = []
        self.size = sum(map(len, self._schools.values()))
        self._days: dict[date, int] = {}

    def closed(self, day: date) -> int:
        """How many people's schools are closed; of nobody known, one when the skeleton's are."""
        if day not in self._days:
            self._days[day] = sum(
                max(1, len(who))
                for alike, who in self._schools.items()
                if self._calendars.closed(alike, day) is not None
            )
        return self._days[day]

    def too_many(self, day: date, percent: int) -> bool:
        """Whether more than this share of them is closed: in whole numbers, never rounded."""
        return 100 * self.closed(day) > percent * max(1, self.size)

    def who(self, day: date) -> dict[str, list[School]]:
        """Why closed → the schools that are, one for each person."""
        found: dict[str, list[School]] = defaultdict(list)
        for alike, who in self._schools.items():
            if (why := self._calendars.closed(alike, day)) is not None:
                found[why] += who
        return dict(found)
