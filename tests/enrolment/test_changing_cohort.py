"""Another cohort: the place moves with the schedule, and must be free there."""

from dataclasses import replace

import pytest

from enrolment.domain.dfe.courses import HEADSHIP
from enrolment.models import Application
from headship_contracts.enrolment.applications import (
    AcceptApplication,
    AddApplication,
    ListPlaces,
    SetPlaces,
)
from headship_contracts.enrolment.declarations import PublishCohort
from headship_contracts.enrolment.dfe import RetryDfeWrite
from headship_contracts.enrolment.events import ParticipantRescheduled
from headship_contracts.enrolment.training import ChangeSchedule, TrainingOn
from headship_contracts.enrolment.waitlist import SwapDeliveryPartners
from headship_contracts.errors import Refused
from kit.testing import emitted

AUTUMN = "npq-leadership-autumn"


@pytest.fixture
def imported(enrolling):
    """An enrolment that DfE does not know, so that a change is true at once."""
    return enrol(enrolling, "2026-0001")


def enrol(enrolling, reference):
    added = enrolling.call(
        AddApplication(
            reference=reference,
            full_name="Imogen Import",
            course=HEADSHIP,
            cohort="2026b",
            works_in_england=False,
        )
    )
    asked = AcceptApplication(application_id=added.application_id, funded_place=False)
    return enrolling.call(asked)


def held(enrolling, cohort):
    return [p.held for p in enrolling.call(ListPlaces(cohort=cohort, course=HEADSHIP)).items]


def move(enrolling, application, cohort="2027a"):
    request = ChangeSchedule(
        application_id=application.application_id, schedule=AUTUMN, cohort=cohort
    )
    return enrolling.call(request)


def test_a_place_moves_with_its_cohort(enrolling, imported):
    enrolling.call(PublishCohort(cohort="2027a", funding="capped"))
    enrolling.call(SetPlaces(cohort="2027a", course=HEADSHIP, cap=1))

    moved = move(enrolling, imported)

    assert (moved.cohort, moved.schedule, moved.place) == ("2027a", AUTUMN, "held")
    assert (held(enrolling, "2026b"), held(enrolling, "2027a")) == ([0], [1])
    (told,) = emitted(enrolling.db, ParticipantRescheduled)
    assert (told.former_cohort, told.cohort, told.former_schedule) == ("2026b", "2027a", AUTUMN)
    asked = TrainingOn(application_id=imported.application_id, on=enrolling.at.date())
    assert enrolling.call(asked).cohort == "2027a"


def test_nobody_moves_to_a_cohort_that_is_full(enrolling, imported):
    enrolling.call(PublishCohort(cohort="2027a", funding="capped"))
    enrolling.call(SetPlaces(cohort="2027a", course=HEADSHIP, cap=0))

    with pytest.raises(Refused, match="no_place_left"):
        move(enrolling, imported)

    assert (held(enrolling, "2026b"), held(enrolling, "2027a")) == ([1], [0])


def test_nobody_is_enrolled_twice_in_a_course_of_one_cohort(enrolling, imported):
    enrolling.call(PublishCohort(cohort="2027a", funding="capped"))
    move(enrolling, imported)
    again = enrol(enrolling, "2026-0002")
    with enrolling.db.transaction() as tx:
        mine = tx.get_one(Application, again.application_id)
        mine.participant_id = imported.participant_id

    with pytest.raises(Refused, match="another_application_accepted"):
        move(enrolling, again)


@pytest.mark.parametrize(("funding", "says"), [("full", "without a funding cap")])
def test_nobody_moves_to_a_cohort_that_dfe_would_not_allow(enrolling, imported, funding, says):
    enrolling.call(PublishCohort(cohort="2027a", funding=funding))

    with pytest.raises(Refused, match=says):
        move(enrolling, imported)


def test_in_an_unfunded_cohort_no_place_is_funded(enrolling, imported):
    enrolling.call(PublishCohort(cohort="2027a", funding="zero"))

    assert move(enrolling, imported).funded_place is False


@pytest.fixture
def dfe_plan(dfe_plan):
    """DfE has the autumn of the next year, too."""
    return replace(dfe_plan, also_cohorts={"2027b": "capped"})


@pytest.fixture
def at_dfe(enrolling):
    """Enrolled at DfE; there is one place in each of two later cohorts."""
    enrolled = enrolling.enrolled()
    for cohort in ("2027b", "2028b"):
        enrolling.call(PublishCohort(cohort=cohort, funding="capped"))
        enrolling.call(SetPlaces(cohort=cohort, course=HEADSHIP, cap=1))
    return enrolled


def overall(enrolling, cohort):
    """Places held over all delivery partners."""
    return held(enrolling, cohort)[0]


def test_the_place_is_held_while_dfe_has_not_answered(enrolling, at_dfe):
    move(enrolling, at_dfe, "2027b")

    assert (overall(enrolling, "2026b"), overall(enrolling, "2027b")) == (1, 1)
    with pytest.raises(Refused, match="no_place_left"):
        move(enrolling, enrol(enrolling, "2026-0003"), "2027b")


def test_a_place_held_for_a_move_is_not_swapped_away(enrolling, at_dfe):
    other = enrolling.accepted(1)
    move(enrolling, at_dfe, "2027b")
    swap = [at_dfe.application_id, other.application_id]

    with pytest.raises(Refused, match="decision_pending"):
        enrolling.call(SwapDeliveryPartners(application_ids=swap, reason="Nearer to home"))


def test_dfe_says_yes_and_the_held_place_is_taken(enrolling, at_dfe):
    move(enrolling, at_dfe, "2027b")

    enrolling.push()

    now = enrolling.application(at_dfe.application_id)
    assert (now.cohort, now.place, now.decision) == ("2027b", "held", None)
    assert (overall(enrolling, "2026b"), overall(enrolling, "2027b")) == (0, 1)


def test_dfe_says_no_and_the_place_is_free_again(enrolling, at_dfe):
    move(enrolling, at_dfe, "2028b")
    assert overall(enrolling, "2028b") == 1

    enrolling.push()  # DfE knows no such cohort

    now = enrolling.application(at_dfe.application_id)
    assert (now.cohort, now.place, now.decision) == ("2026b", "held", None)
    assert now.problem_field
    assert (overall(enrolling, "2026b"), overall(enrolling, "2028b")) == (1, 0)


def test_a_move_that_dfe_refused_is_decided_again_and_holds_its_place_again(enrolling, at_dfe):
    move(enrolling, at_dfe, "2028b")
    enrolling.push()
    (write,) = enrolling.writes(state="refused")

    with pytest.raises(Refused, match="decide_again"):
        enrolling.call(RetryDfeWrite(write_id=write.write_id))
    assert (overall(enrolling, "2026b"), overall(enrolling, "2028b")) == (1, 0)

    again = move(enrolling, at_dfe, "2028b")

    assert again.decision == "rescheduling"
    assert (overall(enrolling, "2026b"), overall(enrolling, "2028b")) == (1, 1)
