"""Who enters a window, whatever is told, in whichever order, however often."""

from datetime import timedelta
from itertools import permutations

import pytest
from assessment_office import (
    OPENS_ON,
    a_readiness,
    an_accepted_application,
    an_application,
    revisions,
)

from headship_contracts.assessment.events import CandidateEntered, CandidateRemoved
from headship_contracts.assessment.papers import CancelWindow
from headship_contracts.enrolment.events import (
    ApplicationRejected,
    ApplicationRemoved,
    ParticipantDeferred,
    ParticipantResumed,
    ParticipantTransferred,
    ParticipantWithdrawn,
)
from headship_contracts.errors import Refused
from headship_contracts.sessions.events import AssessmentReadyWithdrawn


def a_readiness_withdrawn(application):
    return AssessmentReadyWithdrawn(
        revision=next(revisions),
        application_id=application.application_id,
        participant_id=application.participant_id,
        gate_version="1",
    )


def a_change(kind, application, **details):
    same = {"application_id": application.application_id}
    same["participant_id"] = application.participant_id
    return an_application(kind, **same | details)


def a_withdrawal(application):
    day = {"reason": "career-break", "effective_on": OPENS_ON}
    return a_change(ParticipantWithdrawn, application, training_status="withdrawn", **day)


def test_whoever_is_accepted_and_ready_enters_the_coming_window_once(office):
    window = office.window()
    application = an_accepted_application()

    office.tell(application, a_readiness(application), times=2)

    (entered,) = office.told(CandidateEntered)
    assert entered.application_id == application.application_id
    assert entered.participant_id == application.participant_id
    assert (entered.attempt, entered.word_limit) == (1, 100)
    assert (entered.opens_at, entered.closes_at) == (window.opens_at, window.closes_at)


def test_readiness_may_be_told_before_the_application(office):
    office.window()
    application = an_accepted_application()

    office.tell(a_readiness(application))
    assert office.told(CandidateEntered) == []
    office.tell(application)

    assert len(office.told(CandidateEntered)) == 1


def test_a_window_scheduled_later_finds_who_is_ready(office):
    application = office.ready()

    window = office.window()

    assert office.candidates(window) == {application.application_id: "entered"}
    assert window.candidates == 1


def test_the_next_of_two_windows_is_entered(office):
    paper = office.paper()
    later = office.window(paper, opens_on=OPENS_ON + timedelta(days=30))
    sooner = office.window(paper)

    application = office.ready()

    assert office.candidates(sooner) == {application.application_id: "entered"}
    assert office.candidates(later) == {}


def test_another_cohort_and_an_open_window_are_not_entered(office):
    window = office.window()
    office.open(window)

    office.ready()
    office.ready(cohort="2027a")

    assert office.told(CandidateEntered) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (a_readiness_withdrawn, "not_ready"),
        (a_withdrawal, "participant_withdrawn"),
        (
            lambda one: a_change(
                ParticipantDeferred,
                one,
                training_status="deferred",
                reason="other",
                effective_on=OPENS_ON,
            ),
            "participant_deferred",
        ),
        (
            lambda one: a_change(
                ApplicationRejected, one, status="rejected", reason="other", was_accepted=True
            ),
            "application_rejected",
        ),
        (
            lambda one: a_change(ApplicationRemoved, one, status="removed", cause="vanished"),
            "application_removed",
        ),
    ],
)
def test_whoever_may_no_longer_sit_is_removed_before_the_window_opens(office, change, reason):
    window = office.window()
    application = office.ready()

    office.tell(change(application), times=2)

    (removed,) = office.told(CandidateRemoved)
    assert (removed.application_id, removed.reason) == (application.application_id, reason)
    assert office.candidates(window) == {application.application_id: "removed"}


def test_once_the_window_is_open_a_withdrawal_is_left_to_the_lead(office):
    window = office.window()
    application = office.ready()
    office.open(window)

    office.tell(a_withdrawal(application))

    assert office.told(CandidateRemoved) == []
    assert office.candidates(window) == {application.application_id: "entered"}


def test_whoever_resumes_enters_again(office):
    window = office.window()
    application = office.ready()
    office.tell(a_withdrawal(application))

    office.tell(a_change(ParticipantResumed, application, effective_on=OPENS_ON))

    assert office.candidates(window) == {application.application_id: "entered"}
    entered = office.told(CandidateEntered)
    assert len({told.candidate_id for told in entered}) == 1
    assert entered[0].revision < office.told(CandidateRemoved)[0].revision < entered[1].revision


def test_whoever_changes_cohort_moves_to_its_window(office):
    first = office.window()
    application = office.ready()

    office.tell(a_change(ParticipantTransferred, application, cohort="2027a"))

    assert office.candidates(first) == {application.application_id: "removed"}
    assert office.told(CandidateRemoved)[0].reason == "cohort_changed"


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_whatever_the_order_the_newest_state_holds(office, order):
    window = office.window()
    application = an_accepted_application()
    tellings = [
        application,
        a_readiness(application),
        a_readiness_withdrawn(application),
        a_withdrawal(application),
    ]
    newest = [
        a_readiness(application),
        a_change(ParticipantResumed, application, effective_on=OPENS_ON),
    ]

    office.tell(*newest, *(tellings[position] for position in order))

    assert office.candidates(window) == {application.application_id: "entered"}


def test_who_had_entered_a_cancelled_window_enters_the_next(office):
    paper = office.paper()
    first = office.window(paper)
    application = office.ready()
    second = office.window(paper, opens_on=OPENS_ON + timedelta(days=30))
    cancel = CancelWindow(window_id=first.window_id, reason="a bank holiday was overlooked")

    assert office.ask(cancel).state == "cancelled"

    assert office.candidates(first) == {application.application_id: "removed"}
    assert office.candidates(second) == {application.application_id: "entered"}
    assert [told.reason for told in office.told(CandidateRemoved)] == ["window_cancelled"]
    with pytest.raises(Refused, match="window_cancelled"):
        office.ask(cancel)
    with pytest.raises(Refused, match="window_cancelled"):
        office.prepare(first)
    assert office.window(paper).number == 3


def test_an_open_window_is_not_cancelled(office):
    window = office.window()
    office.open(window)

    with pytest.raises(Refused, match="window_open"):
        office.ask(CancelWindow(window_id=window.window_id, reason="too late"))


def test_whoever_missed_a_window_enters_the_next_with_the_same_attempt(office):
    paper = office.paper()
    first = office.window(paper)
    second = office.window(paper, opens_on=OPENS_ON + timedelta(days=30))
    application = office.ready()

    office.close(first)

    assert office.candidates(first) == {application.application_id: "missed"}
    assert office.candidates(second) == {application.application_id: "entered"}
    assert [told.attempt for told in office.told(CandidateEntered)] == [1, 1]
