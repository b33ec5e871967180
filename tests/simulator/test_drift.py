"""What DfE does by itself: ordered at once, or as a fault that strikes between two requests."""

import httpx
import pytest
from calling_dfe import Caller

from dfe_simulator import SeedPlan, Simulator
from dfe_simulator.planning import OTHER_PROVIDER


def applications(dfe):
    listed = dfe.get("npq-applications", **{"page[per_page]": 3000}).json()["data"]
    return {application["id"]: application["attributes"] for application in listed}


def test_an_application_that_has_vanished_is_nowhere(dfe):
    chosen = dfe.an_accepted_application()
    declared = dfe.declare(chosen).json()["data"]

    dfe.control("vanish", application_id=chosen["id"])

    assert chosen["id"] not in applications(dfe)
    assert dfe.get(f"npq-applications/{chosen['id']}").status_code == 404
    person = chosen["attributes"]["participant_id"]
    assert dfe.get(f"participants/npq/{person}").status_code == 404
    assert dfe.get(f"participant-declarations/{declared['id']}").status_code == 200  # stays ours


def test_the_provider_that_it_went_to_sees_its_declarations_and_cannot_change_them(
    dfe, other_provider
):
    chosen = dfe.an_accepted_application()
    path = f"participant-declarations/{dfe.declare(chosen).json()['data']['id']}"
    dfe.control("vanish", application_id=chosen["id"])

    seen = other_provider.get(path)
    voided = other_provider.send("PUT", f"{path}/void")
    changed = other_provider.put(f"{path}/change-delivery-partner", delivery_partner_id="x")

    assert seen.json()["data"]["attributes"]["lead_provider_name"] == "Example Lead Provider"
    assert (voided.status_code, changed.status_code) == (403, 403)
    assert voided.json() == {
        "errors": [
            {
                "title": "Cannot modify declaration",
                "detail": "The declaration cannot be modified because it was created by another"
                " lead provider",
            }
        ]
    }


def test_the_provider_that_it_went_to_can_declare(dfe, other_provider):
    chosen = dfe.an_accepted_application()
    dfe.control("vanish", application_id=chosen["id"])

    declared = other_provider.declare(chosen).json()["data"]["attributes"]

    assert (declared["state"], declared["lead_provider_name"]) == ("eligible", OTHER_PROVIDER)


def test_an_accepted_application_is_pending_again(dfe):
    chosen = dfe.an_accepted_application()

    dfe.control("revert")

    told = applications(dfe)[chosen["id"]]
    assert (told["status"], told["funded_place"]) == ("pending", None)
    assert told["schedule_identifier"] == chosen["attributes"]["schedule_identifier"]
    again = dfe.post(f"npq-applications/{chosen['id']}/accept", funded_place=True)
    assert again.status_code == 200


def test_one_with_declarations_that_count_does_not_become_pending(dfe, simulator):
    chosen = dfe.an_accepted_application()
    dfe.declare(chosen)

    nothing = dfe.control("revert")
    url = f"{simulator.url}/control/revert"
    refused = httpx.post(url, json={"application_id": chosen["id"]})

    assert nothing == {"revert": None}
    assert refused.status_code == 400


def test_funding_flags_change_in_both_views(dfe):
    chosen = dfe.an_application(eligible_for_funding=False)

    dfe.control("funding", application_id=chosen["id"])

    told = applications(dfe)[chosen["id"]]
    assert (told["eligible_for_funding"], told["ineligible_for_funding_reason"]) == (True, None)
    assert told["updated_at"] == "2026-11-15T12:00:00Z"
    accepted = dfe.post(f"npq-applications/{chosen['id']}/accept", funded_place=True)
    assert accepted.status_code == 200


def test_a_funded_place_keeps_its_eligibility(dfe, simulator):
    chosen = dfe.an_accepted_application()

    url = f"{simulator.url}/control/funding"
    refused = httpx.post(url, json={"application_id": chosen["id"], "eligible": False})

    assert refused.json() == {"error": "its place is funded, or it has declarations"}


def test_merges_are_told_of_by_the_id_that_stays_one_after_another(dfe):
    ids = [dfe.an_accepted_application()["attributes"]["participant_id"] for _ in range(3)]
    for former, kept in ((ids[0], ids[1]), (ids[1], ids[2])):
        dfe.control("merge", from_participant_id=former, to_participant_id=kept)

    told = dfe.get(f"participants/npq/{ids[2]}").json()["data"]["attributes"]
    gone = dfe.get(f"participants/npq/{ids[0]}")

    changes = [
        (change["from_participant_id"], change["to_participant_id"])
        for change in told["participant_id_changes"]
    ]
    assert changes == [(ids[0], ids[1]), (ids[1], ids[2])]
    assert len(told["npq_enrolments"]) == 3
    assert gone.status_code == 410
    (error,) = gone.json()["errors"]
    assert error["title"] == "Participant ID has been changed"
    assert error["detail"] == f"The participant_id '{ids[0]}' has been replaced with '{ids[1]}'."
    for former in ids[:2]:
        found = dfe.get("participants/npq", **{"filter[from_participant_id]": former}).json()
        assert [person["id"] for person in found["data"]] == [ids[2]]
        path = f"participants/npq/{former}/defer"
        answer = dfe.put(path, course_identifier="npq-headship", reason="other")
        assert answer.status_code == 404


