"""Engagement is counted in whole minutes and never rounded up."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headship_contracts.errors import Refused
from sessions.domain import attendance
from sessions.domain.attendance import Status
from sessions.domain.engagement import (
    Gate,
    GateReading,
    Live,
    Reading,
    Study,
    measure,
    missable,
    risk,
    to_spare,
)

DAY = date(2027, 3, 1)
PER_COMPONENT = Gate(GateReading.per_component, 90)
OVERALL = Gate(GateReading.overall, 90)


def attended(minutes=60):
    return Live(minutes, DAY, Status.present, counted=True)


def missed(minutes=60):
    return Live(minutes, DAY, Status.absent)


def ahead(minutes=60):
    return Live(minutes)


def studied(minutes=45, *, finished=True, done=0):
    return Study(minutes, DAY, done, finished, DAY)


def test_seventeen_of_nineteen_is_below_nine_tenths_and_eighteen_of_twenty_is_not():
    assert not Reading(17, 19).reaches(90)
    assert Reading(18, 20).reaches(90)
    assert not Reading(0, 0).reaches(90)


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(1, 100))
def test_a_reading_reaches_a_share_exactly_when_the_fraction_does(some, planned, percent):
    some = min(some, planned)

    reached = Reading(some, planned).reaches(percent)

    assert reached == (some * 100 - percent * planned >= 0)


def test_the_two_readings_of_the_gate_can_differ():
    live = [attended(100) for _ in range(8)] + [missed(100), missed(100)]
    study = [studied(1500)]

    engagement = measure(live, study)

    assert engagement.live == Reading(800, 1000)
    assert engagement.overall == Reading(2300, 2500)
    assert not PER_COMPONENT.is_met(engagement)
    assert OVERALL.is_met(engagement)


def test_a_caught_up_session_counts_and_an_excused_one_is_not_asked_for():
    live = [
        attended(90),
        Live(90, DAY, Status.catch_up_approved, counted=True),
        Live(90, DAY, Status.catch_up_pending),
        Live(90, DAY, Status.excused),
    ]

    assert measure(live, []).live == Reading(180, 270)


@pytest.mark.parametrize(("minutes", "counts"), [(72, True), (71, False)])
def test_four_fifths_of_a_session_make_it_attended(minutes, counts):
    assert attendance.counts(Status.late, minutes, 90, enough_percent=80) is counts
    assert attendance.counts(Status.catch_up_approved, 0, 90, enough_percent=80)
    assert not attendance.counts(Status.absent, 0, 90, enough_percent=80)


def test_study_counts_as_far_as_it_is_done_and_never_more_than_planned():
    study = [
        studied(45),
        studied(45, finished=False, done=20),
        studied(45, finished=False, done=80),
    ]

    assert measure([], study).study == Reading(45 + 20 + 45, 135)


def test_first_and_last_day_are_of_what_counts():
    live = [
        Live(60, date(2027, 1, 5), Status.absent),
        Live(60, date(2027, 2, 5), Status.late, counted=True),
    ]
    study = [Study(45, DAY, 5, on=date(2027, 1, 20)), Study(45, DAY, 0, on=date(2027, 5, 1))]

    engagement = measure(live, study)

    assert (engagement.first_on, engagement.last_on) == (date(2027, 1, 20), date(2027, 2, 5))


WOULD_COUNT = {Status.present, Status.late, Status.catch_up_approved}

live_units = st.lists(
    st.builds(
        Live,
        minutes=st.integers(5, 480),
        on=st.just(DAY),
        status=st.one_of(st.none(), st.sampled_from(Status)),
    ).map(lambda unit: replace(unit, counted=unit.status in WOULD_COUNT)),
    max_size=20,
)


@given(live_units, st.data())
def test_whoever_misses_no_more_than_missable_still_reaches_the_gate(live, data):
    study = [studied()]
    number = missable(live, measure(live, study), PER_COMPONENT)
    ahead_of = [index for index, unit in enumerate(live) if unit.status is None]
    skipped = data.draw(st.permutations(ahead_of))[:number]

    outcome = [
        missed(unit.minutes)
        if index in skipped
        else attended(unit.minutes)
        if unit.status is None
        else unit
        for index, unit in enumerate(live)
    ]

    engagement = measure(outcome, study)
    if to_spare(live, measure(live, study), PER_COMPONENT) >= 0:
        assert PER_COMPONENT.is_met(engagement)


@pytest.mark.parametrize(
    ("live", "study", "told"),
    [
        ([attended()] * 9 + [missed()] * 2, [], "catch_up_needed"),
        ([attended()] * 9 + [missed(), ahead()], [], "nothing_to_spare"),
        ([attended()] * 9 + [ahead(), ahead()], [studied(finished=False)], "self_study_behind"),
        ([attended()] * 9 + [ahead(), ahead()], [studied()], None),
        ([attended()] * 9 + [missed()], [studied()], None),
    ],
)
def test_the_gravest_risk_is_told(live, study, told):
    engagement = measure(live, study)

    found = risk(live, study, engagement, PER_COMPONENT, 75, DAY + timedelta(days=1))

    assert found == told


def test_study_that_is_not_due_yet_makes_nobody_late():
    study = [studied(finished=False)]

    assert risk([], study, measure([], study), PER_COMPONENT, 75, DAY) is None


@pytest.mark.parametrize(
    ("status", "told", "kept"),
    [
        (Status.present, None, 90),
        (Status.late, 60, 60),
        (Status.absent, None, 0),
        (Status.apologies, 0, 0),
    ],
)
def test_a_register_says_minutes_only_of_those_who_were_there(status, told, kept):
    assert attendance.minutes_of(status, told, 90) == kept


@pytest.mark.parametrize(
    ("status", "told", "code"),
    [
        (Status.absent, 10, "minutes_without_presence"),
        (Status.present, 91, "more_minutes_than_planned"),
        (Status.catch_up_approved, None, "not_in_a_register"),
    ],
)
def test_an_impossible_entry_is_refused(status, told, code):
    with pytest.raises(Refused, match=code):
        attendance.minutes_of(status, told, 90)


def test_a_register_waits_for_its_session():
    starts_at = datetime(2027, 3, 1, 16, tzinfo=UTC)

    attendance.require_begun(starts_at, False, starts_at)
    with pytest.raises(Refused, match="session_not_begun"):
        attendance.require_begun(starts_at, False, starts_at - timedelta(seconds=1))
    with pytest.raises(Refused, match="session_cancelled"):
        attendance.require_begun(starts_at, True, starts_at)


@pytest.mark.parametrize(
    ("status", "counted", "code"),
    [
        (None, False, "not_in_the_register"),
        (Status.catch_up_pending, False, "catch_up_pending"),
        (Status.catch_up_approved, True, "nothing_to_catch_up"),
        (Status.present, True, "nothing_to_catch_up"),
        (Status.excused, False, "nothing_to_catch_up"),
    ],
)
def test_a_catch_up_is_only_for_what_was_missed(status, counted, code):
    with pytest.raises(Refused, match=code):
        attendance.require_missed(status, counted)


@pytest.mark.parametrize("status", [Status.absent, Status.apologies, Status.left_early])
def test_whoever_missed_most_of_a_session_may_catch_up(status):
    attendance.require_missed(status, counted=False)
