"""When timers tick, in domain time and by London's clocks."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.clock import LONDON
from kit.schedule import Schedule

DAILY = Schedule(timedelta(days=1), time(6, 0))

instants = st.timedeltas(timedelta(0), timedelta(days=2200)).map(
    lambda since: datetime(2024, 1, 1, tzinfo=UTC) + since
)
schedules = st.one_of(
    st.builds(Schedule, st.timedeltas(timedelta(seconds=1), timedelta(days=40))),
    st.builds(
        Schedule,
        st.integers(1, 30).map(lambda days: timedelta(days=days)),
        st.times(),
    ),
)


@given(schedules, instants)
def test_now_lies_between_the_latest_tick_and_the_next(schedule: Schedule, now: datetime) -> None:
    latest, following = schedule.latest(now), schedule.next_after(now)

    assert latest <= now < following
    assert schedule.next_after(latest) == following


@given(schedules, instants, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_catching_up_runs_each_tick_once_and_skipping_only_the_latest(
    schedule: Schedule, last: datetime, gap: timedelta
) -> None:
    now = last + min(gap, schedule.every * 50)
    catch_up = Schedule(schedule.every, schedule.at, "catch_up")

    ticks = list(catch_up.due(last, now))

    assert ticks == sorted(set(ticks))
    assert all(last < tick <= now for tick in ticks)
    assert list(schedule.due(last, now)) == ticks[-1:]
    assert not list(catch_up.due(schedule.latest(now), now))


@pytest.mark.parametrize(
    ("day", "hour_in_utc"), [("2027-03-27", 6), ("2027-03-28", 5), ("2027-10-31", 6)]
)
def test_a_time_of_day_is_londons_on_either_side_of_the_clock_change(
    day: str, hour_in_utc: int
) -> None:
    tick = DAILY.next_after(datetime.fromisoformat(f"{day}T00:00:00+00:00"))

    assert tick == datetime.fromisoformat(f"{day}T{hour_in_utc:02}:00:00+00:00")
    assert tick.astimezone(LONDON).time() == time(6, 0)


def test_an_hour_that_a_day_lacks_or_has_twice_ticks_once() -> None:
    half_past_one = Schedule(timedelta(days=1), time(1, 30), "catch_up")

    for day in ("2027-03-28", "2027-10-31"):
        midnight = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=LONDON)
        begun = midnight.astimezone(UTC) - timedelta(microseconds=1)
        assert len(list(half_past_one.due(begun, begun + timedelta(hours=22)))) == 1


def test_a_short_timer_runs_at_its_very_first_start_and_a_long_one_waits() -> None:
    now = datetime(2027, 3, 1, 12, 0, 1, tzinfo=UTC)
    short, long = Schedule(timedelta(seconds=5)), DAILY

    assert list(short.due(short.before_first(now), now)) == [now.replace(second=0)]
    assert not list(long.due(long.before_first(now), now))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"every": timedelta(0)}, "no interval"),
        ({"every": timedelta(hours=5), "at": time(6, 0)}, "whole days"),
        ({"every": timedelta(days=1), "missed": "sometimes"}, "'skip' or 'catch_up'"),
    ],
)
def test_a_wrong_schedule_stops_the_import(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Schedule(**wrong)  # type: ignore[arg-type]
