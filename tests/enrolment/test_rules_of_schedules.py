"""What the dates of a schedule must be like."""

from dataclasses import replace
from datetime import date

import pytest
from enrolling import MILESTONES

from enrolment.domain.declarations import Milestone
from enrolment.domain.schedules import check_schedule
from headship_contracts.errors import Invalid

STARTS_ON = date(2026, 10, 1)
GOOD = [
    Milestone(declaration_type=m.declaration_type, opens_on=m.opens_on, deadline_on=m.deadline_on)
    for m in MILESTONES
]


def test_milestones_in_order_are_fine():
    check_schedule("npq-leadership-autumn", STARTS_ON, GOOD)


@pytest.mark.parametrize(
    ("schedule", "milestones", "field"),
    [
        ("npq-gardening-autumn", GOOD, "schedule"),
        ("npq-leadership-autumn", GOOD[:3], "milestones"),
        ("npq-leadership-autumn", GOOD[::-1], "milestones"),
        ("npq-specialist-autumn", GOOD, "milestones"),
        (
            "npq-leadership-autumn",
            [replace(GOOD[0], opens_on=date(2026, 9, 30)), *GOOD[1:]],
            "milestones.0.opens_on",
        ),
        (
            "npq-leadership-autumn",
            [GOOD[0], replace(GOOD[1], opens_on=date(2026, 11, 25)), *GOOD[2:]],
            "milestones.1.opens_on",
        ),
        (
            "npq-leadership-autumn",
            [*GOOD[:3], replace(GOOD[3], deadline_on=date(2028, 1, 24))],
            "milestones.3.deadline_on",
        ),
    ],
)
def test_dates_that_cannot_be_are_named(schedule, milestones, field):
    with pytest.raises(Invalid) as refusal:
        check_schedule(schedule, STARTS_ON, milestones)

    assert field in refusal.value.fields