def test_a_declaration_for_an_id_that_was_merged_names_the_new_one(dfe):
    first, second = (dfe.an_accepted_application() for _ in range(2))
    former, kept = (one["attributes"]["participant_id"] for one in (first, second))
    dfe.control("merge", from_participant_id=former, to_participant_id=kept)

    answer = dfe.declare(first)

    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "title": "participant_id",
            "detail": f"The participant_id '{former}' has been replaced with '{kept}'.",
        }
    ]


@pytest.fixture
def two_cohorts(http_client):
    plan = SeedPlan(seed=9, applications=8, also_cohorts={"2027a": "capped", "2026a": "zero"})
    with Simulator(plan) as running:
        yield Caller(running, http_client, plan.token)


def test_an_administrator_moves_an_application_to_another_cohort(two_cohorts):
    chosen = two_cohorts.an_accepted_application()

    two_cohorts.control("cohort", application_id=chosen["id"], cohort="2027a")

    told = applications(two_cohorts)[chosen["id"]]
    assert (told["cohort"], told["cohort_suffix"]) == ("2027", "a")
    assert told["schedule_identifier"] == chosen["attributes"]["schedule_identifier"]
    too_early = two_cohorts.declare(chosen)
    assert "schedule start" in too_early.json()["errors"][0]["detail"]


@pytest.mark.parametrize("cohort", ["2026a", "2026b", "2031a"])
def test_to_a_cohort_that_is_funded_differently_or_not_there_it_is_not_moved(two_cohorts, cohort):
    chosen = two_cohorts.an_accepted_application()
    url = f"{two_cohorts.simulator.url}/control/cohort"

    answer = httpx.post(url, json={"application_id": chosen["id"], "cohort": cohort})

    assert answer.status_code == 400


def test_dfe_changes_the_training_of_someone_who_asked_there(dfe, simulator):
    chosen = dfe.an_accepted_application()
    order = {"application_id": chosen["id"], "training_status": "deferred", "reason": "other"}
    url = f"{simulator.url}/control/training"

    nothing_declared = httpx.post(url, json=order)
    dfe.declare(chosen)
    wrong_reason = httpx.post(url, json=order | {"reason": "tired"})
    dfe.control("training", **order)

    person = chosen["attributes"]["participant_id"]
    told = dfe.get(f"participants/npq/{person}").json()["data"]["attributes"]
    assert (nothing_declared.status_code, wrong_reason.status_code) == (400, 400)
    assert told["npq_enrolments"][0]["training_status"] == "deferred"
    assert told["npq_enrolments"][0]["deferral"]["reason"] == "other"


def test_details_of_a_person_change(dfe):
    person = dfe.an_accepted_application()["attributes"]["participant_id"]

    dfe.control("person", participant_id=person, full_name="Zahra Newname", email=None)

    told = dfe.get(f"participants/npq/{person}").json()["data"]["attributes"]
    assert told["full_name"] == "Zahra Newname"
    assert len(told["previous_names"]) == 1
    assert told["npq_enrolments"][0]["email"] is None


def test_more_people_register_and_are_listed_last(dfe):
    before = list(applications(dfe))

    dfe.control("register", number=4)

    after = applications(dfe)
    assert list(after)[: len(before)] == before
    assert len(after) == len(before) + 4
    assert len({told["teacher_reference_number"] for told in after.values()}) == len(after)


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("vanishing", lambda before, after: len(after) == len(before) - 1),
        ("reverting", lambda before, after: {a["status"] for a in after.values()} == {"pending"}),
        (
            "changed_funding",
            lambda before, after: (
                sum(
                    before[one]["eligible_for_funding"] != after[one]["eligible_for_funding"]
                    for one in before
                )
                == 1
            ),
        ),
        (
            "merging",
            lambda before, after: (
                len({a["participant_id"] for a in after.values()}) == len(before) - 1
            ),
        ),
    ],
)
def test_it_can_happen_between_two_requests(dfe, kind, changed):
    dfe.an_accepted_application()
    before = applications(dfe)
    dfe.order({"kind": kind, "times": 1, "path_contains": "statements"})

    dfe.get("statements")

    assert changed(before, applications(dfe))


@pytest.mark.parametrize(
    ("change", "order"),
    [
        ("vanish", {"application_id": "none"}),
        ("merge", {"from_participant_id": "none"}),
        ("merge", {"from_participant_id": "none", "to_participant_id": "nobody"}),
        ("person", {}),
        ("person", {"participant_id": "nobody"}),
        ("register", {"number": 0}),
        ("register", {"number": "many"}),
    ],
)
def test_an_order_that_cannot_be_carried_out_changes_nothing(dfe, simulator, change, order):
    before = applications(dfe)

    answer = httpx.post(f"{simulator.url}/control/{change}", json=order)

    assert answer.status_code == 400
    assert answer.json()["error"]
    assert applications(dfe) == before
