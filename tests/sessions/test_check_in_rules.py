"""A check-in code is good for its session and its moment, and for nothing else."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headship_contracts.errors import Refused
from sessions.domain import check_in
from sessions.domain.attendance import Status

STARTS = datetime(2026, 11, 3, 16, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=90)
SESSION = UUID("6a1f4a3e-2d52-4f7b-9a6e-2b7a0d1c3e5f")
SECRET = "a secret of this session"
SECONDS = timedelta(seconds=1)


def code_at(at, session=SESSION, secret=SECRET):
    return check_in.code_of(secret, session, check_in.step_of(at))


def refusal(at, code, session=SESSION):
    with pytest.raises(Refused) as told:
        check_in.require_code(SECRET, session, code, at)
    return told.value.code


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_the_code_of_the_moment_and_of_a_step_either_side_are_good(steps):
    shown_at = STARTS + steps * 30 * SECONDS

    step = check_in.require_code(SECRET, SESSION, code_at(shown_at), STARTS)

    assert step == check_in.step_of(STARTS) + steps


def test_an_older_code_has_expired_and_a_coming_one_is_not_known_yet():
    assert refusal(STARTS, code_at(STARTS - 60 * SECONDS)) == "code_expired"
    assert refusal(STARTS, code_at(STARTS - timedelta(minutes=40))) == "code_expired"
    assert refusal(STARTS, code_at(STARTS + 60 * SECONDS)) == "code_wrong"


def test_a_code_is_of_one_session_and_one_secret():
    assert refusal(STARTS, code_at(STARTS, session=uuid4())) == "code_wrong"
    assert refusal(STARTS, code_at(STARTS, secret="another")) == "code_wrong"


@pytest.mark.parametrize("code", ["", "0", "AAAA-AAAA-AAAA", "é" * 8, "🙂", "0" * 32])
def test_what_is_no_code_is_wrong_and_no_error(code):
    assert refusal(STARTS, code) == "code_wrong"


@given(st.integers(0, 2**31))
def test_a_code_is_taken_as_people_type_it(seconds):
    at = datetime.fromtimestamp(seconds, UTC)
    code = code_at(at)
    typed = f" {check_in.as_read(code).lower().replace('0', 'o').replace('1', 'l')} "

    assert check_in.require_code(SECRET, SESSION, typed, at) == check_in.step_of(at)
    assert len(code) == check_in.LENGTH
    assert set(code) <= set(check_in.LETTERS)


def test_check_in_is_open_from_a_quarter_before_to_half_an_hour_after_the_start():
    for at in (STARTS - timedelta(minutes=15), STARTS, STARTS + timedelta(minutes=30)):
        check_in.require_open(STARTS, False, at)

    with pytest.raises(Refused, match="check_in_not_open"):
        check_in.require_open(STARTS, False, STARTS - timedelta(minutes=15) - SECONDS)
    with pytest.raises(Refused, match="check_in_closed"):
        check_in.require_open(STARTS, False, STARTS + timedelta(minutes=30) + SECONDS)
    with pytest.raises(Refused, match="session_cancelled"):
        check_in.require_open(STARTS, True, STARTS)


@pytest.mark.parametrize(
    ("after", "status", "minutes"),
    [
        (timedelta(minutes=-15), Status.present, 90),
        (timedelta(minutes=5), Status.present, 90),
        (timedelta(minutes=5, seconds=1), Status.late, 84),
        (timedelta(minutes=30), Status.late, 60),
    ],
)
def test_who_comes_late_has_the_whole_minutes_that_are_left(after, status, minutes):
    grace = timedelta(minutes=5)

    assert check_in.arrival(STARTS, ENDS, STARTS + after, grace) == (status, minutes)


def test_the_next_code_comes_at_the_next_half_minute():
    at = STARTS + 17 * SECONDS

    assert check_in.changes_at(at) == STARTS + 30 * SECONDS
