"""What happens when two do something at once, on a real PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from assessment_office import a_readiness, an_accepted_application, marks_of
from sqlalchemy.exc import IntegrityError

from headship_contracts.assessment.events import (
    CandidateEntered,
    ResultReleased,
    ScriptAllocated,
    SubmissionReceived,
)
from headship_contracts.assessment.marking import MarkScript
from headship_contracts.assessment.results import ReleaseResults
from headship_contracts.assessment.submissions import ListSubmissions
from headship_contracts.errors import Refused


def at_once(*doings: Callable[[], Any]) -> list[Any]:
    """What each gives or raises, begun together."""
    start = Barrier(len(doings))

    def run(doing: Callable[[], Any]) -> Any:
        start.wait(timeout=10)
        try:
            return doing()
        except (Refused, IntegrityError) as error:
            return error

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(run, doings))


def test_readiness_and_acceptance_told_at_once_enter_the_candidate(office):
    window = office.window()
    for _ in range(8):
        application = an_accepted_application()
        readiness = a_readiness(application)

        said = at_once(lambda a=application: office.tell(a), lambda r=readiness: office.tell(r))

        assert said == [None, None]
        assert office.candidates(window)[application.application_id] == "entered"
    assert len(office.told(CandidateEntered)) == 8


def test_a_script_marked_twice_at_once_is_marked_once(office):
    window = office.marking(1)
    staff_id, item = office.waiting(office.script(window))
    ask = MarkScript(
        allocation_id=item.allocation_id, staff_id=staff_id, marks=marks_of(62), holistic="pass"
    )

    outcomes = at_once(*[lambda: office.ask(ask)] * 4)

    assert sorted(type(one).__name__ for one in outcomes) == ["MarkReceipt", *["Refused"] * 3]
    assert [told.role for told in office.told(ScriptAllocated)] == ["first", "second"]


def test_results_released_twice_at_once_are_released_once(office):
    window = office.marking(3)
    for number in (1, 2, 3):
        office.mark(window, number, 90)
    office.ratify(window)
    ask = ReleaseResults(window_id=window.window_id)

    outcomes = at_once(*[lambda: office.ask(ask)] * 3)

    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "Refused", "ReleaseReport"]
    assert len(office.told(ResultReleased)) == 3


def test_of_scripts_sent_at_once_exactly_one_counts(office):
    window = office.window()
    application = office.ready()
    office.open(window)

    at_once(
        *[lambda n=n: office.submit_here(application, window, f"version {n}") for n in range(5)]
    )

    sent = office.ask(ListSubmissions(window_id=window.window_id)).items
    assert [one.counts for one in sent] == [False] * 4 + [True]
    assert len(office.told(SubmissionReceived)) == 5


def test_windows_turned_at_once_open_once(office):
    window = office.window()
    office.ready()
    at_once(*[lambda: office.open(window)] * 3)
    at_once(*[lambda: office.close(window)] * 3)

    assert list(office.candidates(window).values()) == ["missed"]


@pytest.mark.parametrize("scripts", [12])
def test_markers_at_work_together_finish_every_script(office, scripts):
    window = office.marking(scripts, sample_minimum=4)

    at_once(*[lambda n=n: office.mark(window, n, 90) for n in range(1, scripts + 1)])
    second = [script.number for script in office.scripts(window) if script.state != "decided"]
    at_once(*[lambda n=n: office.mark(window, n, 90) for n in second])

    assert len(second) == 4
    assert {script.state for script in office.scripts(window)} == {"decided"}
