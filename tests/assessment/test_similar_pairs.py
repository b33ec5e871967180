"""Scripts that are alike: found when the window closes, decided by a person, held meanwhile."""

from datetime import timedelta
from decimal import Decimal

import pytest
from assessment_office import OPENS_ON

from assessment import comparing
from assessment.domain.similarity.job import compare_scripts
from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.assessment.marking import ListDecisions
from headship_contracts.assessment.similarity import (
    CompareScripts,
    DecideSimilarPair,
    GetSimilarPair,
    ListComparisons,
    ListSimilarPairs,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from kit import clock
from kit.identity import Caller
from kit.testing import run_timer

COPIED = "trust grows where promises are kept and where nobody is blamed for an honest mistake"
CASE = "A school of 900 pupils changes its timetable."


def own_words(number):
    return " ".join(f"own{number}word{place}" for place in range(30))


def sat(office, opens_on=OPENS_ON, copies=(0, 1), scripts=3, **paper):
    """A closed window in which some of the scripts share a passage, and all quote the case."""
    window = office.window(office.paper(**paper), opens_on)
    applications = [office.ready() for _ in range(scripts)]
    office.open(window)
    for number, application in enumerate(applications):
        copied = COPIED if number in copies else "nothing of that kind"
        text = f"{CASE} {own_words(f'{opens_on:%j}{number}')} {copied}."
        office.submit_here(application, window, text)
    office.close(window)
    return window


def compare(office):
    comparing.run_queued(office.db, clock.now(), compare_scripts)


def pairs_of(office, window, **wanted):
    return office.ask(ListSimilarPairs(window_id=window.window_id, **wanted)).items


def decide(office, pair, status, reason="read side by side", **options):
    request = DecideSimilarPair(pair_id=pair.pair_id, status=status, reason=reason)
    return office.ask(request, **options)


def test_the_close_of_a_window_has_its_scripts_compared_in_a_child_process(office):
    window = sat(office)

    run_timer(office.service, "compare_queued_scripts", clock.now())

    (run,) = office.ask(ListComparisons(window_id=window.window_id)).items
    assert (run.state, run.scripts, run.pairs, run.listed) == ("done", 3, 3, 1)
    assert run.percentile == Decimal("99.5")
    (pair,) = pairs_of(office, window)
    assert (pair.status, pair.passages, pair.longest) == ("flagged", 1, 15)
    assert pair.shared == 13
    assert pair.containment == max(pair.a_in_b, pair.b_in_a) == run.threshold


def test_the_shared_passage_is_shown_side_by_side_and_the_paper_is_not(office):
    window = sat(office)
    compare(office)
    (pair,) = pairs_of(office, window)

    shown = office.ask(GetSimilarPair(pair_id=pair.pair_id))

    (passage,) = shown.passages
    assert passage.a_text == passage.b_text == COPIED
    assert passage.a_before != passage.b_before
    assert passage.a_after == "."


def test_a_script_of_an_earlier_window_is_found(office):
    earlier = sat(office, copies=(0,))
    compare(office)
    window = sat(office, OPENS_ON + timedelta(days=28), copies=(2,))
    compare(office)

    (pair,) = pairs_of(office, window)

    assert pairs_of(office, earlier) == []
    assert pair.longest == 15
    run = office.ask(ListComparisons(window_id=window.window_id)).items[0]
    assert (run.earlier, run.pairs) == (3, 3 + 9)


def test_results_wait_while_a_pair_is_under_investigation(office):
    office.assessors(4)
    window = sat(office)
    compare(office)
    (pair,) = pairs_of(office, window)
    decide(office, pair, "under_investigation")
    office.prepare(window)
    held = [script for script in office.scripts(window) if script.hold]
    assert {script.application_id for script in held} == {pair.application_a, pair.application_b}
    for number in (1, 2, 3):
        office.mark(window, number, 90)
        while office.script(window, number).state != "decided":
            office.mark(window, number, 90)

    with pytest.raises(Refused, match="scripts_open"):
        office.release(window)
    decide(office, pair, "no_case", "both quote the same book")

    assert not any(script.hold for script in office.scripts(window))
    kinds = [
        (step.kind, step.rule)
        for step in office.ask(ListDecisions(script_id=held[0].script_id)).items
    ]
    assert ("similarity", "no_case") in kinds
    assert office.release(window).released == 3


def test_scripts_in_doubt_are_marked_by_two(office):
    office.assessors(4)
    window = sat(office)
    compare(office)
    (pair,) = pairs_of(office, window)
    decide(office, pair, "under_investigation")
    office.prepare(window)

    for number in (1, 2, 3):
        office.mark(window, number, 90)

    waiting = [one for one in office.scripts(window) if one.state == "second_marking"]
    assert {pair.application_a, pair.application_b} <= {one.application_id for one in waiting}


def test_a_hold_stays_while_another_pair_or_a_lead_has_a_reason(office):
    office.assessors(4)
    window = sat(office, copies=(0, 1, 2))
    compare(office)
    office.prepare(window)
    first, second, *_ = pairs_of(office, window)
    decide(office, first, "under_investigation")
    decide(office, second, "under_investigation")

    decide(office, first, "no_case")

    assert sum(bool(script.hold) for script in office.scripts(window)) == 2
    decide(office, second, "no_case")
    script = office.script(window)
    office.ask(HoldScript(script_id=script.script_id, reason="a lead's own doubt"))
    decide(office, first, "under_investigation")
    decide(office, first, "no_case")
    assert office.script(window).hold == "a lead's own doubt"


def test_no_hold_is_lifted_over_an_investigation(office):
    office.assessors(4)
    window = sat(office)
    compare(office)
    office.prepare(window)
    (pair,) = pairs_of(office, window)
    script = next(s for s in office.scripts(window) if s.application_id == pair.application_a)
    lift = LiftHold(script_id=script.script_id, reason="the doubt is gone")
    office.ask(HoldScript(script_id=script.script_id, reason="a lead's own doubt"))
    decide(office, pair, "under_investigation")

    office.ask(lift)

    assert office.script(window, script.number).hold == "similar to another script"
    with pytest.raises(Refused, match="under_investigation"):
        office.ask(lift)
    decide(office, pair, "upheld")
    with pytest.raises(Refused, match="outcome_needed"):
        office.ask(lift)


def test_an_upheld_pair_stays_held_until_a_lead_says_what_comes_of_it(office):
    office.assessors(4)
    window = sat(office)
    compare(office)
    office.prepare(window)
    (pair,) = pairs_of(office, window)
    decide(office, pair, "under_investigation")

    decided = decide(office, pair, "upheld", "the second copied the first")

    assert (decided.status, decided.reason) == ("upheld", "the second copied the first")
    assert sum(bool(script.hold) for script in office.scripts(window)) == 2


@pytest.mark.parametrize("status", ["flagged", "cheated", ""])
def test_an_unknown_status_names_the_field(office, status):
    window = sat(office)
    compare(office)
    (pair,) = pairs_of(office, window)

    with pytest.raises(Invalid) as caught:
        decide(office, pair, status)
    assert list(caught.value.fields) == ["status"]


def test_of_two_who_decide_at_once_the_later_meets_the_first_decision(office):
    window = sat(office)
    compare(office)
    (pair,) = pairs_of(office, window)
    decide(office, pair, "no_case")

    with pytest.raises(Refused, match="pair_no_case"):
        decide(office, pair, "upheld")


def test_comparing_again_keeps_what_was_decided(office):
    window = sat(office)
    compare(office)
    (pair,) = pairs_of(office, window)
    decide(office, pair, "no_case", "the same book")

    office.ask(CompareScripts(window_id=window.window_id))
    office.ask(CompareScripts(window_id=window.window_id))
    compare(office)

    assert [one.state for one in office.ask(ListComparisons()).items] == ["done", "done"]
    (again,) = pairs_of(office, window)
    assert (again.pair_id, again.status, again.reason) == (pair.pair_id, "no_case", "the same book")


def test_an_open_window_is_not_compared_and_an_unknown_one_not_found(office):
    window = office.window()

    with pytest.raises(Refused, match="window_not_closed"):
        office.ask(CompareScripts(window_id=window.window_id))
    with pytest.raises(NotFound, match="window_not_found"):
        office.ask(CompareScripts(window_id=window.paper_id))


def test_a_window_without_scripts_is_like_nothing(office):
    window = sat(office, scripts=0)

    compare(office)

    (run,) = office.ask(ListComparisons(window_id=window.window_id)).items
    assert (run.state, run.scripts, run.pairs, run.threshold) == ("done", 0, 0, 0)


def test_who_marks_sees_nothing_of_similarity(office):
    window = sat(office)
    compare(office)
    (pair,) = pairs_of(office, window)
    (assessor,) = office.assessors(1)
    marker = Caller("staff", str(assessor))

    for request in (
        CompareScripts(window_id=window.window_id),
        ListComparisons(),
        ListSimilarPairs(),
        GetSimilarPair(pair_id=pair.pair_id),
        DecideSimilarPair(pair_id=pair.pair_id, status="no_case", reason="mine"),
    ):
        with pytest.raises(Refused, match="not_permitted"):
            office.ask(request, caller=marker)
