"""Cohorts: a start year and a letter, and how their places are funded.

Source: `app/models/cohort.rb`.
"""

import re
from dataclasses import dataclass
from datetime import date

from enrolment.domain.dfe.messages import Problem
from enrolment.domain.dfe.vocabulary import COHORT_FUNDING

START_YEARS = range(2021, 2030)
DESCRIPTION_LENGTHS = range(5, 51)

YEAR_OUT_OF_RANGE = Problem("start_year", "must be from 2021 to 2029")
SUFFIX_NOT_VALID = Problem("suffix", "Suffix must be a lower case character")
DESCRIPTION_TOO_SHORT = Problem("description", "Description must be longer than 5 characters")
DESCRIPTION_TOO_LONG = Problem("description", "Description must be shorter than 50 characters")
FUNDING_NOT_VALID = Problem("funding", "Choose zero, capped or full for funding")
FUNDING_IN_USE = Problem(
    "funding", "Cannot change funding when there are existing applications for this cohort"
)
REGISTRATION_IN_OTHER_YEAR = Problem("registration_start_date", "year must match the start year")


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """As DfE keeps it; its identifier is `2026b`."""

    start_year: int
    suffix: str
    funding: str  # zero | capped | full
    description: str
    registration_starts_on: date

    @property
    def identifier(self) -> str:
        """How everybody calls it."""
        return f"{self.start_year}{self.suffix}"


def check_cohort(cohort: Cohort) -> list[Problem]:
    """What DfE would say to such a cohort."""
    problems = []
    if cohort.start_year not in START_YEARS:
        problems.append(YEAR_OUT_OF_RANGE)
    if not re.fullmatch("[a-z]", cohort.suffix):
        problems.append(SUFFIX_NOT_VALID)
    if len(cohort.description) < DESCRIPTION_LENGTHS.start:
        problems.append(DESCRIPTION_TOO_SHORT)
    if len(cohort.description) >= DESCRIPTION_LENGTHS.stop:
        problems.append(DESCRIPTION_TOO_LONG)
    if cohort.registration_starts_on.year != cohort.start_year:
        problems.append(REGISTRATION_IN_OTHER_YEAR)
    if cohort.funding not in COHORT_FUNDING:
        problems.append(FUNDING_NOT_VALID)
    return problems


def check_change_funding(former: str, new: str, *, has_applications: bool) -> list[Problem]:
    """What DfE would say to other funding: no, once anybody has applied."""
    return [FUNDING_IN_USE] if has_applications and former != new else []
