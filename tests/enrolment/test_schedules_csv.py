"""Schedules from a file: all of it or nothing, each wrong row named."""

from datetime import date

import pytest

from headship_contracts.enrolment.declarations import ImportSchedules, ListSchedules
from headship_contracts.enrolment.events import SchedulePublished
from kit.testing import emitted

HEADER = "cohort,schedule,starts_on,declaration_type,opens_on,deadline_on,paid_on\n"

SPECIALIST = HEADER + (
    "2026b,npq-specialist-autumn,2026-10-01,started,,2026-11-25,2026-12-15\n"
    "2026b,npq-specialist-autumn,2026-10-01,retained-1,,2027-05-26,\n"
    "2026b,npq-specialist-autumn,2026-10-01,completed,2027-06-01,2028-02-21,\n"
)


def imported(enrolling, csv, **options):
    return enrolling.call(ImportSchedules(csv=csv, **options))


def specialist(enrolling):
    found = enrolling.call(ListSchedules(cohort="2026b")).items
    return next((s for s in found if s.schedule == "npq-specialist-autumn"), None)


def test_a_file_of_milestones_is_a_schedule_told_once(enrolling):
    first = imported(enrolling, SPECIALIST)
    second = imported(enrolling, SPECIALIST)

    assert (first.schedules, first.changed, second.changed) == (1, 1, 0)
    assert [(m.opens_on, m.paid_on) for m in specialist(enrolling).milestones] == [
        (date(2026, 10, 1), date(2026, 12, 15)),
        (date(2026, 11, 26), None),
        (date(2027, 6, 1), None),
    ]
    assert len(emitted(enrolling.db, SchedulePublished)) == 1


def test_a_file_is_checked_without_a_change(enrolling):
    report = imported(enrolling, SPECIALIST, validate_only=True)

    assert (report.schedules, report.problems, specialist(enrolling)) == (1, [], None)


def test_semicolons_other_headings_and_a_mark_at_the_start_are_read(enrolling):
    excel = SPECIALIST.replace(",", ";").replace("deadline_on", "Milestone date")

    assert imported(enrolling, excel).changed == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("2026-11-25", "25/11/2026"), (2, "deadline_on", "'25/11/2026' is no date")),
        (
            ("2026b,npq-specialist-autumn,2026-10-01,started", ",x,2026-10-01,started"),
            (2, "cohort", "is empty"),
        ),
        (("2027-06-01", "2027-05-01"), (2, "milestones.2.opens_on", "not after the deadline")),
        (("retained-1", "retained-2"), (2, "milestones", "must be, in this order")),
        (("2026b", "2028c"), (2, "cohort", "is not known")),
        (("declaration_type", "kind"), (1, "declaration_type", "no column has this name")),
        ((SPECIALIST, ""), (1, "csv", "the file is empty")),
        ((HEADER, "\x01" + "a" * 9 + "\n"), (1, "cohort", "no column has this name")),
    ],
)
def test_each_wrong_row_is_named_and_nothing_changes(enrolling, change, problem):
    report = imported(enrolling, SPECIALIST.replace(*change))

    row, field, message = problem
    first = report.problems[0]
    assert (first.row, first.field) == (row, field)
    assert message in first.message
    assert (report.changed, specialist(enrolling)) == (0, None)
