"""Results come out in one act; a fail may be tried once more, with other markers."""

from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import uuid4

import pytest
from assessment_office import OPENS_ON, an_application

from headship_contracts.assessment.events import (
    CandidateEntered,
    ResubmissionOffered,
    ResultReleased,
    SubmissionReceived,
)
from headship_contracts.assessment.holds import HoldScript, LiftHold
from headship_contracts.assessment.results import GetResult, RecomputeSample, ReleaseResults
from headship_contracts.enrolment.events import OutcomeReported, ParticipantWithdrawn
from headship_contracts.errors import NotFound, Refused


def release(office, window):
    return office.release(window)


def failed(office, window, number=1):
    """Two markers fail this script; gives both."""
    return [office.mark(window, number, 40), office.mark(window, number, 41)]


def test_all_results_of_a_window_come_out_together(office):
    window = office.marking(3)
    office.mark(window, 1, 80)
    office.mark(window, 2, 90)
    failed(office, window, 3)

    report = release(office, window)

    assert (report.released, report.passed, report.failed) == (3, 2, 1)
    assert (report.double_marked, report.adjudicated, report.resubmissions_offered) == (1, 0, 1)
    told = office.told(ResultReleased)
    assert sorted(one.state for one in told) == ["failed", "passed", "passed"]
    assert {one.application_id for one in told} == {
        script.application_id for script in office.scripts(window)
    }
    assert {one.completion_date for one in told} == {(window.closes_at + timedelta(hours=9)).date()}
    assert set(office.candidates(window).values()) == {"released"}


def test_nothing_comes_out_while_a_script_is_open_and_the_refusal_names_it(office):
    window = office.marking(3)
    office.mark(window, 1, 80)
    office.mark(window, 2, 62)

    with pytest.raises(Refused, match=r"2 of 3 scripts are open: 2 \(second_marking\), 3 \(first"):
        release(office, window)
    assert office.told(ResultReleased) == []


def test_a_held_script_holds_the_window(office):
    window = office.marking(1)
    office.mark(window, 1, 80)
    script_id = office.script(window).script_id
    office.ask(HoldScript(script_id=script_id, reason="looks like another's"))

    with pytest.raises(Refused, match=r"1 \(held\)"):
        release(office, window)
    with pytest.raises(Refused, match="already_held"):
        office.ask(HoldScript(script_id=script_id, reason="again"))
    office.ask(LiftHold(script_id=script_id, reason="no case"))
    assert release(office, window).released == 1
    with pytest.raises(Refused, match="not_held"):
        office.ask(LiftHold(script_id=script_id, reason="again"))
    with pytest.raises(Refused, match="already_released"):
        office.ask(HoldScript(script_id=script_id, reason="too late"))


def test_results_come_out_once(office):
    window = office.marking(1)
    office.mark(window, 1, 80)
    first = office.release(window, key="k")
    assert office.ask(ReleaseResults(window_id=window.window_id), key="k") == first

    with pytest.raises(Refused, match="already_released"):
        release(office, window)
    assert len(office.told(ResultReleased)) == 1


def test_a_window_that_was_not_marked_is_not_released(office):
    window = office.window()
    with pytest.raises(Refused, match="marking_not_prepared"):
        release(office, window)
    with pytest.raises(NotFound, match="window_not_found"):
        office.ask(ReleaseResults(window_id=uuid4()))


def test_a_result_says_what_was_not_met_and_what_dfe_holds(office):
    window = office.marking(1)
    failed(office, window)
    application_id = office.script(window).application_id
    with pytest.raises(NotFound, match="result_not_found"):
        office.ask(GetResult(application_id=application_id))
    release(office, window)
    reported = {"application_id": application_id, "participant_id": uuid4()}
    day = {"completion_date": OPENS_ON}
    office.tell(
        OutcomeReported(revision=2, state="failed", **reported, **day),
        OutcomeReported(revision=1, state="passed", **reported, **day),
        times=2,
    )

    result = office.ask(GetResult(application_id=application_id))

    assert (result.state, result.attempt, result.may_resubmit) == ("failed", 1, True)
    assert len(result.failed_criteria) == 3
    assert result.dfe_state == "failed"


def resubmitting(office, **paper):
    """A window in marking with the second attempt of someone who failed; and who marked then."""
    first = office.marking(1, assessors=4, **paper)
    markers = failed(office, first)
    release(office, first)
    second = office.window(office.paper(**paper), opens_on=OPENS_ON + timedelta(days=60))
    application_id = office.script(first).application_id
    assert office.candidates(second) == {application_id: "entered"}
    office.open(second)
    office.submit_here(office.told(CandidateEntered)[0], second, "A better script than before.")
    office.close(second)
    office.prepare(second)
    return second, markers


