"""What the programme team sees of enrolment at a glance."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from accounts import a_calendar, a_contract, a_month
from admitting import applicants, full, offered_now, waits
from enrolling import COHORT, autumn_schedule, places

from enrolment import metrics
from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.figures import read, read_income
from enrolment.models import DfeWrite, Traffic
from headship_contracts.enrolment.money import ForecastIncome


def figures(enrolling):
    with enrolling.db.transaction() as tx:
        return read(tx)


def told(series):
    """Only what is not nothing."""
    return {labels: number for labels, number in series.items() if number}


def test_applications_are_told_by_course_and_state_and_nothing_is_told_as_nought(enrolling):
    empty = figures(enrolling)
    applicants(enrolling, 2)
    enrolling.accepted()

    now = figures(enrolling)

    assert all(series and not told(series) for series in empty.values())
    assert {gauge: set(series) for gauge, series in empty.items()} == {
        gauge: set(series) for gauge, series in now.items()
    }
    assert sum(now[metrics.applications].values()) == len(enrolling.applications())
    assert sum(told(now[metrics.participants]).values()) == 1
    assert now[metrics.applications][HEADSHIP, "pending"] >= 2


def test_places_are_of_cohorts_that_have_not_begun(enrolling):
    full(enrolling, 2)
    enrolling.call(places(3))
    before = figures(enrolling)[metrics.places]

    enrolling.call(autumn_schedule())
    enrolling.moves_to(datetime(2026, 10, 20, 9, tzinfo=UTC))

    assert told(before) == {(HEADSHIP, "held"): 2, (HEADSHIP, "cap"): 3}
    assert told(figures(enrolling)[metrics.places]) == {}


def test_who_waits_is_told_apart_from_who_was_offered_a_place(enrolling):
    full(enrolling)
    for applicant in applicants(enrolling, 2):
        waits(enrolling, applicant)
    enrolling.call(places(2))
    assert len(offered_now(enrolling)) == 1

    waiting = figures(enrolling)[metrics.waitlist]

    assert told(waiting) == {(HEADSHIP, "waiting"): 1, (HEADSHIP, "offered"): 1}


@pytest.mark.parametrize(
    ("on", "due", "missed"),
    [
        (date(2026, 9, 20), {}, {}),
        (date(2026, 10, 20), {("started", "later"): 1}, {}),
        (date(2026, 11, 10), {("started", "21d"): 1}, {}),
        (date(2026, 11, 24), {("started", "1d"): 1}, {}),
        (date(2026, 11, 26), {("retained-1", "later"): 1}, {("started",): 1}),
    ],
)
def test_what_is_due_is_told_by_how_near_its_deadline_is(enrolling, on, due, missed):
    enrolling.enrolled()
    enrolling.moves_to(datetime(on.year, on.month, on.day, 12, tzinfo=UTC))

    now = figures(enrolling)

    assert told(now[metrics.declarations_due]) == due
    assert told(now[metrics.declarations_missed]) == missed


def test_what_is_declared_is_not_due_any_more(enrolling):
    participant = enrolling.enrolled()
    enrolling.moves_to(datetime(2026, 10, 20, 20, tzinfo=UTC))
    enrolling.engages(participant, date(2026, 10, 8), date(2026, 10, 19))
    enrolling.declares()

    assert told(figures(enrolling)[metrics.declarations_due]) == {}


def test_what_dfe_is_owed_and_that_it_refuses_our_token_is_read_from_the_tables(enrolling):
    enrolling.enrolled()
    with enrolling.db.transaction() as tx:
        tx.query(DfeWrite).update({"state": "in_doubt"})
        tx.get_one(Traffic, "push").stopped_by = "unauthorised"

    now = figures(enrolling)

    assert told(now[metrics.dfe_owed]) == {("in_doubt",): 1}
    assert now[metrics.dfe_unauthorised] == {(): 1}


def test_expected_income_is_the_forecasts_without_what_is_paid(enrolling):
    enrolling.call(a_contract())
    enrolling.enrolled()
    enrolling.call(a_calendar(*[a_month(2026, month) for month in (10, 11, 12)]))
    forecast = enrolling.call(ForecastIncome(cohort=COHORT))

    with enrolling.db.transaction() as tx:
        (income,) = read_income(tx, enrolling.service.settings).values()

    assert forecast.total > Decimal(0)
    assert sum(income.values()) == pytest.approx(float(forecast.total), abs=0.1)
    assert set(income) == {("declared",), ("to_come",)}
