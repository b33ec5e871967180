"""Importing applicants who are not at DfE: our own rule predicts funding, and only we accept."""

from dataclasses import replace

import pytest
from enrolling import COHORT

from enrolment.domain.dfe.courses import HEADSHIP
from headship_contracts.enrolment.applications import AcceptApplication, AddApplication
from headship_contracts.enrolment.events import ApplicationAccepted
from headship_contracts.enrolment.people import People
from headship_contracts.enrolment.schools import AddSchools, School
from headship_contracts.errors import Invalid, Refused
from kit.testing import emitted


@pytest.fixture
def school(enrolling):
    school = School(
        urn="100001",
        name="A school",
        trust_id="TR00009",
        local_authority="Kent",
        phase="primary",
        establishment_type="34",
    )
    enrolling.call(AddSchools(schools=[school]))
    return school


@pytest.fixture
def applicant(school):
    return AddApplication(
        reference="2026-0001",
        full_name="Ada Example",
        email="ada@example.org",
        course=HEADSHIP,
        cohort=COHORT,
        school_urn=school.urn,
    )


def test_an_import_is_accepted_here_alone(enrolling, applicant):
    added = enrolling.call(applicant)

    accepted = enrolling.call(AcceptApplication(application_id=added.application_id))

    assert (accepted.status, accepted.funded_place, accepted.trust_id) == (
        "accepted",
        False,
        "TR00009",
    )
    assert enrolling.writes() == []
    assert len(emitted(enrolling.db, ApplicationAccepted)) == 1


def test_the_same_reference_again_changes_nothing(enrolling, applicant):
    first, second = enrolling.call(applicant), enrolling.call(applicant)

    assert first == second
    assert len(enrolling.applications()) == 1


@pytest.mark.parametrize(
    ("change", "prediction"),
    [
        ({}, "funded"),
        ({"works_in_england": False}, "not_in_england"),
        ({"cohort": "2026a"}, "unfunded_cohort"),
        ({"course": "npq-leading-literacy"}, "ineligible_establishment_not_a_pp50"),
        (
            {
                "work_setting": "another_setting",
                "employment_type": "hospital_school",
                "school_urn": None,
            },
            "subject_to_review",
        ),
    ],
)
def test_our_own_rule_predicts_what_dfe_would_fund(enrolling, applicant, change, prediction):
    added = enrolling.call(AddApplication(**{**applicant.dump(), **change}))

    assert added.funding_prediction == prediction
    assert added.eligible_for_funding is (prediction == "funded")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"course": "npq-gardening"}, "course"),
        ({"school_urn": "999999"}, "school_urn"),
        ({"school_urn": None}, "school_urn"),
    ],
)
def test_an_import_that_makes_no_sense_names_the_field(enrolling, applicant, change, field):
    with pytest.raises(Invalid) as refusal:
        enrolling.call(AddApplication(**{**applicant.dump(), **change}))

    assert list(refusal.value.fields) == [field]


def test_an_address_is_kept_as_a_file_would_bring_it(enrolling, applicant):
    added = enrolling.call(replace(applicant, email="ADA@Example.ORG"))

    (person,) = enrolling.call(People(ids=[added.participant_id])).people
    assert person.email == "ada@example.org"


def test_the_same_person_does_not_apply_twice_under_two_references(enrolling, applicant):
    enrolling.call(applicant)

    with pytest.raises(Refused, match="applied_before"):
        enrolling.call(replace(applicant, reference="2026-0002"))
    another = enrolling.call(
        replace(applicant, reference="2026-0003", course="npq-senior-leadership")
    )

    assert another.participant_id == enrolling.applications()[0].participant_id
