"""Own times: reasonable adjustments, extensions, a later window, technical grace."""

from datetime import date, timedelta

import pytest
from assessment_office import COHORT, COURSE, OPENS_ON
from hypothesis import given
from hypothesis import strategies as st

from assessment.domain import windows
from headship_contracts.assessment.arrangements import (
    DeferCandidate,
    GrantExtension,
    ListAdjustments,
    ListExtensions,
    RecordAdjustment,
)
from headship_contracts.assessment.events import (
    CandidateEntered,
    CandidateRemoved,
    ExtensionGranted,
    SubmissionMissed,
)
from headship_contracts.assessment.papers import GetPaper, ListCandidates, ListWindows
from headship_contracts.assessment.submissions import ListSubmissions
from headship_contracts.errors import NotFound, Refused
from kit.identity import Caller


def in_london(at):
    return f"{at.astimezone(windows.LONDON):%Y-%m-%d %H:%M:%S}"


def an_extension(application, window, closes_on=date(2028, 3, 17)):
    return GrantExtension(
        application_id=application.application_id,
        window_id=window.window_id,
        closes_on=closes_on,
        reason="the school was flooded",
    )


def an_adjustment(application, **changes):
    usual = {"application_id": application.application_id, "reason": "agreed in November"}
    return RecordAdjustment(**usual | changes)


def a_deferral(application, window, **changes):
    usual = {
        "application_id": application.application_id,
        "window_id": window.window_id,
        "reason": "parental leave",
    }
    return DeferCandidate(**usual | changes)


def own_times(office, window):
    page = office.ask(ListCandidates(window_id=window.window_id))
    return {one.application_id: one for one in page.items}


def state_of(office, window):
    (found,) = [one for one in office.ask(ListWindows()).items if one.window_id == window.window_id]
    return found.state


@given(
    opens_on=st.dates(date(2024, 1, 1), date(2035, 12, 1)),
    extra_days=st.integers(0, 60),
    extra_percent=st.integers(0, 400),
)
def test_more_time_is_whole_days_that_end_at_londons_midnight(opens_on, extra_days, extra_percent):
    closes = windows.adjusted_closing(
        opens_on, extra_days=extra_days, extra_percent=extra_percent
    ).astimezone(windows.LONDON)

    more = (closes.date() - opens_on).days + 1 - 8
    assert f"{closes:%H:%M:%S}" == "23:59:59"
    assert 8 * extra_percent <= 100 * (more - extra_days) < 8 * extra_percent + 100


def test_a_quarter_more_time_is_two_days_and_crosses_the_clocks_change(office):
    window = office.window(opens_on=date(2028, 3, 20))  # ends on the 27th, after the change
    application = office.ready()

    office.ask(an_adjustment(application, extra_percent=25))

    mine = own_times(office, window)[application.application_id]
    assert in_london(mine.closes_at) == "2028-03-29 23:59:59"
    assert office.told(CandidateEntered)[-1].closes_at == mine.closes_at


def test_an_adjustment_holds_for_whoever_enters_later(office):
    application = office.ready()
    office.ask(an_adjustment(application, extra_days=3))

    window = office.window()

    mine = own_times(office, window)[application.application_id]
    assert mine.closes_at == window.closes_at + timedelta(days=3)


def test_an_open_window_is_not_made_shorter(office):
    window = office.window()
    application = office.ready()
    office.ask(an_adjustment(application, extra_days=3))
    office.open(window)

    office.ask(an_adjustment(application, extra_days=0))

    mine = own_times(office, window)[application.application_id]
    assert mine.closes_at == window.closes_at + timedelta(days=3)
    (kept,) = office.ask(ListAdjustments()).items
    assert (kept.extra_days, kept.reason) == (0, "agreed in November")


def test_an_extended_candidate_sends_after_the_others_and_the_window_waits(office):
    window = office.window()
    extended, other = office.ready(), office.ready()
    office.open(window)

    granted = office.ask(an_extension(extended, window))

    assert in_london(granted.closes_at) == "2028-03-17 23:59:59"
    office.close(window)
    assert [told.application_id for told in office.told(SubmissionMissed)] == [other.application_id]
    assert state_of(office, window) == "open"
    with pytest.raises(Refused, match="window_closed"):
        office.submit(other, window)
    with pytest.raises(Refused, match="window_not_closed"):
        office.prepare(window)
    assert office.submit(extended, window).state == "received"
    office.at(granted.closes_at + timedelta(hours=1))
    assert state_of(office, window) == "closed"
    assert office.prepare(window).scripts == 1


def test_an_extension_is_told_as_one(office):
    window = office.window()
    application = office.ready()
    office.open(window)

    granted = office.ask(an_extension(application, window))

    (told,) = office.told(ExtensionGranted)
    assert (told.application_id, told.window_id) == (application.application_id, window.window_id)
    assert (told.extension_id, told.closes_at) == (granted.extension_id, granted.closes_at)
    assert told.former_closes_at == window.closes_at
    entered = office.told(CandidateEntered)
    assert [one.because for one in entered] == [None, "extension"]


