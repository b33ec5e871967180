"""The twelve courses, as DfE knows them, and what goes by course."""

HEADSHIP = "npq-headship"
SENIOR_LEADERSHIP = "npq-senior-leadership"
EXECUTIVE_LEADERSHIP = "npq-executive-leadership"
EARLY_YEARS_LEADERSHIP = "npq-early-years-leadership"
SENCO = "npq-senco"
LEADING_TEACHING = "npq-leading-teaching"
LEADING_TEACHING_DEVELOPMENT = "npq-leading-teaching-development"
LEADING_BEHAVIOUR_CULTURE = "npq-leading-behaviour-culture"
LEADING_LITERACY = "npq-leading-literacy"
LEADING_PRIMARY_MATHEMATICS = "npq-leading-primary-mathematics"
EARLY_HEADSHIP_COACHING_OFFER = "npq-early-headship-coaching-offer"
ADDITIONAL_SUPPORT_OFFER = "npq-additional-support-offer"

GROUPS = {
    HEADSHIP: "leadership",
    SENIOR_LEADERSHIP: "leadership",
    EXECUTIVE_LEADERSHIP: "leadership",
    EARLY_YEARS_LEADERSHIP: "leadership",
    SENCO: "leadership",
    LEADING_TEACHING: "specialist",
    LEADING_TEACHING_DEVELOPMENT: "specialist",
    LEADING_BEHAVIOUR_CULTURE: "specialist",
    LEADING_LITERACY: "specialist",
    LEADING_PRIMARY_MATHEMATICS: "specialist",
    EARLY_HEADSHIP_COACHING_OFFER: "ehco",
    ADDITIONAL_SUPPORT_OFFER: "support",
}

ASSESSED = frozenset(c for c, group in GROUPS.items() if group in ("leadership", "specialist"))
"""Courses that end with an outcome."""

ONLY_IN_DISADVANTAGED_SCHOOLS = frozenset(
    {
        EXECUTIVE_LEADERSHIP,
        LEADING_TEACHING,
        LEADING_TEACHING_DEVELOPMENT,
        LEADING_BEHAVIOUR_CULTURE,
        LEADING_LITERACY,
        LEADING_PRIMARY_MATHEMATICS,
    }
)
"""Funded only in the half of schools with the most pupil premium (PP50)."""

IN_LOCAL_AUTHORITY_NURSERIES = frozenset({HEADSHIP, SENIOR_LEADERSHIP, SENCO})
"""Funded in local authority nursery schools, and reviewed in some settings that are no school."""

WITHOUT_TARGETED_DELIVERY_FUNDING = frozenset(
    {EARLY_HEADSHIP_COACHING_OFFER, ADDITIONAL_SUPPORT_OFFER}
)

DECLARATION_TYPES = ("started", "retained-1", "retained-2", "completed")

FIRST_YEARS = {SENCO: 2024, LEADING_PRIMARY_MATHEMATICS: 2023}
LAST_YEARS = {ADDITIONAL_SUPPORT_OFFER: 2021}
"""The cohorts that have a course, by their start year, where not all have it."""

_REBRANDED = frozenset({EARLY_HEADSHIP_COACHING_OFFER, ADDITIONAL_SUPPORT_OFFER})


def is_offered_in(course: str, year: int) -> bool:
    """Whether cohorts that start in a year have the course."""
    return FIRST_YEARS.get(course, year) <= year <= LAST_YEARS.get(course, year)


def same_course(one: str, other: str) -> bool:
    """The coaching offer replaced the additional support offer: the two count as one course."""
    return one == other or {one, other} <= _REBRANDED


def declaration_types(course: str) -> tuple[str, ...]:
    """The types that a course's schedules allow, in order."""
    if GROUPS[course] == "specialist":
        return ("started", "retained-1", "completed")
    return DECLARATION_TYPES
