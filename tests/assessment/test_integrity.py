"""What comes of an upheld pair: a lead says so for each script; no result is released before."""

import json
from base64 import b64decode
from io import BytesIO

import pytest
from assessment_office import marks_of
from pypdf import PdfReader

from assessment import comparing
from assessment.domain.similarity.job import compare_scripts
from assessment.models import Script
from headship_contracts.assessment.appeals import DecideAppeal, EscalateAppeal, FileAppeal
from headship_contracts.assessment.dossiers import VerifyDossiers
from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.assessment.marking import ListDecisions
from headship_contracts.assessment.results import CorrectResult, GetLetter, GetResult
from headship_contracts.assessment.similarity import DecideSimilarPair, ListSimilarPairs
from headship_contracts.enrolment.people import PeopleFound, Person
from headship_contracts.errors import Refused
from kit import clock

COPIED = "trust grows where promises are kept and where nobody is blamed for an honest mistake"


@pytest.fixture
def window(office):
    """Two scripts that are alike and one that is not, all marked as passes; the pair is upheld."""
    sat = office.window()
    authors = [office.ready() for _ in range(3)]
    office.assessors(4)
    office.assessors(1, "moderator")
    office.open(sat)
    for number, author in enumerate(authors):
        own = " ".join(f"own{number}word{place}" for place in range(30))
        office.submit_here(author, sat, f"{own} {COPIED if number < 2 else 'of my own'}.")
    office.close(sat)
    comparing.run_queued(office.db, clock.now(), compare_scripts)
    office.prepare(sat)
    decide(office, sat, "under_investigation")
    for number in (1, 2, 3):
        while office.script(sat, number).state != "decided":
            office.mark(sat, number, 80)
    decide(office, sat, "upheld")
    return sat


def decide(office, window, status):
    (pair,) = office.ask(ListSimilarPairs(window_id=window.window_id)).items
    request = DecideSimilarPair(pair_id=pair.pair_id, status=status, reason="read side by side")
    return office.ask(request)


def pair_of(office, window):
    """The two scripts of the pair: the copy, and the one that was copied."""
    return [one for one in office.scripts(window) if one.flagged]


def cleared_but(office, window, outcome):
    """One of the pair, which is no case: a lead doubted it for another reason, and decided."""
    decide(office, window, "under_investigation")
    decide(office, window, "no_case")
    script, _ = pair_of(office, window)
    office.ask(HoldScript(script_id=script.script_id, reason="bought?", integrity=True))
    lift(office, script, outcome)
    return script


def lift(office, script, outcome=None):
    reason = "heard, and decided"
    office.ask(LiftHold(script_id=script.script_id, reason=reason, outcome=outcome))


def fail_the_copy(office, window):
    copy, copied = pair_of(office, window)
    lift(office, copy, "fail")
    lift(office, copied, "as_marked")
    return copy, copied


def result_of(office, script):
    return office.ask(GetResult(application_id=script.application_id))


def test_no_result_of_an_upheld_pair_is_released_before_its_outcome_is_recorded(office, window):
    for script in pair_of(office, window):
        with pytest.raises(Refused, match="outcome_needed"):
            lift(office, script)
    with pytest.raises(Refused, match="scripts_open: 2 of 3"):
        office.release(window)

    copy, _ = fail_the_copy(office, window)

    assert office.release(window).released == 3
    steps = office.ask(ListDecisions(script_id=copy.script_id)).items
    facts = [json.loads(step.facts) for step in steps if step.kind == "hold_lifted"]
    assert [(one["outcome"], one["reason"]) for one in facts] == [("fail", "heard, and decided")]


def test_an_attempt_fails_for_its_integrity_whatever_the_marks_say(office, window):
    copy, copied = fail_the_copy(office, window)

    ratified = office.ratify(window)
    report = office.release(window)

    assert (ratified.passed, ratified.failed) == (report.passed, report.failed) == (2, 1)
    told = result_of(office, copy)
    assert (told.state, told.despite_marks, told.score) == ("failed", True, 80)
    assert (told.failed_criteria, told.may_resubmit) == ([], True)
    assert office.scripts(window)[copy.number - 1].decision == "pass"
    assert (result_of(office, copied).state, result_of(office, copied).despite_marks) == (
        "passed",
        False,
    )
    checks = office.ask(VerifyDossiers(window_id=window.window_id)).items
    assert [check.flaws for check in checks] == [[], [], []]


def test_another_outcome_after_ratifying_has_to_be_ratified_again(office, window):
    copy, _ = fail_the_copy(office, window)
    office.ratify(window)
    office.ask(HoldScript(script_id=copy.script_id, reason="their union wrote"))
    lift(office, copy, "as_marked")

    assert office.script(window, copy.number).integrity_outcome == "as_marked"
    assert office.release(window).passed == 3