def test_who_missed_the_window_sits_again_after_an_extension(office):
    window = office.window()
    application = office.ready()
    office.close(window)

    office.ask(an_extension(application, window))

    assert state_of(office, window) == "open"
    assert office.submit(application, window).counts
    (listed,) = office.ask(ListExtensions(window_id=window.window_id)).items
    assert (listed.former_closes_at, listed.reason) == (window.closes_at, "the school was flooded")


@pytest.mark.parametrize(
    ("closes_on", "code"),
    [(date(2028, 3, 13), "no_extension"), (date(2028, 3, 5), "extension_in_the_past")],
)
def test_an_extension_that_gives_no_time_is_refused(office, closes_on, code):
    window = office.window()
    application = office.ready()
    office.open(window)

    with pytest.raises(Refused, match=code):
        office.ask(an_extension(application, window, closes_on))


def test_nothing_is_extended_once_marking_has_begun(office):
    window = office.marking(1)
    application_id = office.script(window).application_id

    with pytest.raises(Refused, match="window_marking"):
        office.ask(
            GrantExtension(
                application_id=application_id,
                window_id=window.window_id,
                closes_on=date(2028, 4, 1),
                reason="too late",
            )
        )


def test_a_deferred_candidate_enters_the_later_window_with_the_same_attempt(office):
    first = office.window()
    later = office.window(opens_on=OPENS_ON + timedelta(days=28))
    application = office.ready()
    office.open(first)
    office.submit(application, first)

    left = office.ask(a_deferral(application, first))

    assert (left.state, left.reason) == ("removed", "assessment_postponed")
    assert office.told(CandidateRemoved)[-1].reason == "assessment_postponed"
    assert own_times(office, later)[application.application_id].attempt == 1
    sent = office.ask(ListSubmissions(application_id=application.application_id)).items
    assert [one.counts for one in sent] == [False]
    office.close(first)
    assert office.told(SubmissionMissed) == []


def test_a_deferral_passes_over_windows_before_a_date(office):
    first = office.window()
    second = office.window(opens_on=OPENS_ON + timedelta(days=28))
    third = office.window(opens_on=OPENS_ON + timedelta(days=56))
    application = office.ready()

    office.ask(a_deferral(application, first, not_before=OPENS_ON + timedelta(days=50)))

    assert application.application_id not in own_times(office, second)
    assert application.application_id in own_times(office, third)


def test_deferring_twice_from_one_window_is_refused(office):
    window = office.window()
    application = office.ready()
    office.ask(a_deferral(application, window))

    with pytest.raises(NotFound, match="candidate_not_found"):
        office.ask(a_deferral(application, window))
    assert own_times(office, window)[application.application_id].state == "removed"


@pytest.mark.parametrize(
    ("after", "taken"), [(timedelta(minutes=14), True), (timedelta(minutes=15, seconds=1), False)]
)
def test_technical_grace_is_what_the_paper_says(office, after, taken):
    window = office.window(office.paper(grace_minutes=15))
    application = office.ready()
    office.at(window.closes_at + after)

    if taken:
        receipt = office.submit(application, window)
        assert (receipt.state, receipt.in_grace) == ("received", True)
    else:
        with pytest.raises(Refused, match="window_closed"):
            office.submit(application, window)


def test_the_paper_is_shown_in_the_candidates_own_time_alone(office):
    window = office.window()
    extended, other = office.ready(), office.ready()
    office.open(window)
    office.ask(an_extension(extended, window))
    office.close(window)

    shown = office.ask(GetPaper(application_id=extended.application_id, window_id=window.window_id))

    assert shown.case_study
    with pytest.raises(Refused, match="window_closed"):
        office.ask(GetPaper(application_id=other.application_id, window_id=window.window_id))


def test_own_times_are_for_leads_and_not_for_markers(office):
    window = office.window()
    application = office.ready()
    (assessor,) = office.assessors(1)
    marker = Caller("staff", str(assessor))

    for request in (
        an_adjustment(application),
        an_extension(application, window),
        a_deferral(application, window),
        ListAdjustments(),
        ListExtensions(),
        ListCandidates(window_id=window.window_id),
        ListSubmissions(window_id=window.window_id),
    ):
        with pytest.raises(Refused, match="not_permitted"):
            office.ask(request, caller=marker)


def test_an_unknown_application_is_not_found(office):
    window = office.window()
    stranger = office.ready(cohort="2027b", course=COURSE)
    assert COHORT != "2027b"

    with pytest.raises(NotFound, match="candidate_not_found"):
        office.ask(an_extension(stranger, window))
