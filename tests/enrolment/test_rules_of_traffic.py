"""How often DfE is called and read, and which of its changes are in the course of things."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from enrolment.domain.traffic import WINDOW, Budget, is_a_step, next_read

BEGUN = datetime(2026, 9, 7, 9, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(
    limit=st.integers(10, 2_000),
    steps=st.lists(st.tuples(st.floats(0, 400), st.booleans()), max_size=120),
)
def test_no_five_minutes_ever_see_more_calls_than_allowed(limit, steps):
    budget = Budget(limit=limit, left=0, filled_at=BEGUN)
    now, made = BEGUN, []
    for seconds, for_writes in steps:
        now += timedelta(seconds=seconds)
        taken, budget = budget.at(now).take(for_writes=for_writes)
        made.append((now, taken))

    for at, _ in made:
        assert sum(taken for when, taken in made if at <= when < at + WINDOW) <= limit


@given(left=st.integers(0, 60), for_writes=st.booleans())
def test_after_the_wait_there_is_a_call(left, for_writes):
    budget = Budget(limit=300, left=left, filled_at=BEGUN)
    taken, budget = budget.take(for_writes=for_writes)

    later = budget.at(BEGUN + budget.wait(for_writes=for_writes))

    assert taken or later.take(for_writes=for_writes)[0] >= 1


def test_reading_never_takes_what_is_kept_for_writes():
    budget = Budget(limit=300, left=30, filled_at=BEGUN)

    assert budget.take(for_writes=False)[0] == 0
    assert budget.take(for_writes=True)[0] == 10


@given(begun_at=st.datetimes(timezones=st.just(UTC)), chance=st.floats(0, 1))
def test_reading_is_never_about_the_full_hour(begun_at, chance):
    assume(begun_at.year < 9000)

    read_at = next_read(begun_at, HOUR, chance)

    assert timedelta(minutes=57) <= read_at - begun_at <= timedelta(minutes=65)
    assert 3 <= read_at.minute <= 57


def test_a_short_interval_is_kept_to():
    minute = timedelta(minutes=1)

    assert next_read(BEGUN.replace(minute=59), minute, 0) == BEGUN.replace(hour=10, minute=0)


@pytest.mark.parametrize(
    ("former", "now", "in_course"),
    [
        ("submitted", "eligible", True),
        ("eligible", "paid", True),
        ("payable", "eligible", True),
        ("awaiting_clawback", "clawed_back", True),
        ("eligible", "voided", False),
        ("paid", "awaiting_clawback", False),
        ("paid", "eligible", False),
        ("voided", "eligible", False),
    ],
)
def test_statements_explain_some_changes_of_a_declaration(former, now, in_course):
    assert is_a_step(former, now) is in_course