def test_an_outcome_stands_while_another_hold_comes_and_goes(office, window):
    copy, _ = fail_the_copy(office, window)
    office.ask(HoldScript(script_id=copy.script_id, reason="a file is to be looked at"))

    lift(office, copy)

    assert office.script(window, copy.number).integrity_outcome == "fail"


def test_a_new_investigation_asks_for_a_new_outcome(office, window):
    fail_the_copy(office, window)

    decide(office, window, "under_investigation")

    for script in pair_of(office, window):
        assert (script.hold, script.integrity_outcome) == ("similar to another script", None)
    decide(office, window, "no_case")
    assert office.release(window).passed == 3


def test_what_was_let_go_before_outcomes_were_kept_is_not_released_either(office, window):
    scripts = pair_of(office, window)
    with office.db.transaction() as tx:
        for script in scripts:
            tx.get_one(Script, script.script_id).hold = None

    upheld = r"scripts_open: 2 of 3 .*\(upheld, without an outcome\)"
    with pytest.raises(Refused, match=upheld):
        office.release(window)
    for script in scripts:
        office.ask(HoldScript(script_id=script.script_id, reason="an outcome is to be recorded"))
    fail_the_copy(office, window)
    assert office.release(window).failed == 1


def test_an_outcome_is_for_scripts_that_were_in_doubt(office, window):
    (other,) = (one for one in office.scripts(window) if not one.flagged)
    office.ask(HoldScript(script_id=other.script_id, reason="a file is to be looked at"))
    with pytest.raises(Refused, match="not_in_doubt"):
        lift(office, other, "fail")
    lift(office, other)
    office.ask(HoldScript(script_id=other.script_id, reason="bought?", integrity=True))

    lift(office, other, "fail")

    assert office.script(window, other.number).integrity_outcome == "fail"


def test_an_investigation_that_finds_nothing_takes_no_outcome_away(office, window):
    bought = cleared_but(office, window, "fail")

    decide(office, window, "under_investigation")
    decide(office, window, "no_case")

    told = office.script(window, bought.number)
    assert (told.hold, told.integrity_outcome) == (None, "fail")
    assert office.release(window).failed == 1


def test_an_outcome_from_before_a_pair_was_upheld_is_none_for_it(office, window):
    earlier = cleared_but(office, window, "as_marked")

    decide(office, window, "under_investigation")
    decide(office, window, "upheld")

    assert office.script(window, earlier.number).integrity_outcome is None
    with pytest.raises(Refused, match="outcome_needed"):
        lift(office, earlier)


def test_nothing_is_said_of_a_script_while_it_is_investigated(office, window):
    decide(office, window, "under_investigation")

    for script in pair_of(office, window):
        with pytest.raises(Refused, match="under_investigation"):
            lift(office, script, "as_marked")


def letter_to(office, script):
    """What the letter says, in one line."""
    office.service.ask = lambda request, seconds: PeopleFound(
        people=[Person(person_id=request.ids[0], kind="participant", full_name="Synthetic")]
    )
    letter = office.ask(GetLetter(application_id=script.application_id))
    pages = PdfReader(BytesIO(b64decode(letter.content))).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_letter_says_that_the_fail_does_not_follow_from_the_marks(office, window):
    copy, _ = fail_the_copy(office, window)
    office.release(window)

    said = letter_to(office, copy)

    assert "the integrity of your script, and not from its marks." in said
    assert "criteria" not in said


def test_the_letter_of_a_fail_by_both_does_not_deny_the_marks(office, window):
    copy, _ = fail_the_copy(office, window)
    with office.db.transaction() as tx:
        tx.get_one(Script, copy.script_id).decision = "fail"
    office.release(window)

    said = letter_to(office, copy)

    assert "the integrity of your script, and from its marks as well." in said


def test_an_appeal_may_be_dismissed_though_the_marks_would_pass(office, window):
    copy, _ = fail_the_copy(office, window)
    office.release(window)
    appeal = office.ask(
        FileAppeal(
            application_id=copy.application_id,
            grounds="procedural_irregularity",
            statement="Nobody heard me.",
        )
    )
    about = {"appeal_id": appeal.appeal_id, "reason": "the record was read"}
    office.ask(DecideAppeal(**about, decision="dismissed"))
    office.ask(EscalateAppeal(**about))
    (senior,) = office.assessors(1, "moderator")

    review = DecideAppeal(**about, decision="dismissed", marks=marks_of(80), staff_id=senior)
    told = office.ask(review)

    assert (told.state, told.remedy) == ("dismissed", None)
    assert result_of(office, copy).state == "failed"


def test_marks_that_correct_the_result_take_the_place_of_the_outcome(office, window):
    copy, _ = fail_the_copy(office, window)
    office.release(window)

    corrected = office.ask(
        CorrectResult(
            application_id=copy.application_id, marks=marks_of(80), reason="it was the other one"
        )
    )

    assert (corrected.state, corrected.despite_marks) == ("passed", False)
    assert office.script(window, copy.number).integrity_outcome == "as_marked"
