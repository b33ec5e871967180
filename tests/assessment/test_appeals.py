"""Appeals: three stages with clocks, by people who had nothing to do with the marking."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from assessment_office import OPENS_ON, marks_of, staff

from headship_contracts.assessment.appeals import (
    DecideAppeal,
    EscalateAppeal,
    FileAppeal,
    ListAppeals,
    WithdrawAppeal,
)
from headship_contracts.assessment.assessors import DeclareConflict
from headship_contracts.assessment.events import (
    AppealDecided,
    AppealReceived,
    CandidateEntered,
    CandidateRemoved,
    CaseOverdue,
    ResubmissionOffered,
    ResultReleased,
)
from headship_contracts.assessment.results import CorrectResult, GetResult
from headship_contracts.errors import Invalid, Refused
from kit.identity import Caller
from kit.testing import run_timer


@pytest.fixture
def failed(office):
    """A window whose one script failed and was released; its application."""
    window = office.marking(1)
    office.markers = [office.mark(window, 1, 40), office.mark(window, 1, 41)]
    office.release(window)
    return office.script(window).application_id


def filed(office, application_id, **changes):
    usual = {
        "application_id": application_id,
        "grounds": "marking_not_in_line_with_scheme",
        "statement": "The second section was not read.",
    }
    return office.ask(FileAppeal(**usual | changes))


def decide(office, appeal, decision, caller=None, **changes):
    request = DecideAppeal(
        appeal_id=appeal.appeal_id, decision=decision, reason="Looked into.", **changes
    )
    return office.ask(request, *([] if caller is None else [caller]))


def under_review(office, application_id):
    appeal = filed(office, application_id)
    decide(office, appeal, "dismissed")
    return office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="It was not read."))


def test_the_lead_is_told_of_a_stage_that_is_overdue(office, failed):
    office.at(_noon(date(2028, 4, 10)))
    appeal = under_review(office, failed)
    late = appeal.stages[-1].due_on + timedelta(days=1)

    for day in (late - timedelta(days=1), late):
        run_timer(office.service, "chase_cases", _noon(day))

    (told,) = office.told(CaseOverdue)
    assert (told.case_id, told.kind) == (appeal.appeal_id, "appeal")
    assert (told.stage, told.due_on) == ("review_of_marking", appeal.stages[-1].due_on)


def test_an_appeal_begins_with_a_clerical_check_of_five_working_days(office, failed):
    office.at(_noon(date(2028, 4, 10)))

    appeal = filed(office, failed)

    (stage,) = appeal.stages
    assert (stage.stage, stage.due_on) == ("clerical_check", date(2028, 4, 19))  # over Easter
    (told,) = office.told(AppealReceived)
    assert (told.stage, told.due_on, told.application_id) == (stage.stage, stage.due_on, failed)


def test_academic_judgement_is_no_ground(office, failed):
    with pytest.raises(Invalid, match="grounds"):
        filed(office, failed, grounds="academic_judgement")


def test_after_twenty_working_days_it_is_too_late(office, failed):
    released = office.ask(GetResult(application_id=failed)).released_at
    office.at(released + timedelta(days=40))

    with pytest.raises(Refused, match="too_late_to_appeal: the last day was 2028"):
        filed(office, failed)


def test_a_result_is_appealed_once(office, failed):
    filed(office, failed)

    with pytest.raises(Refused, match="already_appealed"):
        filed(office, failed)


def test_a_review_by_an_uninvolved_senior_changes_the_result_and_tells_it_again(office, failed):
    again = office.window(opens_on=OPENS_ON + timedelta(days=90))
    assert office.candidates(again) == {failed: "entered"}
    (first,) = office.told(ResultReleased)
    appeal = under_review(office, failed)
    (senior,) = office.assessors(1, "moderator")

    record = decide(office, appeal, "upheld", Caller("staff", str(senior)), marks=marks_of(75))

    assert (record.state, record.remedy) == ("upheld", "result_changed")
    told = office.told(ResultReleased)[-1]
    assert (told.result_id, told.state, told.replaces) == (
        first.result_id,
        "passed",
        first.revision,
    )
    assert told.revision > first.revision
    assert told.attempt == 1
    result = office.ask(GetResult(application_id=failed))
    assert (result.state, result.score, result.failed_criteria) == ("passed", 75, [])
    assert office.candidates(again) == {failed: "removed"}
    assert office.told(CandidateRemoved)[-1].reason == "already_passed"
    assert office.told(AppealDecided)[-1].remedy == "result_changed"


def test_a_review_needs_marks_and_what_they_say(office, failed):
    appeal = under_review(office, failed)
    (senior,) = office.assessors(1, "moderator")
    by = Caller("staff", str(senior))

    with pytest.raises(Refused, match="marks_needed"):
        decide(office, appeal, "dismissed", by)
    with pytest.raises(Refused, match="marks_say_otherwise"):
        decide(office, appeal, "dismissed", by, marks=marks_of(75))
    with pytest.raises(Refused, match="nothing_to_correct"):
        decide(office, appeal, "upheld", by, marks=marks_of(45))
    with pytest.raises(Invalid, match="each criterion needs one mark"):
        decide(office, appeal, "upheld", by, marks=marks_of(75)[:2])
    assert decide(office, appeal, "dismissed", by, marks=marks_of(45)).state == "dismissed"
    assert len(office.told(ResultReleased)) == 1


def test_whoever_had_the_script_or_decided_before_may_not_review_it(office, failed):
    first, marker = office.markers
    promoted = staff("moderator", staff_id=marker)
    (clerk,) = office.assessors(1, "moderator")
    office.tell(promoted)
    appeal = filed(office, failed)
    decide(office, appeal, "dismissed", Caller("staff", str(clerk)))
    office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="It was not read."))

    with pytest.raises(Refused, match=r"involved: .* had a script"):
        decide(office, appeal, "upheld", Caller("staff", str(marker)), marks=marks_of(75))
    with pytest.raises(Refused, match=r"involved: .* decided an earlier stage"):
        decide(office, appeal, "upheld", Caller("staff", str(clerk)), marks=marks_of(75))
    with pytest.raises(Refused, match="not_permitted"):
        decide(office, appeal, "upheld", Caller("staff", str(first)), marks=marks_of(75))


def test_a_reviewer_shares_no_trust_with_the_participant(office):
    window = office.window()
    application = office.ready(trust_id="trust 7")
    office.assessors(2)
    office.open(window)
    office.submit_here(application, window, "A script of somebody in trust 7.")
    office.close(window)
    office.prepare(window)
    office.mark(window, 1, 40)
    office.mark(window, 1, 41)
    office.release(window)
    appeal = under_review(office, application.application_id)
    kin = staff("moderator", trust_id="trust 7")
    office.tell(kin)

    with pytest.raises(Refused, match="has the same trust_id"):
        decide(office, appeal, "upheld", Caller("staff", str(kin.staff_id)), marks=marks_of(75))


@pytest.mark.parametrize("kind", ["application", "participant", "school"])
def test_who_declared_a_conflict_with_the_participant_decides_no_appeal_of_theirs(office, kind):
    window = office.window()
    application = office.ready(school_urn="100234")
    office.assessors(2)
    key = {
        "application": str(application.application_id),
        "participant": str(application.participant_id),
        "school": "100234",
    }[kind]
    office.open(window)
    office.submit_here(application, window, "I would begin with trust.")
    office.close(window)
    office.prepare(window)
    for total in (40, 41):
        office.mark(window, 1, total)
    office.release(window)
    appeal = under_review(office, application.application_id)
    (friend,) = office.assessors(1, "moderator")
    office.ask(DeclareConflict(staff_id=friend, kind=kind, key=key, reason="a friend"))

    with pytest.raises(Refused, match=r"involved: .* declared a conflict with this participant"):
        decide(office, appeal, "upheld", Caller("staff", str(friend)), marks=marks_of(75))


def test_a_panel_has_three_uninvolved_members_and_its_word_is_final(office, failed):
    appeal = under_review(office, failed)
    (senior,) = office.assessors(1, "moderator")
    decide(office, appeal, "dismissed", Caller("staff", str(senior)), marks=marks_of(45))
    office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="Not convinced."))
    panel = office.assessors(3, "lead")

    with pytest.raises(Refused, match="panel_too_small"):
        decide(office, appeal, "dismissed", members=panel[:2])
    with pytest.raises(Refused, match="involved"):
        decide(office, appeal, "dismissed", members=[*panel[:2], senior])
    with pytest.raises(Refused, match=r"not_permitted: .* is neither moderator nor lead"):
        decide(office, appeal, "dismissed", members=[*panel[:2], *office.assessors(1)])
    record = decide(office, appeal, "dismissed", members=panel)

    assert [stage.decision for stage in record.stages] == ["dismissed"] * 3
    assert record.stages[-1].next_by is None
    with pytest.raises(Refused, match="panel_is_final"):
        office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="Once more."))


def test_a_procedure_gone_wrong_gives_another_attempt_that_uses_none_up(office):
    window = office.marking(1, max_attempts=1)
    office.mark(window, 1, 40)
    office.mark(window, 1, 41)
    office.release(window)
    application_id = office.script(window).application_id
    assert office.told(ResubmissionOffered) == []

    record = decide(office, filed(office, application_id), "upheld", another_attempt=True)

    assert record.remedy == "another_attempt"
    assert office.told(ResubmissionOffered)[-1].attempt == 2
    office.window(office.paper(max_attempts=1), opens_on=OPENS_ON + timedelta(days=90))
    assert office.told(CandidateEntered)[-1].attempt == 2
    assert office.ask(GetResult(application_id=application_id)).disregarded


def test_an_appeal_never_makes_a_result_worse(office):
    window = office.marking(1)
    office.mark(window, 1, 90)
    office.release(window)
    appeal = under_review(office, office.script(window).application_id)
    (senior,) = office.assessors(1, "moderator")

    with pytest.raises(Refused, match="result_would_worsen"):
        decide(office, appeal, "dismissed", Caller("staff", str(senior)), marks=marks_of(40))


def test_the_next_stage_is_asked_for_within_ten_working_days(office, failed):
    appeal = filed(office, failed)
    ended = decide(office, appeal, "dismissed")
    office.at(_noon(ended.stages[0].next_by + timedelta(days=1)))

    with pytest.raises(Refused, match="too_late_for_next_stage"):
        office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="Late."))


def test_an_appeal_is_taken_back_and_decided_once(office, failed):
    appeal = filed(office, failed)
    office.ask(WithdrawAppeal(appeal_id=appeal.appeal_id, reason="Thought better of it."))

    with pytest.raises(Refused, match="already_withdrawn"):
        decide(office, appeal, "dismissed")
    with pytest.raises(Refused, match="appeal_withdrawn"):
        office.ask(EscalateAppeal(appeal_id=appeal.appeal_id, reason="After all."))


def test_what_is_overdue_is_listed(office, failed):
    appeal = filed(office, failed)
    assert office.ask(ListAppeals(overdue=True)).items == []

    office.at(_noon(appeal.stages[0].due_on + timedelta(days=1)))

    (late,) = office.ask(ListAppeals(overdue=True)).items
    assert (late.appeal_id, late.overdue) == (appeal.appeal_id, True)


def test_a_lead_corrects_a_result_outside_of_an_appeal(office, failed):
    correct = CorrectResult(application_id=failed, marks=marks_of(80), reason="Wrong scheme used.")

    result = office.ask(correct)

    assert (result.state, result.replaces is not None) == ("passed", True)
    assert office.told(ResultReleased)[-1].replaces == office.told(ResultReleased)[0].revision
    with pytest.raises(Refused, match="nothing_to_correct"):
        office.ask(correct)


def _noon(day):
    return datetime.combine(day, time(12), UTC)
