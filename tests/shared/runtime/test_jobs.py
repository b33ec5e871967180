"""Jobs: a pure function in a child process, with limits, while the service goes on."""

import subprocess
import sys
import time
from pathlib import Path

import eventlet
import pytest

from kit import jobs


def a_job(name: str, data: object = None, *, seconds: float = 10, megabytes: int = 512) -> object:
    return jobs.run(f"toy_jobs:{name}", data, seconds=seconds, megabytes=megabytes)


def test_a_job_gets_and_gives_json_and_bytes() -> None:
    given = {"number": 21, "bytes": b"\x00\xff"}

    assert a_job("double", given) == {"number": 42, "bytes": b"\x00\xff\x00\xff"}


def test_what_is_no_json_is_refused_before_a_process_starts() -> None:
    with pytest.raises(TypeError, match="not object"):
        a_job("double", object())


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("fail", "a name", r"^toy_jobs:fail: ValueError: cannot do that$"),
        ("die", None, r"died: SIGSEGV$"),
        ("give_no_json", None, r"TypeError: a job takes and gives JSON"),
        ("nowhere", None, r"AttributeError: .* no attribute 'nowhere'$"),
    ],
)
def test_a_job_that_fails_says_why_in_one_line(name: str, data: object, told: str) -> None:
    with pytest.raises(jobs.JobFailed, match=told):
        a_job(name, data)


@pytest.mark.parametrize("name", ["sleep", "compute"])
def test_a_job_that_takes_too_long_is_ended(name: str) -> None:
    started = time.monotonic()

    with pytest.raises(jobs.JobTooLong, match=r"longer than 0\.5 s"):
        a_job(name, 30, seconds=0.5)

    assert time.monotonic() - started < 20  # the job alone would take 30 s


def test_a_job_that_wants_too_much_memory_is_ended() -> None:
    assert a_job("swell", 50, megabytes=256) == 50 * 1024 * 1024

    with pytest.raises(jobs.JobTooBig, match="more memory"):
        a_job("swell", 400, megabytes=256)


def test_an_answer_that_is_too_big_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LARGEST_ANSWER", 1_000)

    with pytest.raises(jobs.JobTooBig, match="gave back more"):
        a_job("give_back", 2_000)


def test_what_a_library_prints_does_not_spoil_the_answer() -> None:
    assert a_job("talk") == "said"


def test_a_job_sees_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret@somewhere/sessions")
    monkeypatch.setenv("AMQP_URI", "amqp://secret@somewhere/")

    seen = a_job("environment")

    assert isinstance(seen, list)
    assert not {"DATABASE_URL", "AMQP_URI"} & set(seen)


def test_the_loop_turns_while_a_job_computes() -> None:
    turns = 0

    def watch() -> None:
        nonlocal turns
        while True:
            eventlet.sleep(0.01)
            turns += 1

    watching = eventlet.spawn(watch)
    a_job("compute", 1.0)
    watching.kill()

    assert turns > 10  # of a hundred; one or two in a loop that stands still


def test_a_job_ends_with_the_greenlet_that_waits_for_it() -> None:
    waiting = eventlet.spawn(a_job, "sleep", 30, seconds=60)
    eventlet.sleep(0.3)

    started = time.monotonic()
    waiting.kill()

    assert time.monotonic() - started < 20  # the job alone would take 30 s
    assert a_job("talk") == "said"


def test_no_more_jobs_run_at_once_than_are_allowed(tmp_path: Path) -> None:
    jobs.allow(1)
    try:
        asked = [eventlet.spawn(a_job, "be_alone", str(tmp_path / "work")) for _ in range(3)]
        told = [each.wait() for each in asked]
    finally:
        jobs.allow(2)

    assert told == ["alone"] * 3


def test_it_works_in_a_process_that_is_not_green() -> None:
    code = "from kit import jobs; print(jobs.run('toy_jobs:talk', 1, seconds=9, megabytes=256))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(Path(__file__).parent / "toys")},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "said\n"
