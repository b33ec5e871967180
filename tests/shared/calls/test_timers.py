"""Timers in several processes, on a real database and by a clock that the test sets."""

import os
import signal
from datetime import UTC, datetime, timedelta

import pytest
from desk.models import Run
from desk.requests import Reopen
from desk.running import Desk, wait_until
from desk.service import DeskService
from sqlalchemy import select

from kit.clock import FileClock
from kit.db.engine import begin
from kit.db.tables import timer
from kit.ticks import ticks_due

MORNING = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)


@pytest.fixture
def the_clock(a_desk: Desk) -> FileClock:
    """The clock of all processes of the desk."""
    path = a_desk.scratch / "clock"
    path.write_text(MORNING.isoformat())
    a_desk.settings["HEADSHIP_CLOCK"] = f"file:{path}"
    return FileClock(path)


def all_caught_up(desk: Desk, now: datetime) -> bool:
    return not ticks_due(desk.engine, DeskService, now)


def test_two_processes_run_each_tick_once(a_desk: Desk) -> None:
    a_desk.start_and_wait()
    a_desk.start_and_wait()

    wait_until(lambda: len(a_desk.runs("tick")) >= 4)

    ticks = a_desk.runs("tick")
    assert len(set(ticks)) == len(ticks)
    assert ticks == sorted(ticks)


def test_a_timer_for_everywhere_is_run_by_each_process(a_desk: Desk) -> None:
    a_desk.start_and_wait()
    a_desk.start_and_wait()

    def seen_by() -> set[int]:
        with begin(a_desk.engine) as connection:
            wanted = select(Run.process).where(Run.timer == "look_round").distinct()
            return set(connection.scalars(wanted))

    assert wait_until(lambda: len(seen_by()) == 2)


def test_missed_ticks_are_caught_up_in_order_or_skipped(a_desk: Desk, the_clock: FileClock) -> None:
    a_desk.start_and_wait()
    a_desk.start_and_wait()
    wait_until(lambda: all_caught_up(a_desk, MORNING))

    the_clock.set(MORNING + timedelta(days=4))
    wait_until(lambda: all_caught_up(a_desk, MORNING + timedelta(days=4)))

    days = [f"2027-03-0{day}" for day in (1, 2, 3, 4)]
    assert a_desk.runs("count_the_books") == [f"{day}T06:00:00+00:00" for day in days]
    assert a_desk.runs("open_the_door") == ["2027-03-04T07:30:00+00:00"]


def test_what_was_missed_while_nothing_ran_is_made_up(a_desk: Desk, the_clock: FileClock) -> None:
    first = a_desk.start_and_wait()
    wait_until(lambda: all_caught_up(a_desk, MORNING))
    a_desk.stop(first)

    the_clock.set(MORNING + timedelta(days=2))
    assert ("count_the_books", MORNING.replace(hour=6)) in ticks_due(
        a_desk.engine, DeskService, MORNING + timedelta(days=2)
    )
    a_desk.start()

    wait_until(lambda: len(a_desk.runs("count_the_books")) == 2)
    wait_until(lambda: a_desk.runs("open_the_door") == ["2027-03-02T07:30:00+00:00"])


def test_a_clock_that_was_ahead_for_a_while_stops_no_timer_until_then(
    a_desk: Desk, the_clock: FileClock
) -> None:
    a_desk.start_and_wait()
    ahead, now = MORNING + timedelta(days=3), MORNING + timedelta(days=1)
    the_clock.set(ahead)
    wait_until(lambda: all_caught_up(a_desk, ahead))

    the_clock.set(now)
    wait_until(lambda: max(last_ticks(a_desk)) <= now)
    the_clock.set(now + timedelta(hours=4))

    wait_until(lambda: a_desk.runs("open_the_door")[-1] == "2027-03-02T07:30:00+00:00")
    wait_until(lambda: a_desk.runs("count_the_books")[-1] == "2027-03-02T06:00:00+00:00")


def last_ticks(desk: Desk) -> list[datetime]:
    with begin(desk.engine) as connection:
        return list(connection.scalars(select(timer.c.last_tick)))


def test_a_timer_that_has_never_been_started_is_due(a_desk: Desk) -> None:
    assert dict(ticks_due(a_desk.engine, DeskService, MORNING)) == dict.fromkeys(
        ("count_the_books", "grumble", "look_round", "open_the_door", "tick", "tidy")
    )


def test_a_commit_wakes_a_timer_and_waking_while_it_runs_runs_it_once_more(a_desk: Desk) -> None:
    a_desk.start_and_wait()
    a_desk.start_and_wait()

    for _ in range(6):
        a_desk.client.call(Reopen())

    wait_until(lambda: len(a_desk.runs("tidy")) >= 2)
    assert len(a_desk.runs("tidy")) < 6  # it takes 0.2 s, and calls that come meanwhile share one


def test_the_tick_of_a_process_that_dies_is_run_by_another(
    a_desk: Desk, the_clock: FileClock
) -> None:
    dying = a_desk.start_and_wait()
    wait_until(lambda: all_caught_up(a_desk, MORNING))
    (a_desk.scratch / "hold").touch()
    the_clock.set(MORNING + timedelta(hours=4))
    wait_until((a_desk.scratch / "held").exists)
    a_desk.start_and_wait()

    os.kill(dying.pid, signal.SIGKILL)
    (a_desk.scratch / "hold").unlink()

    wait_until(lambda: len(a_desk.runs("open_the_door")) == 1)


def test_a_timer_that_fails_is_tried_again_and_takes_nobody_along(
    a_desk: Desk, the_clock: FileClock
) -> None:
    process = a_desk.start_and_wait()
    wait_until(lambda: all_caught_up(a_desk, MORNING))
    (a_desk.scratch / "grumpy").touch()

    the_clock.set(MORNING + timedelta(days=1))
    wait_until(lambda: "the desk is in a bad mood" in a_desk.log())
    (a_desk.scratch / "grumpy").unlink()

    wait_until(lambda: len(a_desk.runs("grumble")) == 1)
    assert process.poll() is None
    assert len(a_desk.runs("count_the_books")) == 1
