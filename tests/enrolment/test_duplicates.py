"""Likely duplicates: suggested once, dismissed by a person, never merged."""

import pytest
from admitting import applicants

from headship_contracts.enrolment.admissions import (
    DismissLikelyDuplicate,
    FindLikelyDuplicates,
    ListLikelyDuplicates,
)
from headship_contracts.enrolment.applications import ListApplications
from headship_contracts.errors import Invalid, NotFound


@pytest.fixture
def pair(enrolling):
    """The same name, in another order, at one school; and somebody else there."""
    first, second = (
        applicants(enrolling, 1, full_name=name)[0]
        for name in ("Ada Lovelace-Example", "EXAMPLE, Lovelace Ada")
    )
    applicants(enrolling, 1, full_name="Grace Hopper")
    return {first.participant_id, second.participant_id}


def suggested(enrolling, **filters):
    enrolling.call(FindLikelyDuplicates())
    return enrolling.call(ListLikelyDuplicates(**filters)).items


def test_people_with_like_names_at_one_school_are_suggested_once(enrolling, pair):
    suggested(enrolling)

    (found,) = suggested(enrolling)

    assert {found.first_participant_id, found.second_participant_id} == pair
    assert (found.because, found.state) == ("school", "suggested")
    assert found.score >= 90
    assert len(enrolling.call(ListApplications()).items) == 3
    assert len(suggested(enrolling, participant_id=pair.pop())) == 1


def test_who_was_dismissed_is_not_suggested_again(enrolling, pair):
    (found,) = suggested(enrolling)
    told = DismissLikelyDuplicate(
        first_participant_id=found.second_participant_id,
        second_participant_id=found.first_participant_id,
        reason="Mother and daughter",
    )

    dismissed = enrolling.call(told)

    assert (dismissed.state, dismissed.decided_by) == ("dismissed", "tester")
    assert dismissed.revision > found.revision
    assert suggested(enrolling) == []
    assert len(suggested(enrolling, state="dismissed")) == 1


def test_a_dismissal_needs_a_pair_and_a_reason(enrolling, pair):
    one, other = pair
    about = {"first_participant_id": one, "second_participant_id": other}

    with pytest.raises(Invalid):
        enrolling.call(DismissLikelyDuplicate(**about, reason=" "))
    with pytest.raises(NotFound, match="pair_not_found"):
        enrolling.call(DismissLikelyDuplicate(**about, reason="They are two"))
