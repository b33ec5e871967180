"""Extenuating circumstances: filed, evidenced, decided outside the marking, and carried out."""

from base64 import b64encode
from datetime import UTC, date, datetime, time, timedelta

import pytest
from assessment_office import OPENS_ON, staff

from headship_contracts.assessment.allocation import ClaimScript, ForecastMarking
from headship_contracts.assessment.circumstances import (
    AddEvidence,
    DecideCircumstances,
    FileCircumstances,
    GetEvidence,
    ListCircumstances,
    ListEvidence,
    WithdrawCircumstances,
)
from headship_contracts.assessment.dossiers import VerifyDossier
from headship_contracts.assessment.events import (
    CandidateEntered,
    CaseOverdue,
    CircumstancesDecided,
    ResultReleased,
    ScriptWithdrawn,
)
from headship_contracts.assessment.marking import GetScript
from headship_contracts.assessment.moderation import OpenModeration
from headship_contracts.errors import Invalid, NotFound, Refused
from kit.identity import Caller
from kit.testing import run_timer


def filed(office, application_id, window, **changes):
    usual = {"kind": "illness", "statement": "I was in hospital for three of the eight days."}
    asked = {"application_id": application_id, "window_id": window.window_id}
    return office.ask(FileCircumstances(**usual | asked | changes))


def decide(office, case, outcome, caller=None, **changes):
    request = DecideCircumstances(
        circumstances_id=case.circumstances_id,
        outcome=outcome,
        reason="The hospital's letter says so.",
        **changes,
    )
    return office.ask(request, *([] if caller is None else [caller]))


def test_a_case_is_due_five_working_days_after_it_was_filed(office):
    window = office.window(opens_on=date(2028, 4, 10))
    application = office.ready()
    office.at(datetime(2028, 4, 12, 12, tzinfo=UTC))

    case = filed(office, application.application_id, window)

    assert case.due_on == date(2028, 4, 21)  # over Easter: Good Friday and Easter Monday
    assert (case.state, case.evidence, case.overdue) == ("filed", 0, False)


def test_evidence_is_kept_with_its_case_and_given_to_who_decides(office):
    window = office.window()
    case = filed(office, office.ready().application_id, window)
    content = b64encode(b"a letter").decode()

    kept = office.ask(
        AddEvidence(circumstances_id=case.circumstances_id, filename="letter.pdf", content=content)
    )

    (listed,) = office.ask(ListEvidence(circumstances_id=case.circumstances_id)).items
    assert listed == kept
    assert office.ask(GetEvidence(evidence_id=kept.evidence_id)).content == content
    assert office.ask(ListCircumstances()).items[0].evidence == 1
    assessor = Caller("staff", str(office.assessors(1)[0]))
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(GetEvidence(evidence_id=kept.evidence_id), assessor)
    with pytest.raises(Invalid, match="whose evidence"):
        office.ask(AddEvidence(filename="letter.pdf", content=content))
    with pytest.raises(Invalid, match="base64"):
        office.ask(AddEvidence(circumstances_id=case.circumstances_id, filename="x", content="???"))


def test_the_results_of_a_window_wait_for_its_cases_and_the_refusal_names_them(office):
    window = office.marking(2)
    office.mark(window, 1, 80)
    office.mark(window, 2, 80)
    case = filed(office, office.script(window, 2).application_id, window)
    office.mark(window, 2, 82)  # it is marked by two then

    with pytest.raises(Refused, match=rf"circumstances_open: .*{case.circumstances_id} \(script 2"):
        office.release(window)

    decide(office, case, "refuse")
    assert office.release(window).released == 2
    (told,) = office.told(CircumstancesDecided)
    assert (told.outcome, told.window_id) == ("refuse", window.window_id)


