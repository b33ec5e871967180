"""Statuses, reminders, relevance and wording, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.domain import wording
from notifications.domain.relevance import Facts, why_not
from notifications.domain.reminders import (
    ASSESSMENT_STEPS,
    SESSION_STEPS,
    due_step,
    look_ahead,
)
from notifications.domain.statuses import Status, after_a_crash, goes_forward, next_attempt

OPENS = datetime(2028, 5, 1, 23, 1, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=8)


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (OPENS - timedelta(days=28, seconds=1), None),
        (OPENS - timedelta(days=28), "four_weeks"),
        (OPENS - timedelta(days=7), "one_week"),
        (OPENS - timedelta(seconds=1), "one_week"),
        (OPENS, "opens"),
        (OPENS + timedelta(days=5), "five_days"),
        (CLOSES - timedelta(hours=24), "one_day"),
        (CLOSES - timedelta(hours=3), "three_hours"),
        (CLOSES, None),
    ],
)
def test_the_ladder_of_an_assessment(at, key):
    step = due_step(ASSESSMENT_STEPS, begins_at=OPENS, ends_at=CLOSES, at=at)

    assert (step.key if step else None) == key


@given(st.integers(min_value=1, max_value=40 * 24 * 60))
def test_a_short_window_never_has_a_later_step_before_an_earlier_one(minutes):
    at = OPENS + timedelta(minutes=minutes)
    ends_at = OPENS + timedelta(hours=12)  # an extension's odd window: closes before "five days"

    step = due_step(ASSESSMENT_STEPS, begins_at=OPENS, ends_at=ends_at, at=at)

    assert step is None if at >= ends_at else step.key in ("opens", "three_hours")


def test_how_far_ahead_reminders_are_looked_for():
    assert look_ahead(SESSION_STEPS) == timedelta(days=7)
    assert look_ahead(ASSESSMENT_STEPS) == timedelta(days=28)


def test_statuses_move_forward_only():
    assert goes_forward(Status.SENDING, Status.SENT)
    assert goes_forward(Status.UNKNOWN, Status.SENT)
    assert goes_forward(Status.SENT, Status.DELIVERED)
    assert not goes_forward(Status.DELIVERED, Status.SENT)
    assert not goes_forward(Status.DELIVERED, Status.PERMANENT_FAILURE)
    assert not goes_forward(Status.SENT, Status.UNKNOWN)
    assert not any(goes_forward(status, status) for status in Status)


def test_a_message_is_tried_again_48_times():
    now = datetime(2026, 11, 2, tzinfo=UTC)

    assert next_attempt(1, now) == now + timedelta(minutes=5)
    assert next_attempt(48, now) == now + timedelta(minutes=5)
    assert next_attempt(49, now) is None


def test_after_a_crash_only_a_critical_message_goes_out_again():
    assert after_a_crash(critical=True, repeatable=False) is Status.SENDING
    assert after_a_crash(critical=False, repeatable=False) is Status.UNKNOWN
    assert after_a_crash(critical=False, repeatable=True) is Status.SENDING


AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
TRUE = {
    "status": "accepted",
    "training_status": "active",
    "seated": True,
    "session_starts_at": AT + timedelta(hours=1),
    "candidate": True,
    "closes_at": AT + timedelta(hours=1),
    "missed": True,
    "standing": True,
}
ALL = frozenset(
    [
        "accepted",
        "active",
        "seated",
        "session_ahead",
        "candidate",
        "window_ahead",
        "not_submitted",
        "not_declared",
        "missed",
        "standing",
    ]
)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"status": "rejected"}, "application_rejected"),
        ({"training_status": "deferred"}, "participant_deferred"),
        ({"training_status": "withdrawn"}, "participant_withdrawn"),
        ({"seated": False}, "not_seated"),
        ({"session_cancelled": True}, "session_cancelled"),
        ({"session_starts_at": AT}, "session_over"),
        ({"candidate": False}, "not_a_candidate"),
        ({"closes_at": AT}, "window_closed"),
        ({"submitted": True}, "submitted"),
        ({"declared": True}, "declared"),
        ({"missed": False}, "register_corrected"),
        ({"standing": False}, "replaced"),
        ({"recipient_active": False}, "recipient_inactive"),
    ],
)
def test_what_is_no_longer_true_is_not_sent(changed, reason):
    assert why_not(ALL, Facts(**(TRUE | changed)), AT) == reason


def test_what_a_message_does_not_need_does_not_hold_it_back():
    assert why_not(frozenset(), Facts(status="rejected", submitted=True), AT) is None


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 3, 16, tzinfo=UTC), "Tuesday 3 November 2026 at 4pm"),
        (datetime(2026, 7, 3, 15, 30, tzinfo=UTC), "Friday 3 July 2026 at 4:30pm"),
        (datetime(2026, 11, 3, 12, tzinfo=UTC), "Tuesday 3 November 2026 at midday"),
        (datetime(2028, 5, 1, 23, 1, tzinfo=UTC), "Tuesday 2 May 2028 at 12:01am"),
        (datetime(2026, 11, 3, 0, tzinfo=UTC), "Tuesday 3 November 2026 at midnight"),
    ],
)
def test_instants_are_said_in_london_time(at, said):
    assert wording.moment(at) == said


def test_wall_times_slots_and_codes_are_said_plainly():
    assert wording.wall_moment("2026-07-03T16:30") == "Friday 3 July 2026 at 4:30pm"
    assert wording.slot_in_words("tue-16:00") == "Tuesdays at 4pm"
    assert wording.slot_in_words("any time") == "any time"
    assert wording.slot_in_words("tue-late") == "tue-late"
    assert wording.session_kind("face_to_face") == "face-to-face session"
    assert wording.course_name("npq-headship") == "NPQ for Headship"
    assert wording.plainly("file_too_large") == "file too large"
    assert wording.day(date(2026, 11, 3)) == "Tuesday 3 November 2026"
