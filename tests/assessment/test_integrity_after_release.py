"""A pair upheld once the results are out: a lead fails the script, or lets the marks decide."""

import json
from datetime import date, timedelta

import pytest
from assessment_office import OPENS_ON, marks_of
from test_appeals import _noon
from test_integrity import decide, fail_the_copy, letter_to, pair_of, result_of, window

from assessment.models import Script
from headship_contracts.assessment.appeals import DecideAppeal, EscalateAppeal, FileAppeal
from headship_contracts.assessment.dossiers import VerifyDossiers
from headship_contracts.assessment.events import ResubmissionOffered, ResultReleased
from headship_contracts.assessment.marking import ListDecisions
from headship_contracts.assessment.results import CorrectResult
from headship_contracts.errors import Invalid, Refused

__all__ = ["window"]


@pytest.fixture
def released(office, window):
    """All three have passed; the pair was no case."""
    decide(office, window, "under_investigation")
    decide(office, window, "no_case")
    office.release(window)
    return window


@pytest.fixture
def copy(office, released):
    """A script that has passed, of a pair that is upheld since."""
    uphold(office, released)
    return pair_of(office, released)[0]


def uphold(office, window):
    decide(office, window, "under_investigation")
    decide(office, window, "upheld")


def correct(office, script, outcome, reason="heard, and decided"):
    about = {"application_id": script.application_id, "reason": reason}
    return office.ask(CorrectResult(**about, outcome=outcome))


def failed_by_marks(office, window):
    """One of the pair has failed by its marks when the results come out."""
    script = pair_of(office, window)[0]
    decide(office, window, "under_investigation")
    decide(office, window, "no_case")
    with office.db.transaction() as tx:
        tx.get_one(Script, script.script_id).decision = "fail"
    office.release(window)
    return script


def appealed(office, script):
    return office.ask(
        FileAppeal(
            application_id=script.application_id,
            grounds="procedural_irregularity",
            statement="Nobody heard me.",
        )
    )


def test_a_pair_upheld_after_the_release_fails_the_script_whatever_its_marks(
    office, released, copy
):
    told = correct(office, copy, "fail")

    first, again = [
        one for one in office.told(ResultReleased) if one.application_id == copy.application_id
    ]
    assert (told.state, told.despite_marks, told.score) == ("failed", True, 80)
    assert (told.failed_criteria, told.may_resubmit) == ([], True)
    assert (again.state, again.result_id) == ("failed", first.result_id)
    assert (again.replaces, told.replaces) == (first.revision, first.revision)
    script = office.script(released, copy.number)
    assert (script.integrity_outcome, script.decision) == ("fail", "pass")
    checks = office.ask(VerifyDossiers(window_id=released.window_id)).items
    assert [check.flaws for check in checks] == [[], [], []]


def test_the_other_script_of_the_pair_stays_as_it_is(office, released, copy):
    correct(office, copy, "fail")

    _, copied = pair_of(office, released)
    assert (result_of(office, copied).state, result_of(office, copied).replaces) == ("passed", None)


def test_the_record_says_why_it_was_failed_and_what_it_was_before(office, copy):
    correct(office, copy, "fail", "the second copied the first")

    *_, last = office.ask(ListDecisions(script_id=copy.script_id)).items
    facts = json.loads(last.facts)
    assert (last.kind, last.rule) == ("result_changed", "lead_decides")
    assert (facts["former"], facts["state"], facts["outcome"]) == ("passed", "failed", "fail")
    assert facts["reason"] == "the second copied the first"


def test_who_is_failed_after_the_release_is_offered_the_next_attempt(office, copy):
    correct(office, copy, "fail")

    (offered,) = office.told(ResubmissionOffered)
    assert (offered.application_id, offered.attempt) == (copy.application_id, 2)
    later = office.window(opens_on=OPENS_ON + timedelta(days=90))
    assert office.candidates(later) == {copy.application_id: "entered"}


def test_the_new_letter_names_the_integrity_and_no_criterion(office, copy):
    correct(office, copy, "fail")

    said = letter_to(office, copy)

    assert "This letter replaces the one" in said
    assert "the integrity of your script, and not from its marks." in said
    assert "criteria" not in said


def test_no_script_fails_after_the_release_unless_a_pair_of_it_is_upheld(office, released):
    (other,) = (one for one in office.scripts(released) if not one.flagged)
    uphold(office, released)
    with pytest.raises(Refused, match="no_pair_upheld"):
        correct(office, other, "fail")
    decide(office, released, "under_investigation")
    decide(office, released, "no_case")

    for script in pair_of(office, released):
        with pytest.raises(Refused, match="no_pair_upheld"):
            correct(office, script, "fail")
        assert result_of(office, script).replaces is None


@pytest.mark.parametrize("outcome", ["fail", "as_marked"])
def test_nothing_comes_of_a_released_script_while_it_is_investigated(
    office, released, copy, outcome
):
    if outcome == "as_marked":
        correct(office, copy, "fail")
    decide(office, released, "under_investigation")

    with pytest.raises(Refused, match="under_investigation"):
        correct(office, copy, outcome)


def test_what_is_so_already_is_not_told_again(office, copy):
    with pytest.raises(Refused, match="nothing_to_correct: its marks decide already"):
        correct(office, copy, "as_marked")
    correct(office, copy, "fail")
    with pytest.raises(Refused, match="nothing_to_correct: it fails for its integrity already"):
        correct(office, copy, "fail")

    assert len(office.told(ResultReleased)) == 4


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "marks"),
        ({"marks": marks_of(40), "outcome": "fail"}, "outcome"),
        ({"outcome": "pass"}, "outcome"),
        ({"outcome": ""}, "outcome"),
    ],
)
def test_a_result_is_corrected_by_marks_or_an_outcome_and_by_one_of_them(
    office, copy, given, named
):
    request = CorrectResult(application_id=copy.application_id, reason="read again", **given)

    with pytest.raises(Invalid) as caught:
        office.ask(request)

    assert list(caught.value.fields) == [named]
    assert result_of(office, copy).state == "passed"


