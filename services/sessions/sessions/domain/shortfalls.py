"""What a plan could not keep or check, why, and who is affected."""

from dataclasses import dataclass
from datetime import date

from sessions.domain.terms import Crowd

MOST_NAMED = 20
"""Schools that a shortfall names."""


@dataclass(frozen=True)
class Shortfall:
    """A rule that the plan could not keep, or could not check, why, and who is affected."""

    code: str
    detail: str
    unit_code: str = ""
    day: date | None = None
    people: int = 0
    schools: tuple[str, ...] = ()  # URNs


def on_a_bank_holiday(unit_code: str, day: date) -> Shortfall:
    """Of a session on such a day."""
    detail = f"{unit_code} on {day}: it is a bank holiday"
    return Shortfall("on_a_bank_holiday", detail, unit_code, day)


def closed_schools(
    people: Crowd, day: date, unit_code: str, when: str | None = None
) -> list[Shortfall]:
    """Of whose people the schools are closed on a day, and why: one shortfall for each reason. Of
    nobody known, when they are closed by the skeleton."""
    if not people.closed(day):
        return []
    if not people.size:
        detail = f"{unit_code}, {when or day}: holidays"
        return [Shortfall("schools_closed", detail, unit_code, day)]
    found = []
    for why, schools in sorted(people.who(day).items()):
        urns = tuple(sorted({school.urn for school in schools if school.urn}))
        areas = sorted({school.authority for school in schools if school.authority})
        where = f" ({', '.join(areas[:MOST_NAMED])})" if areas else ""
        number = f"{len(schools)} of {people.size} people's schools{where}"
        detail = f"{unit_code}, {when or day}: {number} are closed: {why}"
        found.append(
            Shortfall("schools_closed", detail, unit_code, day, len(schools), urns[:MOST_NAMED])
        )
    return found
