"""Schedules of a cohort: which one an acceptance falls on, and when each starts."""

from datetime import date

import pytest

from enrolment.domain.dfe import courses
from enrolment.domain.dfe.schedules import default_schedule, group_of_schedule, schedules_of_cohort


@pytest.mark.parametrize(
    ("course", "cohort", "on", "schedule"),
    [
        (courses.HEADSHIP, "2026a", date(2026, 9, 1), "npq-leadership-spring"),
        (courses.HEADSHIP, "2026b", date(2027, 2, 1), "npq-leadership-autumn"),
        (courses.LEADING_LITERACY, "2026b", date(2026, 9, 1), "npq-specialist-autumn"),
        (courses.HEADSHIP, "2025a", date(2025, 7, 31), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2025a", date(2025, 6, 6), "npq-leadership-spring"),
        (courses.HEADSHIP, "2025a", date(2025, 6, 7), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2025a", date(2026, 4, 30), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2025a", date(2026, 2, 1), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2024a", date(2025, 2, 1), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2024a", date(2024, 6, 27), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2023a", date(2024, 4, 2), "npq-leadership-spring"),
        (courses.HEADSHIP, "2023a", date(2023, 4, 3), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2023a", date(2023, 12, 25), "npq-leadership-autumn"),
        (courses.HEADSHIP, "2023a", date(2023, 12, 26), "npq-leadership-spring"),
        (courses.EARLY_HEADSHIP_COACHING_OFFER, "2026b", date(2026, 9, 1), "npq-ehco-november"),
        (courses.EARLY_HEADSHIP_COACHING_OFFER, "2026b", date(2026, 12, 1), "npq-ehco-december"),
        (courses.EARLY_HEADSHIP_COACHING_OFFER, "2023a", date(2024, 2, 29), "npq-ehco-december"),
        (courses.EARLY_HEADSHIP_COACHING_OFFER, "2026b", date(2027, 5, 31), "npq-ehco-march"),
        (courses.EARLY_HEADSHIP_COACHING_OFFER, "2026b", date(2026, 8, 31), "npq-ehco-june"),
        (courses.EARLY_HEADSHIP_COACHING_OFFER, "2021a", date(2021, 9, 1), "npq-ehco-june"),
        (courses.ADDITIONAL_SUPPORT_OFFER, "2021a", date(2021, 9, 1), "npq-aso-december"),
        (courses.ADDITIONAL_SUPPORT_OFFER, "2026b", date(2026, 9, 1), None),
    ],
)
def test_an_acceptance_that_names_no_schedule_falls_on_the_one_of_its_day(
    course, cohort, on, schedule
):
    known = [one.identifier for one in schedules_of_cohort(cohort)]

    assert default_schedule(course, cohort, on, known) == schedule


@pytest.mark.parametrize("cohort", ["2021a", "2022a", "2023a", "2024a", "2025a", "2026a", "2026b"])
def test_each_schedule_suits_a_group_and_has_its_declarations(cohort):
    found = schedules_of_cohort(cohort)

    assert len({schedule.identifier for schedule in found}) == len(found)
    for schedule in found:
        group = group_of_schedule(schedule.identifier)
        assert group in courses.GROUPS.values()
        course = next(course for course, of in courses.GROUPS.items() if of == group)
        assert tuple(schedule.allowed_declaration_types) == courses.declaration_types(course)
        assert 0 <= schedule.applies_from.year - int(cohort[:4]) <= 1


@pytest.mark.parametrize(
    ("cohort", "schedule", "starts_on"),
    [
        ("2024a", "npq-leadership-autumn", date(2024, 10, 1)),
        ("2025a", "npq-leadership-spring", date(2025, 2, 1)),
        ("2025a", "npq-specialist-spring", date(2025, 2, 1)),
        ("2025a", "npq-leadership-autumn", date(2025, 8, 1)),
        ("2025a", "npq-ehco-november", date(2025, 11, 1)),
        ("2023a", "npq-leadership-spring", date(2024, 1, 1)),
    ],
)
def test_a_schedule_starts_when_dfe_published_that_it_takes_declarations(
    cohort, schedule, starts_on
):
    starts = {one.identifier: one.applies_from for one in schedules_of_cohort(cohort)}

    assert starts[schedule] == starts_on
