"""Schedules: which one an acceptance falls on, when each starts, and the published milestones.

Sources: `app/services/course_groups/*.rb`, the seeds, and DfE's page of schedules and milestone
dates. DfE does not enforce milestone dates, and has published none for 2026 yet.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from enrolment.domain.dfe import courses

_GROUP_PREFIXES = {
    "npq-leadership-": "leadership",
    "npq-specialist-": "specialist",
    "npq-ehco-": "ehco",
    "npq-aso-": "support",
}
FIRST_YEAR = 2021
YEAR_WITHOUT_SPRING = 2024

PUBLISHED_STARTS = {
    (2024, "autumn"): date(2024, 10, 1),
    (2025, "spring"): date(2025, 2, 1),
    (2025, "autumn"): date(2025, 8, 1),
}
"""From when leadership and specialist schedules take declarations, where DfE published it.

Source: "submit declarations from" on its page of schedules and milestone dates. The spring of 2025
comes before the autumn of its cohort, not after it as in other years.
"""

AUTUMN_2025_ACCEPTANCES = (date(2025, 8, 1), date(2026, 4, 30))
AUTUMN_2024_ACCEPTANCES = (date(2024, 6, 28), date(2025, 6, 6))


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A schedule of one cohort. Declarations are dated on or after `applies_from`."""

    identifier: str
    applies_from: date
    allowed_declaration_types: Sequence[str]


@dataclass(frozen=True)
class PublishedMilestone:
    """Declare by `deadline_on`, and DfE pays on `paid_on`."""

    declaration_type: str
    deadline_on: date
    paid_on: date


def group_of_schedule(identifier: str) -> str | None:
    """`npq-leadership-autumn` belongs to the course group `leadership`."""
    for prefix, group in _GROUP_PREFIXES.items():
        if identifier.startswith(prefix):
            return group
    return None


def default_schedule(
    course: str, cohort: str, on: date, cohort_schedules: Collection[str]
) -> str | None:
    """The schedule of an acceptance that names none; None where the cohort does not have it."""
    group = courses.GROUPS[course]
    if group == "support":
        chosen: str | None = "npq-aso-december"
    elif group == "ehco":
        chosen = _coaching_schedule(cohort, on, cohort_schedules)
    else:
        chosen = f"npq-{group}-{_season(cohort, on)}"
    return chosen if chosen in cohort_schedules else None


def _season(cohort: str, on: date) -> str:
    """Spring or autumn. The dates of single years are DfE's own exceptions."""
    if cohort == "2026a":
        return "spring"
    if cohort == "2026b":
        return "autumn"
    year = cohort_year(cohort)
    if year == 2025 and AUTUMN_2025_ACCEPTANCES[0] <= on <= AUTUMN_2025_ACCEPTANCES[1]:
        return "autumn"
    if AUTUMN_2024_ACCEPTANCES[0] <= on <= AUTUMN_2024_ACCEPTANCES[1]:
        if year == 2025:
            return "spring"
        if year == 2024:
            return "autumn"
    in_autumn = (4, 3) <= (on.month, on.day) <= (12, 25)
    return "autumn" if in_autumn else "spring"


def _coaching_schedule(cohort: str, on: date, cohort_schedules: Collection[str]) -> str | None:
    year = cohort_year(cohort)
    if year < 2022 or cohort == "2026a":
        return next((s for s in sorted(cohort_schedules) if s.startswith("npq-ehco-")), None)
    if date(year, 9, 1) <= on < date(year, 12, 1):
        return "npq-ehco-november"
    if date(year, 12, 1) <= on < date(year + 1, 3, 1):
        return "npq-ehco-december"
    if date(year + 1, 3, 1) <= on < date(year + 1, 6, 1):
        return "npq-ehco-march"
    return "npq-ehco-june"


def cohort_year(cohort: str) -> int:
    """`2026b` starts in 2026."""
    return int(cohort[:4])


def cohort_suffix(cohort: str) -> str:
    """`2026b` is the second cohort of its year."""
    return cohort[4:]


def schedules_of_cohort(cohort: str) -> list[Schedule]:
    """The schedules as DfE's seeds make them, but for the starts that it published."""
    year = cohort_year(cohort)
    autumn = PUBLISHED_STARTS.get((year, "autumn"), date(year, 10, 1))
    spring = PUBLISHED_STARTS.get((year, "spring"), date(year + 1, 1, 1))
    starts = {
        "npq-aso-november": date(year, 11, 1),
        "npq-aso-december": date(year, 12, 1),
        "npq-aso-march": date(year + 1, 3, 1),
        "npq-aso-june": date(year + 1, 6, 1),
        "npq-leadership-autumn": autumn,
        "npq-leadership-spring": spring,
        "npq-specialist-autumn": autumn,
        "npq-specialist-spring": spring,
        "npq-ehco-november": date(year, 11, 1),
        "npq-ehco-december": date(year, 12, 1),
        "npq-ehco-march": date(year + 1, 3, 1),
        "npq-ehco-june": date(year + 1, 6, 1),
    }
    return [
        Schedule(
            identifier=identifier,
            applies_from=applies_from,
            allowed_declaration_types=_types_of(identifier),
        )
        for identifier, applies_from in starts.items()
        if _is_offered(identifier, year)
    ]


def _is_offered(schedule: str, year: int) -> bool:
    """Support had its schedules, and coaching one, in 2021 alone; 2024 had no spring."""
    if group_of_schedule(schedule) == "support":
        return year == FIRST_YEAR
    if year == FIRST_YEAR and group_of_schedule(schedule) == "ehco":
        return schedule == "npq-ehco-june"
    return not (year == YEAR_WITHOUT_SPRING and schedule.endswith(("-spring", "-march")))


def _types_of(schedule: str) -> tuple[str, ...]:
    if group_of_schedule(schedule) == "specialist":
        return ("started", "retained-1", "completed")
    return courses.DECLARATION_TYPES


def _milestones(*dates: tuple[date, date]) -> tuple[PublishedMilestone, ...]:
    return tuple(
        PublishedMilestone(declaration_type, deadline_on, paid_on)
        for declaration_type, (deadline_on, paid_on) in zip(
            courses.DECLARATION_TYPES, dates, strict=True
        )
    )


LEADERSHIP_MILESTONES = {
    (2025, "npq-leadership-spring"): _milestones(
        (date(2025, 5, 30), date(2025, 6, 25)),
        (date(2025, 12, 19), date(2026, 1, 26)),
        (date(2026, 7, 24), date(2026, 8, 25)),
        (date(2027, 2, 25), date(2027, 3, 25)),
    ),
    (2024, "npq-leadership-autumn"): _milestones(
        (date(2024, 11, 25), date(2024, 12, 15)),
        (date(2025, 5, 26), date(2025, 6, 25)),
        (date(2026, 1, 24), date(2026, 2, 25)),
        (date(2026, 7, 25), date(2026, 8, 25)),
    ),
    (2023, "npq-leadership-spring"): _milestones(
        (date(2024, 6, 25), date(2024, 7, 25)),
        (date(2024, 10, 25), date(2024, 11, 25)),
        (date(2025, 5, 25), date(2025, 6, 25)),
        (date(2025, 12, 19), date(2026, 1, 26)),
    ),
    (2023, "npq-leadership-autumn"): _milestones(
        (date(2023, 11, 24), date(2023, 12, 14)),
        (date(2024, 3, 11), date(2024, 3, 18)),
        (date(2025, 1, 24), date(2025, 2, 25)),
        (date(2025, 8, 25), date(2025, 9, 25)),
    ),
}
"""(start year of the cohort, schedule) → deadlines and payment days that DfE published."""
