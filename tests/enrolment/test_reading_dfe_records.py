"""What is made of DfE's records: each is read whole, or is nonsense, and the field is named."""

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enrolment.dfe import errors
from enrolment.dfe.reading import (
    read_application,
    read_declaration,
    read_delivery_partner,
    read_participant,
)

ID = UUID("00000000-0000-4000-8000-000000000001")
RECORD = {
    "id": str(ID),
    "type": "npq_application",
    "attributes": {
        "course_identifier": "npq-headship",
        "email": None,
        "funded_place": None,
        "ineligible_for_funding_reason": None,
        "reason_for_rejection": None,
        "schedule_identifier": None,
        "school_urn": None,
        "targeted_delivery_funding_eligibility": False,
        "teacher_catchment": True,
        "teacher_reference_number_validated": False,
        "full_name": "Ada Example",
        "participant_id": str(ID),
        "teacher_reference_number": None,
        "status": "pending",
        "cohort": "2026",
        "cohort_suffix": "b",
        "eligible_for_funding": True,
        "created_at": "2026-06-15T09:00:00Z",
        "updated_at": "2026-06-15T09:00:00.000Z",
    },
}


DECLARATION = {
    "participant_id": str(ID),
    "declaration_type": "completed",
    "declaration_date": "2026-10-05T09:00:00Z",
    "course_identifier": "npq-headship",
    "state": "awaiting-clawback",
    "has_passed": "true",
    "delivery_partner_id": None,
    "secondary_delivery_partner_id": None,
    "statement_id": None,
    "clawback_statement_id": None,
    "updated_at": "2026-10-05T09:00:00Z",
}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("participant_id", "somebody", "participant_id is not a UUID"),
        ("participant_id", None, "participant_id is not a UUID"),
        ("full_name", None, "full_name is missing"),
        ("status", "thinking", "status is none of"),
        ("updated_at", "yesterday", "updated_at is not an instant"),
        ("eligible_for_funding", "perhaps", "neither true nor false"),
        ("eligible_for_funding", None, "neither true nor false"),
        ("email", {"at": "home"}, "email is not a text"),
    ],
)
def test_what_is_wrong_with_a_record_is_named(field, value, told):
    record = {**RECORD, "attributes": {**RECORD["attributes"], field: value}}

    with pytest.raises(errors.DfeNonsense, match=told):
        read_application(record)


@pytest.mark.parametrize("field", sorted(RECORD["attributes"]))
def test_an_application_without_one_of_its_fields_is_not_read(field):
    attributes = {name: told for name, told in RECORD["attributes"].items() if name != field}

    with pytest.raises(errors.DfeNonsense, match=f"^{field} is "):
        read_application({**RECORD, "attributes": attributes})


@pytest.mark.parametrize("field", sorted(DECLARATION))
def test_a_declaration_without_one_of_its_fields_is_not_read(field):
    attributes = {name: told for name, told in DECLARATION.items() if name != field}

    with pytest.raises(errors.DfeNonsense, match=f"^{field} is "):
        read_declaration({"id": str(ID), "attributes": attributes})


@pytest.mark.parametrize(
    "field", ["teacher_reference_number", "npq_enrolments", "participant_id_changes"]
)
def test_a_participant_without_what_we_follow_is_not_read(field):
    attributes = {
        "full_name": "Ada Example",
        "teacher_reference_number": None,
        "updated_at": "2026-06-15T09:00:00Z",
        "npq_enrolments": [],
        "participant_id_changes": [],
    }
    assert read_participant({"id": str(ID), "attributes": attributes}).id == ID
    del attributes[field]

    with pytest.raises(errors.DfeNonsense, match=f"{field} is missing"):
        read_participant({"id": str(ID), "attributes": attributes})


def test_a_cohort_without_a_suffix_is_its_years_first():
    attributes = {**RECORD["attributes"], "cohort": 2025, "cohort_suffix": None}

    assert read_application({**RECORD, "attributes": attributes}).cohort == "2025a"


def test_states_come_with_hyphens_and_flags_as_text():
    declaration = read_declaration({"id": str(ID), "attributes": DECLARATION})

    assert (declaration.state, declaration.has_passed) == ("awaiting_clawback", True)
    assert declaration.application_id is None


@pytest.mark.parametrize("cohorts", [[2025, 2026], ["2025", "2026"]])
def test_cohorts_of_a_hub_come_as_numbers_or_texts(cohorts):
    record = {"id": str(ID), "attributes": {"name": "Hub", "cohort": cohorts}}

    assert read_delivery_partner(record).cohorts == [2025, 2026]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(
    record=ANYTHING
    | st.dictionaries(st.sampled_from([*RECORD["attributes"], "more"]), ANYTHING).map(
        lambda changes: {**RECORD, "attributes": {**RECORD["attributes"], **changes}}
    )
)
def test_a_record_is_read_or_said_to_be_nonsense_and_nothing_else(record):
    with suppress(errors.DfeNonsense):
        assert read_application(record).id == ID
