"""Schedules: what the dates of one must be like."""

from collections.abc import Sequence
from datetime import date

from enrolment.domain.declarations import Milestone
from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import group_of_schedule
from headship_contracts.errors import Invalid


def check_schedule(schedule: str, starts_on: date, milestones: Sequence[Milestone]) -> None:
    """Raises Invalid, naming each wrong field."""
    problems: dict[str, list[str]] = {}
    group = group_of_schedule(schedule)
    if group is None:
        problems["schedule"] = ["is not one of DfE's, such as npq-leadership-autumn"]
    else:
        course = next(course for course, its in courses.GROUPS.items() if its == group)
        expected = courses.declaration_types(course)
        if tuple(milestone.declaration_type for milestone in milestones) != expected:
            problems["milestones"] = [f"must be, in this order: {', '.join(expected)}"]
    closed_on = None
    for number, milestone in enumerate(milestones):
        where = f"milestones.{number}"
        if milestone.opens_on < starts_on:
            problems[f"{where}.opens_on"] = ["is before the schedule starts"]
        elif closed_on is not None and milestone.opens_on <= closed_on:
            problems[f"{where}.opens_on"] = ["is not after the deadline before it"]
        if milestone.deadline_on < milestone.opens_on:
            problems[f"{where}.deadline_on"] = ["is before it opens"]
        closed_on = milestone.deadline_on
    if problems:
        raise Invalid("invalid_schedule", f"{schedule} is not right", problems)