def test_who_failed_enters_the_window_scheduled_later_as_attempt_two(office):
    window, _ = resubmitting(office)

    assert [told.attempt for told in office.told(CandidateEntered)] == [1, 2]
    (offered,) = office.told(ResubmissionOffered)
    assert (offered.attempt, offered.window_id) == (2, None)
    assert office.script(window).attempt == 2


def test_a_script_after_a_fail_tells_the_fee_that_the_failed_paper_names(office):
    resubmitting(office, resubmission_fee=Decimal(150))

    told = [(one.attempt, one.fee) for one in office.told(SubmissionReceived)]
    assert told == [(1, None), (2, Decimal(150))]


def test_an_offer_names_the_window_where_one_is_scheduled_already(office):
    first = office.marking(1)
    second = office.window(opens_on=OPENS_ON + timedelta(days=60))
    failed(office, first)

    release(office, first)

    (offered,) = office.told(ResubmissionOffered)
    assert offered.window_id == second.window_id
    assert office.candidates(second) == {offered.application_id: "entered"}


def test_a_resubmission_is_marked_by_others_and_always_twice(office):
    window, former = resubmitting(office)

    first = office.mark(window, 1, 90)
    second = office.mark(window, 1, 92)

    assert not {first, second} & set(former)
    script = office.script(window)
    assert script.second_marking_reasons == ["resubmission"]
    assert (script.state, script.decision) == ("decided", "pass")


def test_a_pass_after_a_fail_is_a_result_of_its_own(office):
    window, _ = resubmitting(office)
    office.mark(window, 1, 90)
    office.mark(window, 1, 92)

    release(office, window)

    told = office.told(ResultReleased)
    assert [(one.attempt, one.state) for one in told] == [(1, "failed"), (2, "passed")]
    assert told[0].result_id != told[1].result_id
    latest = office.ask(GetResult(application_id=told[0].application_id))
    earlier = office.ask(GetResult(application_id=told[0].application_id, attempt=1))
    assert (latest.state, earlier.state) == ("passed", "failed")


def test_the_last_fail_is_final(office):
    window, _ = resubmitting(office)
    failed(office, window)

    report = release(office, window)

    assert report.resubmissions_offered == 0
    assert len(office.told(ResubmissionOffered)) == 1
    third = office.window(opens_on=OPENS_ON + timedelta(days=120))
    assert office.candidates(third) == {}
    assert not office.ask(
        GetResult(application_id=office.script(window).application_id)
    ).may_resubmit


def test_who_has_passed_enters_no_other_window(office):
    window = office.marking(1)
    office.mark(window, 1, 80)
    release(office, window)

    assert office.candidates(office.window(opens_on=OPENS_ON + timedelta(days=60))) == {}


def test_who_has_withdrawn_gets_the_result_but_no_offer(office):
    window = office.marking(1)
    failed(office, window)
    entered = office.told(CandidateEntered)[0]
    office.tell(
        an_application(
            ParticipantWithdrawn,
            application_id=entered.application_id,
            participant_id=entered.participant_id,
            training_status="withdrawn",
            reason="career-break",
            effective_on=OPENS_ON,
        )
    )

    assert release(office, window).resubmissions_offered == 0
    assert len(office.told(ResultReleased)) == 1


def test_the_sample_is_proved_after_the_release_and_not_before(office):
    window = office.marking(6, sample_minimum=2)
    for number in range(1, 7):
        office.mark(window, number, 90)
        if office.script(window, number).state == "second_marking":
            office.mark(window, number, 91)
    ask = RecomputeSample(window_id=window.window_id)
    with pytest.raises(Refused, match="not_released"):
        office.ask(ask)
    drawn = [script.number for script in office.scripts(window) if script.in_sample]

    release(office, window)
    proof = office.ask(ask)

    assert proof.holds
    assert (proof.numbers, proof.scripts) == (drawn, 6)
    seed = sha256(f"npq-headship/2026b/1\n{proof.nonce}".encode()).hexdigest()
    lots = {n: sha256(f"{seed}\n{n}".encode()).hexdigest() for n in range(1, 7)}
    assert sorted(sorted(lots, key=lots.__getitem__)[: proof.size]) == proof.numbers
    assert proof.nonce_sha256 == sha256(proof.nonce.encode()).hexdigest()
