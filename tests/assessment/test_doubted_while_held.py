"""A pair is investigated of a script that a lead holds already: it is marked by two at once."""

import json

import pytest
from test_similar_pairs import compare, decide, pairs_of, sat

from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.assessment.marking import ListDecisions

OWN = "a file is to be looked at"


@pytest.fixture
def pair(office):
    """A pair of which one script is held for a reason of a lead's own, neither yet flagged."""
    office.assessors(4)
    window = sat(office)
    compare(office)
    office.prepare(window)
    (found,) = pairs_of(office, window)
    office.ask(HoldScript(script_id=held(office, found).script_id, reason=OWN))
    return found


def held(office, pair):
    """The first script of the pair."""
    return next(one for one in office.scripts(pair) if one.application_id == pair.application_a)


def steps_of(office, pair):
    script_id = held(office, pair).script_id
    return office.ask(ListDecisions(script_id=script_id, limit=100)).items


def mark(office, pair):
    office.mark(pair, held(office, pair).number, 90)


def lift(office, pair):
    office.ask(LiftHold(script_id=held(office, pair).script_id, reason="looked at"))


def test_what_one_had_marked_goes_to_a_second_marker_while_the_leads_hold_stays(office, pair):
    mark(office, pair)
    before = held(office, pair)
    assert (before.state, before.flagged) == ("decided", False)

    decide(office, pair, "under_investigation")

    script = held(office, pair)
    assert (script.hold, script.flagged) == (OWN, True)
    assert (script.state, script.second_marking_reasons) == ("second_marking", ["integrity"])
    mark(office, pair)
    assert (held(office, pair).state, held(office, pair).hold) == ("decided", OWN)


def test_what_nobody_had_marked_is_marked_twice(office, pair):
    decide(office, pair, "under_investigation")
    assert (held(office, pair).hold, held(office, pair).flagged) == (OWN, True)

    mark(office, pair)

    script = held(office, pair)
    assert (script.state, script.second_marking_reasons) == ("second_marking", ["integrity"])


def test_the_record_tells_that_it_was_flagged_for_the_pair_under_the_leads_hold(office, pair):
    mark(office, pair)

    decide(office, pair, "under_investigation")

    steps = {step.kind: step for step in steps_of(office, pair)}
    flagged, needed = steps["flagged"], steps["second_marking_needed"]
    facts = json.loads(flagged.facts)
    assert flagged.rule == "similar_pair"
    assert (facts["hold"], facts["reason"]) == (OWN, "similar to another script")
    assert (needed.rule, needed.position) == ("integrity", flagged.position + 1)
    assert steps["similarity"].rule == "under_investigation"


def test_lifting_the_leads_hold_leaves_the_pairs_and_asks_for_no_third_marking(office, pair):
    mark(office, pair)
    decide(office, pair, "under_investigation")
    mark(office, pair)

    lift(office, pair)

    script = held(office, pair)
    assert (script.hold, script.state) == ("similar to another script", "decided")
    kinds = [step.kind for step in steps_of(office, pair)]
    assert (kinds.count("flagged"), kinds.count("second_marking_needed")) == (1, 1)
    decide(office, pair, "no_case")
    assert held(office, pair).hold is None


def test_a_pair_that_is_no_case_leaves_the_leads_hold_and_the_second_marking(office, pair):
    mark(office, pair)
    decide(office, pair, "under_investigation")

    decide(office, pair, "no_case")

    script = held(office, pair)
    assert (script.hold, script.flagged, script.state) == (OWN, True, "second_marking")
    lift(office, pair)
    assert held(office, pair).hold is None


def test_investigated_again_it_is_flagged_once(office, pair):
    for status in ("under_investigation", "no_case", "under_investigation"):
        decide(office, pair, status)

    kinds = [step.kind for step in steps_of(office, pair)]
    assert (kinds.count("flagged"), kinds.count("similarity")) == (1, 3)
