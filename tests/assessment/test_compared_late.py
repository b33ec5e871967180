"""A script that comes to count after its window was compared is compared as well."""

import pytest

from assessment import comparing
from assessment.domain.similarity.job import compare_scripts
from headship_contracts.assessment.similarity import ListComparisons, ListSimilarPairs
from headship_contracts.assessment.submissions import AcceptLateScript, ListSubmissions
from headship_contracts.errors import Refused
from kit import clock

TEXT = " ".join(f"word{place}" for place in range(40))


@pytest.fixture
def late(office):
    """A closed window with a script, and the same text that came too late: how it is accepted."""
    window, author, copier = office.window(), office.ready(), office.ready()
    office.open(window)
    office.submit_here(author, window, TEXT)
    office.close(window)
    with pytest.raises(Refused, match="window_closed"):
        office.submit_here(copier, window, TEXT)
    sent = office.ask(ListSubmissions(window_id=window.window_id)).items
    (refused,) = (one for one in sent if one.state == "refused")
    reason = "the line was down"
    return window, AcceptLateScript(submission_id=refused.submission_id, reason=reason)


def compare(office, how=compare_scripts):
    comparing.run_queued(office.db, clock.now(), how)


def compared(office, window):
    done = office.ask(ListComparisons(window_id=window.window_id)).items
    return [(one.state, one.scripts, one.listed) for one in done]


def test_a_late_script_that_counts_after_all_is_compared(office, late):
    window, acceptance = late
    compare(office)
    assert compared(office, window) == [("done", 1, 0)]

    office.ask(acceptance)
    compare(office)

    assert compared(office, window) == [("done", 1, 0), ("done", 2, 1)]
    assert len(office.ask(ListSimilarPairs(window_id=window.window_id)).items) == 1


def test_one_that_comes_to_count_while_others_are_compared_is_compared_next(office, late):
    window, acceptance = late

    def meanwhile(data):
        office.ask(acceptance)
        return compare_scripts(data)

    compare(office, meanwhile)
    compare(office)

    assert compared(office, window) == [("done", 1, 0), ("done", 2, 1)]
