"""Who is funded: a total function, whose rules stand in one order."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.domain.dfe import courses, funding, vocabulary
from enrolment.domain.dfe.funding import (
    ELIGIBLE_ESTABLISHMENT_TYPES,
    Applicant,
    FundingHistory,
    Institution,
    InstitutionNeeded,
    decide_funding,
    funding_view,
    is_in_england,
    is_previously_funded,
)

FLAGS = st.booleans()
INSTITUTIONS = st.builds(
    Institution,
    establishment_type_code=st.one_of(st.none(), st.integers(0, 60).map(str)),
    eligible_establishment=st.one_of(st.none(), FLAGS),
    on_rise_list=FLAGS,
    pp50_urn_listed=FLAGS,
    pp50_fe_ukprn_listed=FLAGS,
    on_childminders_list=FLAGS,
)
APPLICANTS = st.builds(
    Applicant,
    course=st.sampled_from(sorted(courses.GROUPS)),
    cohort_funding=st.sampled_from(vocabulary.COHORT_FUNDING),
    in_england=FLAGS,
    previously_funded=FLAGS,
    new_headteacher=FLAGS,
    work_setting=st.sampled_from([*vocabulary.WORK_SETTINGS, None, "on_a_boat"]),
    kind_of_nursery=st.sampled_from([*vocabulary.KINDS_OF_NURSERY, None]),
    employment_type=st.sampled_from([*vocabulary.EMPLOYMENT_TYPES, None]),
    approved_itt_provider=FLAGS,
    referred_by_return_to_teaching_adviser=FLAGS,
    institution=st.one_of(st.none(), INSTITUTIONS),
)


def an_applicant(**told):
    known = {"course": courses.HEADSHIP, "cohort_funding": "capped"}
    school = Institution(establishment_type_code="1")
    return Applicant(**{**known, "institution": school, **told})


def code_of(**told):
    return decide_funding(an_applicant(**told)).code


@given(APPLICANTS)
def test_every_registration_gets_one_of_the_codes_or_lacks_its_school(applicant):
    try:
        decision = decide_funding(applicant)
    except InstitutionNeeded:
        assert applicant.work_setting in vocabulary.SCHOOL_SETTINGS
        assert applicant.institution is None
        return

    assert decision.code in vocabulary.DECIDED_CODES
    assert decision.funded == (decision.code == "funded")
    assert not (decision.funded and decision.needs_review)


@given(APPLICANTS)
def test_the_first_rule_that_applies_wins(applicant):
    firsts = [
        (applicant.cohort_funding == "zero", "unfunded_cohort"),
        (not applicant.in_england, "not_in_england"),
        (applicant.previously_funded, "previously_funded"),
    ]
    expected = next((code for applies, code in firsts if applies), None)
    if expected is None and applicant.course == courses.EARLY_HEADSHIP_COACHING_OFFER:
        new = applicant.new_headteacher
        expected = "funded" if new else "not_new_headteacher_requesting_ehco"
    if expected is not None:
        assert decide_funding(applicant).code == expected


@given(APPLICANTS)
def test_capped_and_full_cohorts_fund_alike(applicant):
    def code(cohort_funding):
        told = vars(applicant) | {"cohort_funding": cohort_funding}
        try:
            return decide_funding(Applicant(**told)).code
        except InstitutionNeeded:
            return "institution needed"

    assert code("capped") == code("full")


@given(APPLICANTS)
def test_whether_one_is_a_new_headteacher_matters_for_coaching_alone(applicant):
    if applicant.course == courses.EARLY_HEADSHIP_COACHING_OFFER or applicant.institution is None:
        return
    one = Applicant(**vars(applicant) | {"new_headteacher": True})
    other = Applicant(**vars(applicant) | {"new_headteacher": False})

    assert decide_funding(one) == decide_funding(other)


@pytest.mark.parametrize("setting", vocabulary.SCHOOL_SETTINGS)
@pytest.mark.parametrize("code", [str(number) for number in range(60)])
def test_thirty_types_of_establishment_are_eligible_and_no_others(setting, code):
    told = code_of(work_setting=setting, institution=Institution(establishment_type_code=code))

    assert len(ELIGIBLE_ESTABLISHMENT_TYPES) == 30
    assert (told == "funded") == (code in ELIGIBLE_ESTABLISHMENT_TYPES)


def test_headship_is_funded_in_every_eligible_school_whatever_its_lists():
    for setting, listed in product(vocabulary.SCHOOL_SETTINGS, (True, False)):
        school = Institution(
            establishment_type_code="34", pp50_urn_listed=listed, pp50_fe_ukprn_listed=listed
        )
        assert code_of(work_setting=setting, institution=school) == "funded"


def test_a_cohort_without_known_funding_is_not_funded():
    assert code_of(cohort_funding="") == "unfunded_cohort"


@pytest.mark.parametrize(
    ("establishment", "authority", "inside"),
    [("1", "301", True), ("30", "301", False), ("1", "702", False), (None, None, True)],
)
def test_schools_of_wales_and_abroad_are_not_in_england(establishment, authority, inside):
    told = is_in_england(establishment_type_code=establishment, authority_code=authority)

    assert told == inside


@given(
    st.lists(
        st.builds(
            FundingHistory,
            course=st.sampled_from(sorted(courses.GROUPS)),
            status=st.sampled_from(vocabulary.STATUSES),
            eligible_for_funding=FLAGS,
            funded_place=st.sampled_from([True, False, None]),
        ),
        max_size=4,
    ),
    st.sampled_from(sorted(courses.GROUPS)),
)
def test_funding_is_used_up_by_any_one_application_and_never_given_back(others, course):
    used = is_previously_funded(course, others)

    assert used == any(is_previously_funded(course, [other]) for other in others)
    for other in others:
        counts = is_previously_funded(course, [other])
        spent = other.status == "accepted" and other.eligible_for_funding
        spent = spent and other.funded_place in (True, None)
        assert counts == (spent and courses.same_course(course, other.course))


@given(
    eligible=FLAGS,
    funded_place=st.sampled_from([True, False, None]),
    used=FLAGS,
    code=st.sampled_from([*vocabulary.FUNDING_STATUS_CODES, None]),
)
def test_the_three_derived_values_never_contradict_one_another(eligible, funded_place, used, code):
    view = funding_view(
        eligible_for_funding=eligible,
        funded_place=funded_place,
        previously_funded=used,
        status_code=code,
    )

    assert view.fundable == (view.eligible_for_funding and funded_place in (True, None))
    assert not view.eligible_for_funding or eligible
    reason = "previously-funded" if used else None if eligible else "establishment-ineligible"
    assert view.ineligible_for_funding_reason == reason
    if used and code != "marked_funded_by_policy":
        assert not view.eligible_for_funding


def test_the_lists_of_words_hold_each_word_once():
    for name, words in vars(vocabulary).items():
        if name.isupper() and isinstance(words, tuple):
            assert len(set(words)) == len(words), name
    assert len(funding.NEEDS_REVIEW & set(vocabulary.DECIDED_CODES)) == 2
