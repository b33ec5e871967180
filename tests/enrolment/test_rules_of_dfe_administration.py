"""What DfE's administrators may do to an application, and what stands in their way."""

from datetime import date

import pytest

from enrolment.domain.dfe import administration as rules
from enrolment.domain.dfe import cohorts, courses
from enrolment.domain.dfe.applications import ApplicationFacts
from enrolment.domain.dfe.vocabulary import DECLARATION_STATES

LIVE = {"submitted", "eligible", "payable", "paid"}


def an_application(*states, **told):
    known = {"status": "accepted", "course": courses.HEADSHIP, "cohort": "2026b"}
    known |= {"cohort_funding": "capped", "eligible_for_funding": True, "funded_place": False}
    return ApplicationFacts(**{**known, "declaration_states": states, **told})


@pytest.mark.parametrize("state", DECLARATION_STATES)
def test_a_decision_is_undone_only_when_all_declarations_are_settled(state):
    problems = rules.check_revert(an_application("voided", state))

    assert problems == ([rules.DECLARATIONS_TO_VOID] if state in LIVE else [])


def test_a_pending_application_has_no_decision_to_undo():
    assert rules.check_revert(an_application(status="pending")) == [
        rules.NEITHER_ACCEPTED_NOR_REJECTED
    ]
    again = rules.reverted(an_application(status="rejected", funded_place=True))
    assert (again.status, again.funded_place) == ("pending", None)


def a_cohort(cohort="2025a", funding="capped", schedules=("npq-leadership-autumn",)):
    return rules.NewCohort(cohort=cohort, cohort_funding=funding, schedules=schedules)


@pytest.mark.parametrize(
    ("states", "new", "problem"),
    [
        (("voided",), a_cohort(), None),
        (("ineligible",), a_cohort(), rules.DECLARED_IN_COHORT),
        ((), a_cohort(cohort="2026b"), rules.SAME_COHORT),
        ((), a_cohort(funding="full"), rules.OTHER_FUNDING),
        ((), a_cohort(schedules=()), rules.SCHEDULE_NOT_IN_NEW_COHORT),
    ],
)
def test_another_cohort_has_the_same_funding_and_schedule_and_nothing_is_declared(
    states, new, problem
):
    told = rules.check_change_cohort(an_application(*states), new, schedule="npq-leadership-autumn")

    assert told == ([problem] if problem else [])


def test_an_application_goes_to_any_other_provider():
    assert rules.check_change_lead_provider(former="A", new="B") == []
    assert rules.check_change_lead_provider(former="A", new="A") == [rules.SAME_PROVIDER]


@pytest.mark.parametrize("state", DECLARATION_STATES)
def test_eligibility_is_taken_away_only_while_nothing_hangs_on_it(state):
    declared = an_application(state)

    assert rules.check_change_eligibility(declared, eligible=True) == []
    problems = rules.check_change_eligibility(declared, eligible=False)
    assert problems == ([rules.DECLARED_AS_ELIGIBLE] if state in LIVE else [])
    funded = an_application(funded_place=True)
    assert rules.check_change_eligibility(funded, eligible=False) == [rules.PLACE_IS_FUNDED]


def test_an_overruled_decision_has_a_code_of_its_own():
    assert rules.code_once_overruled(eligible=True) == "marked_funded_by_policy"
    assert rules.code_once_overruled(eligible=False) == "marked_ineligible_by_policy"


def a_new_cohort(**told):
    known = {"start_year": 2026, "suffix": "b", "funding": "capped", "description": "Autumn 2026"}
    known |= {"registration_starts_on": date(2026, 6, 15)}
    return cohorts.Cohort(**{**known, **told})


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({}, None),
        ({"start_year": 2020, "registration_starts_on": date(2020, 6, 1)}, "start_year"),
        ({"start_year": 2030, "registration_starts_on": date(2030, 6, 1)}, "start_year"),
        ({"suffix": "B"}, "suffix"),
        ({"suffix": "ab"}, "suffix"),
        ({"suffix": ""}, "suffix"),
        ({"description": "abcd"}, "description"),
        ({"description": "x" * 50}, None),
        ({"description": "x" * 51}, "description"),
        ({"registration_starts_on": date(2025, 12, 31)}, "registration_start_date"),
        ({"funding": "half"}, "funding"),
    ],
)
def test_a_cohort_is_a_year_a_letter_and_its_funding(told, problem):
    problems = cohorts.check_cohort(a_new_cohort(**told))

    assert [told.title for told in problems] == ([problem] if problem else [])
    assert a_new_cohort().identifier == "2026b"


def test_the_funding_of_a_cohort_stays_once_anybody_has_applied():
    def told(former, new, applied):
        return cohorts.check_change_funding(former, new, has_applications=applied)

    assert told("capped", "full", True) == [cohorts.FUNDING_IN_USE]
    assert told("capped", "full", False) == told("full", "full", True) == []