@pytest.mark.parametrize("status", ["no_case", "upheld"])
def test_a_lead_lets_the_marks_say_again_whatever_became_of_the_pair(
    office, released, copy, status
):
    failed = correct(office, copy, "fail")
    later = office.window(opens_on=OPENS_ON + timedelta(days=90))
    decide(office, released, "under_investigation")
    decide(office, released, status)
    assert result_of(office, copy).state == "failed"

    told = correct(office, copy, "as_marked")

    assert (told.state, told.despite_marks, told.may_resubmit) == ("passed", False, False)
    assert (told.result_id, told.replaces) == (failed.result_id, failed.revision)
    assert office.script(released, copy.number).integrity_outcome == "as_marked"
    assert "You have passed" in letter_to(office, copy)
    assert office.candidates(later) == {copy.application_id: "removed"}


def test_a_fail_that_was_decided_before_the_release_is_taken_back_alike(office, window):
    copy, _ = fail_the_copy(office, window)
    office.release(window)

    assert correct(office, copy, "as_marked").state == "passed"


def test_who_had_failed_by_the_marks_is_told_of_the_misconduct_as_well(office, window):
    copy = failed_by_marks(office, window)
    before = result_of(office, copy)
    uphold(office, window)

    told = correct(office, copy, "fail")

    assert (told.state, told.despite_marks, told.replaces) == ("failed", True, before.revision)
    assert (told.failed_criteria, told.may_resubmit) == (before.failed_criteria, True)
    assert "the integrity of your script, and from its marks as well." in letter_to(office, copy)
    assert [one.attempt for one in office.told(ResubmissionOffered)] == [2]
    restored = correct(office, copy, "as_marked")
    assert (restored.state, restored.despite_marks, restored.may_resubmit) == (
        "failed",
        False,
        True,
    )
    assert restored.failed_criteria == before.failed_criteria


def test_misconduct_of_who_had_failed_does_not_put_off_the_next_attempt(office, window):
    copy = failed_by_marks(office, window)
    before = letter_to(office, copy).split("not before ")[1].split(".")[0]
    office.at(_noon(date(2028, 5, 2)))
    uphold(office, window)

    correct(office, copy, "fail")

    said = letter_to(office, copy)
    assert f"not before {before}." in said
    assert "You may appeal until 31 May 2028" in said


def test_the_fail_can_be_appealed_against_and_dismissed_though_the_marks_would_pass(office, copy):
    office.at(_noon(date(2028, 6, 19)))
    with pytest.raises(Refused, match="too_late_to_appeal"):
        appealed(office, copy)
    correct(office, copy, "fail")
    about = {"appeal_id": appealed(office, copy).appeal_id, "reason": "the record was read"}
    office.ask(DecideAppeal(**about, decision="dismissed"))
    office.ask(EscalateAppeal(**about))
    (senior,) = office.assessors(1, "moderator")

    review = DecideAppeal(**about, decision="dismissed", marks=marks_of(80), staff_id=senior)

    assert (office.ask(review).state, result_of(office, copy).state) == ("dismissed", "failed")


def test_an_appeal_against_the_pass_does_not_go_on_against_the_fail(office, released):
    copy, _ = pair_of(office, released)
    appeal = appealed(office, copy)
    about = {"appeal_id": appeal.appeal_id, "reason": "nothing was found"}
    office.ask(DecideAppeal(**about, decision="dismissed"))
    uphold(office, released)
    correct(office, copy, "fail")

    with pytest.raises(Refused, match="result_changed"):
        office.ask(EscalateAppeal(**about))
    assert appealed(office, copy).state == "open"


def test_who_got_another_attempt_by_appeal_and_passes_after_all_needs_none(office, copy):
    correct(office, copy, "fail")
    about = {"appeal_id": appealed(office, copy).appeal_id, "reason": "nobody was heard"}
    office.ask(DecideAppeal(**about, decision="upheld", another_attempt=True))
    later = office.window(opens_on=OPENS_ON + timedelta(days=90))
    assert office.candidates(later) == {copy.application_id: "entered"}

    told = correct(office, copy, "as_marked")

    assert (told.state, told.disregarded, told.may_resubmit) == ("passed", False, False)
    assert office.candidates(later) == {copy.application_id: "removed"}


def test_an_open_appeal_is_decided_before_a_lead_says_what_comes_of_the_doubt(office, window):
    copy = failed_by_marks(office, window)
    appeal = appealed(office, copy)
    uphold(office, window)

    with pytest.raises(Refused, match="appeal_open"):
        correct(office, copy, "fail")
    office.ask(DecideAppeal(appeal_id=appeal.appeal_id, reason="looked at", decision="dismissed"))
    assert correct(office, copy, "fail").despite_marks
    assert appealed(office, copy).stage == "clerical_check", "they may appeal against that"


def test_marks_undo_no_fail_while_a_pair_is_looked_into_again(office, released, copy):
    correct(office, copy, "fail")
    decide(office, released, "under_investigation")
    about = {"application_id": copy.application_id, "reason": "better marks"}

    with pytest.raises(Refused, match="under_investigation"):
        office.ask(CorrectResult(**about, marks=marks_of(90)))
    assert result_of(office, copy).state == "failed"