def test_extending_gives_the_candidate_a_later_close(office):
    window = office.window()
    application = office.ready()
    office.open(window)
    case = filed(office, application.application_id, window)
    with pytest.raises(Invalid, match="closes_on"):
        decide(office, case, "extend")

    until = window.closes_at.date() + timedelta(days=5)
    decided = decide(office, case, "extend", closes_on=until)

    assert (decided.outcome, decided.closes_on) == ("extend", until)
    told = office.told(CandidateEntered)[-1]
    assert told.closes_at == datetime.combine(until, time(23, 59, 59), UTC)


def test_deferring_moves_the_candidate_to_the_next_window(office):
    window = office.window()
    later = office.window(opens_on=OPENS_ON + timedelta(days=60))
    application = office.ready()
    office.open(window)

    decide(office, filed(office, application.application_id, window), "defer")

    assert office.candidates(window) == {application.application_id: "removed"}
    assert office.candidates(later) == {application.application_id: "entered"}


def test_a_disregarded_script_gets_no_result_and_uses_up_no_attempt(office):
    window = office.marking(2, max_attempts=1)
    office.mark(window, 1, 80)
    application_id = office.script(window, 2).application_id

    decide(office, filed(office, application_id, window), "disregard_attempt")

    report = office.release(window)
    assert report.released == 1
    assert application_id not in {one.application_id for one in office.told(ResultReleased)}
    again = office.window(office.paper(max_attempts=1), opens_on=OPENS_ON + timedelta(days=60))
    assert office.candidates(again) == {application_id: "entered"}
    assert office.told(CandidateEntered)[-1].attempt == 1
    for script in office.scripts(window):
        assert office.ask(VerifyDossier(script_id=script.script_id)).flaws == []


def test_nobody_is_given_a_script_that_was_disregarded_while_it_lay_on_a_desk(office):
    window = office.marking(3)
    script = office.script(window, 2)
    marker, item = office.waiting(script)
    for number in (1, 3):
        office.mark(window, number, 85)

    decide(office, filed(office, script.application_id, window), "disregard_attempt")

    (told,) = office.told(ScriptWithdrawn)
    assert (told.staff_id, told.reason) == (marker, "attempt_disregarded")
    with pytest.raises(Refused, match="allocation_withdrawn"):
        office.ask(GetScript(allocation_id=item.allocation_id, staff_id=marker))
    office.prepare(window)  # it lays out whatever lacks a marker
    assert office.script(window, 2).waits_for is None
    assert office.ask(ForecastMarking(window_id=window.window_id)).open == 0
    assert office.ask(OpenModeration(window_id=window.window_id)).markers == 2


def test_a_disregarded_script_cannot_be_claimed(office):
    window = office.window()
    applications = [office.ready() for _ in range(3)]
    (claimer, *_) = office.assessors(2)
    office.open(window)
    for number, application in enumerate(applications):
        office.submit_here(application, window, f"Script number {number} is here.")
    office.close(window)
    office.prepare(window, pull=True)
    script = office.script(window, 2)
    decide(office, filed(office, script.application_id, window), "disregard_attempt")

    claim = ClaimScript(window_id=window.window_id, staff_id=claimer)
    claimed = {office.ask(claim).script_id for _ in range(2)}
    assert claimed == {office.script(window, number).script_id for number in (1, 3)}
    with pytest.raises(Refused, match="nothing_to_claim"):
        office.ask(claim)


def test_it_is_decided_by_a_lead_outside_the_marking(office):
    window = office.marking(1)
    script = office.script(window)
    marker, _ = office.waiting(script)
    case = filed(office, script.application_id, window)
    office.tell(staff("assessor", "lead", staff_id=marker))
    (outside,) = office.assessors(1, "lead")
    (moderator,) = office.assessors(1, "moderator")

    with pytest.raises(Refused, match="marks_in_this_window"):
        decide(office, case, "refuse", Caller("staff", str(marker)))
    with pytest.raises(Refused, match="not_permitted"):
        decide(office, case, "refuse", Caller("staff", str(moderator)))
    decided = decide(office, case, "refuse", Caller("staff", str(outside)))

    assert decided.decided_by == str(outside)
    with pytest.raises(Refused, match="already_decided"):
        decide(office, case, "refuse")


