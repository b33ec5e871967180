"""Papers are published in versions, and windows open and close by London's clock."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from assessment_office import COHORT, COURSE, OPENS_ON, a_paper, an_accepted_application

from headship_contracts.assessment.events import CandidateEntered, SubmissionMissed, WindowOpened
from headship_contracts.assessment.papers import (
    ChangePaper,
    Criterion,
    GetPaper,
    ListPapers,
    ListWindows,
    ScheduleWindow,
)
from headship_contracts.enrolment.events import Milestone, SchedulePublished
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.messages import Event
from headship_contracts.sessions.events import PlanPublished
from kit.identity import Caller
from kit.testing import run_timer


def test_the_same_code_again_is_the_next_version(office):
    first, second = office.paper(), office.paper(pass_mark=50)

    assert (first.version, second.version) == (1, 2)
    assert (first.pass_mark, second.pass_mark) == (60, 50)
    assert first.highest_mark == 100
    assert [paper.version for paper in office.ask(ListPapers(course=COURSE)).items] == [1, 2]


def test_the_same_key_publishes_once(office):
    first = office.ask(a_paper(), key="k1")
    again = office.ask(a_paper(), key="k1")

    assert first == again
    assert len(office.ask(ListPapers()).items) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"criteria": []}, "criteria"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"word_limit": 0}, "word_limit"),
        ({"tolerance_percent": 51}, "tolerance_percent"),
        ({"course": "NPQ headship"}, "course"),
        ({"resubmission_fee": Decimal(-50)}, "resubmission_fee"),
        ({"resubmission_fee": Decimal("150.005")}, "resubmission_fee"),
        (
            {"criteria": [Criterion(code="A", name="a", max_mark=60, must_meet=True, meets_at=61)]},
            "criteria.0.meets_at",
        ),
    ],
)
def test_a_paper_that_cannot_be_used_names_the_field(office, changes, field):
    with pytest.raises(Invalid) as caught:
        office.ask(a_paper(**changes))

    assert list(caught.value.fields) == [field]


def test_a_hub_is_not_served(office):
    with pytest.raises(Refused, match="not_permitted"):
        office.ask(ListPapers(), caller=Caller("hub", "hub-1"))


def test_a_window_is_scheduled_by_the_clock_in_london(office):
    window = office.window(opens_on=date(2028, 3, 21))  # the clocks go forward on 26 March

    assert f"{window.opens_at:%d %H:%M:%S}" == "21 00:01:00"
    assert f"{window.closes_at:%d %H:%M:%S}" == "28 22:59:59"
    assert (window.batch, window.state) == ("npq-headship/2026b/1", "scheduled")


def schedule(**changes):
    usual = {"course": COURSE, "cohort": COHORT, "opens_on": OPENS_ON}
    return ScheduleWindow(**usual | changes)


def test_a_window_needs_a_paper_that_exists(office):
    with pytest.raises(NotFound, match="paper_not_found"):
        office.ask(schedule(paper_id=uuid4()))


def test_a_window_needs_a_paper_of_its_course(office):
    with pytest.raises(Refused, match="paper_of_another_course"):
        office.ask(schedule(paper_id=office.paper(course="npq-senior-leadership").paper_id))


def change(office, window, paper):
    reason = "the case study was in the news"
    request = ChangePaper(window_id=window.window_id, paper_id=paper.paper_id, reason=reason)
    return office.ask(request)


def test_a_window_that_has_not_opened_gets_another_paper_and_its_candidates_hear_the_limit(office):
    window = office.window()
    application = office.ready()
    other = office.paper(question="How would you begin?", word_limit=200)

    changed = change(office, window, other)
    change(office, window, other)

    assert changed.paper_id == other.paper_id
    assert [told.word_limit for told in office.told(CandidateEntered)] == [100, 200]
    office.open(window)
    shown = office.ask(
        GetPaper(application_id=application.application_id, window_id=window.window_id)
    )
    assert (shown.question, shown.word_limit) == ("How would you begin?", 200)


def test_a_paper_that_was_shown_stays(office):
    window = office.window()
    other = office.paper(pass_mark=50)
    office.open(window)

    with pytest.raises(Refused, match="window_open"):
        change(office, window, other)
    office.close(window)
    with pytest.raises(Refused, match="window_closed"):
        change(office, window, other)


def test_a_window_gets_no_paper_of_another_course(office):
    window = office.window()

    with pytest.raises(Refused, match="paper_of_another_course"):
        change(office, window, office.paper(course="npq-senior-leadership"))


def test_two_windows_of_a_cohort_do_not_share_a_date(office):
    paper = office.paper()
    office.window(paper)

    with pytest.raises(Refused, match="window_overlaps"):
        office.window(paper, opens_on=OPENS_ON + timedelta(days=7))
    assert office.window(paper, opens_on=OPENS_ON + timedelta(days=8)).number == 2


def test_a_window_opens_some_weeks_after_the_last_unit(office):
    plan = {"plan_id": uuid4(), "course": COURSE, "cohort": COHORT, "starts_on": date(2026, 9, 1)}
    office.tell(
        PlanPublished(revision=2, version=2, last_unit_ends_on=date(2028, 2, 10), **plan),
        PlanPublished(revision=1, version=1, last_unit_ends_on=date(2027, 1, 1), **plan),
    )

    with pytest.raises(Refused, match="the window may open from 2028-03-09"):
        office.window()
    assert office.window(opens_on=date(2028, 3, 9)).state == "scheduled"


def test_a_window_shows_when_its_results_are_due(office):
    completed = [
        Milestone(
            declaration_type="completed", opens_on=date(2028, 4, 1), deadline_on=date(2028, 6, 30)
        )
    ]
    published = SchedulePublished(
        revision=1,
        schedule="npq-leadership-autumn",
        cohort=COHORT,
        starts_on=date(2026, 9, 1),
        milestones=completed,
    )
    office.tell(published, an_accepted_application(schedule="npq-leadership-autumn"))

    assert office.window().results_due_on == date(2028, 6, 30)


def test_a_window_opens_and_closes_once(office):
    window = office.window()
    application = office.ready()

    for instant in (window.opens_at, window.closes_at, window.closes_at + timedelta(hours=1)):
        run_timer(office.service, "turn_windows", instant)
        run_timer(office.service, "turn_windows", instant)

    assert [told.window_id for told in office.told(WindowOpened)] == [window.window_id]
    assert [told.application_id for told in office.told(SubmissionMissed)] == [
        application.application_id
    ]


def test_a_window_that_was_slept_through_opens_and_closes_in_order(office):
    window = office.window()
    office.ready()

    office.close(window)

    told = [one for one in office.told(Event) if not isinstance(one, CandidateEntered)]
    assert [type(one) for one in told] == [WindowOpened, SubmissionMissed]
    assert office.ask(ListWindows(course=COURSE, cohort=COHORT)).items[0].state == "closed"


def test_the_paper_is_shown_to_a_candidate_in_an_open_window_only(office):
    window = office.window()
    application = office.ready()
    ask = GetPaper(application_id=application.application_id, window_id=window.window_id)

    with pytest.raises(Refused, match="window_not_open"):
        office.ask(ask)
    office.open(window)
    shown = office.ask(ask)
    office.close(window)
    with pytest.raises(Refused, match="window_closed"):
        office.ask(ask)

    assert shown.question == "How would you lead this change?"
    assert (shown.word_limit, shown.last_marked_word) == (100, 100)


def test_nobody_else_is_shown_the_paper(office):
    window = office.window()
    office.open(window)

    with pytest.raises(NotFound, match="candidate_not_found"):
        office.ask(GetPaper(application_id=uuid4(), window_id=window.window_id))
