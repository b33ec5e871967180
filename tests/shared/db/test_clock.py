"""Domain time: the wall clock, or one that somebody sets."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kit import clock

SOME_DAY = datetime(2027, 3, 1, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def back_to_the_wall() -> Iterator[None]:
    yield
    clock.use_wall_clock()


def test_it_is_the_wall_clock_unless_told_otherwise() -> None:
    assert not clock.is_simulated()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_set_clock_stands_where_it_was_set_and_flows_on() -> None:
    clock.set_simulated(SOME_DAY)

    first = clock.now()
    second = clock.now()

    assert clock.is_simulated()
    assert SOME_DAY <= first <= second < SOME_DAY + timedelta(minutes=1)


def test_who_listens_hears_of_each_jump_until_it_stops() -> None:
    heard: list[datetime] = []
    stop = clock.when_changed(lambda: heard.append(clock.now()))

    clock.set_simulated(SOME_DAY)
    stop()
    clock.set_simulated(SOME_DAY + timedelta(days=1))

    assert [at.date() for at in heard] == [SOME_DAY.date()]


def test_processes_share_a_clock_file(tmp_path: Path) -> None:
    shared = tmp_path / "clock"
    shared.write_text(SOME_DAY.isoformat())
    clock.use(f"file:{shared}")
    another = clock.FileClock(shared)

    clock.set_simulated(SOME_DAY + timedelta(days=7))

    assert clock.now().date() == another.now().date() == SOME_DAY.date() + timedelta(days=7)


def test_an_unknown_clock_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="HEADSHIP_CLOCK is 'sundial'"):
        clock.use("sundial")