def test_only_one_case_of_a_candidate_waits_at_a_time(office):
    window = office.window()
    application = office.ready()
    case = filed(office, application.application_id, window)

    with pytest.raises(Refused, match="already_filed"):
        filed(office, application.application_id, window)
    office.ask(WithdrawCircumstances(circumstances_id=case.circumstances_id, reason="Better now."))
    assert filed(office, application.application_id, window).state == "filed"


def test_what_does_not_belong_to_a_window_cannot_be_filed(office):
    window = office.window()
    stranger = office.ready(cohort="2027a")

    with pytest.raises(NotFound, match="candidate_not_found"):
        filed(office, stranger.application_id, window)
    with pytest.raises(Invalid, match="kind"):
        filed(office, office.ready().application_id, window, kind="a bad day")


def test_after_the_release_there_is_only_an_appeal(office):
    window = office.marking(1)
    office.mark(window, 1, 80)
    office.release(window)

    with pytest.raises(Refused, match="already_released: the results are out: appeal"):
        filed(office, office.script(window).application_id, window)


def test_a_script_by_someone_with_circumstances_is_marked_by_two(office):
    window = office.window()
    extended, waiting, refused, other = (office.ready() for _ in range(4))
    office.assessors(4)
    office.open(window)
    first = filed(office, extended.application_id, window)
    filed(office, waiting.application_id, window)
    decide(office, filed(office, refused.application_id, window), "refuse")
    decide(office, first, "extend", closes_on=OPENS_ON + timedelta(days=11))
    for one in (extended, waiting, refused, other):
        office.submit_here(one, window, f"By {one.application_id}.")
    office.at(window.closes_at + timedelta(days=5))
    office.prepare(window)
    numbers = {script.application_id: script.number for script in office.scripts(window)}

    for number in numbers.values():
        office.mark(window, number, 80)

    state = {script.application_id: script.state for script in office.scripts(window)}
    assert state == {
        extended.application_id: "second_marking",
        waiting.application_id: "second_marking",
        refused.application_id: "decided",
        other.application_id: "decided",
    }


def test_circumstances_that_are_told_after_the_first_mark_open_it_again_for_a_second(office):
    window = office.marking(1)
    first = office.mark(window, 1, 80)

    filed(office, office.script(window).application_id, window)

    script = office.script(window)
    assert (script.state, script.second_marking_reasons) == ("second_marking", ["circumstances"])
    assert office.mark(window, 1, 84) != first
    assert office.script(window).state == "decided"


def test_the_lead_is_told_of_what_is_overdue_until_it_is_decided(office):
    window = office.window(opens_on=date(2028, 4, 10))
    case = filed(office, office.ready().application_id, window)

    def chased(day):
        run_timer(office.service, "chase_cases", datetime.combine(day, time(7, 30), UTC))
        return [told for told in office.told(CaseOverdue) if told.week == day - timedelta(days=1)]

    on_the_day = chased(case.due_on)
    (told,) = chased(date(2028, 4, 18))  # a Tuesday
    decide(office, case, "refuse")

    assert on_the_day == []
    assert (told.case_id, told.kind, told.stage) == (case.circumstances_id, "circumstances", None)
    assert chased(date(2028, 4, 25)) == []


def test_what_is_overdue_is_listed_and_only_leads_see_it(office):
    window = office.window()
    case = filed(office, office.ready().application_id, window)
    office.at(datetime.combine(case.due_on + timedelta(days=1), time(12), UTC))

    (late,) = office.ask(ListCircumstances(overdue=True)).items

    assert (late.circumstances_id, late.overdue) == (case.circumstances_id, True)
    (moderator,) = office.assessors(1, "moderator")
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ListCircumstances(), Caller("staff", str(moderator)))
