"""Applications over HTTP: listing, filtering, accepting, rejecting, funded places."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from dfe_simulator import seed
from enrolment.domain.dfe.declarations import rfc3339


def details(answer: Any) -> list[tuple[str, str]]:
    return [(error["title"], error["detail"]) for error in answer.json()["errors"]]


def test_applications_are_listed_oldest_first(dfe):
    listed = dfe.get("npq-applications").json()["data"]

    times = [application["attributes"]["created_at"] for application in listed]
    assert len(listed) == 8
    assert times == sorted(times)
    assert {application["type"] for application in listed} == {"npq_application"}


def test_one_application_is_shown_as_in_the_list(dfe):
    first = dfe.get("npq-applications").json()["data"][0]

    assert dfe.get(f"npq-applications/{first['id']}").json() == {"data": first}


def test_everybody_is_plainly_made_up(dfe):
    people = [a["attributes"] for a in dfe.get("npq-applications").json()["data"]]

    assert all(person["email"].endswith("@example.org") for person in people)
    trns = [person["teacher_reference_number"] for person in people]
    assert trns.count(None) == 1
    assert all(trn.startswith("999") for trn in trns if trn)


def test_an_independent_school_is_not_eligible_for_funding(dfe):
    told = dfe.an_application(eligible_for_funding=False)["attributes"]

    assert told["ineligible_for_funding_reason"] == "establishment-ineligible"
    assert told["funding_choice"] in ("school", "trust", "self")


def test_a_list_can_be_sorted_and_paged(dfe):
    query = {"sort": "-created_at", "page[page]": 2, "page[per_page]": 3}

    page = dfe.get("npq-applications", **query).json()["data"]

    everything = dfe.get("npq-applications").json()["data"]
    assert [a["id"] for a in page] == [a["id"] for a in reversed(everything)][3:6]


def test_updated_since_includes_its_own_instant(dfe):
    accepted = dfe.an_accepted_application()

    at_once = dfe.get("npq-applications", **{"filter[updated_since]": rfc3339(dfe.at)})
    later = rfc3339(dfe.at + timedelta(seconds=1))
    afterwards = dfe.get("npq-applications", **{"filter[updated_since]": later})

    assert [a["id"] for a in at_once.json()["data"]] == [accepted["id"]]
    assert afterwards.json()["data"] == []


@pytest.mark.parametrize(("years", "found"), [("2026", 8), ("2025,2026", 8), ("2025", 0)])
def test_a_list_can_be_filtered_by_cohort(dfe, years, found):
    listed = dfe.get("npq-applications", **{"filter[cohort]": years})

    assert len(listed.json()["data"]) == found


def test_a_list_can_be_filtered_by_participant(dfe):
    participant_id = dfe.an_application()["attributes"]["participant_id"]

    listed = dfe.get("npq-applications", **{"filter[participant_id]": participant_id})

    assert [a["attributes"]["participant_id"] for a in listed.json()["data"]] == [participant_id]


def test_accepting_gives_a_place_a_schedule_and_a_trn(dfe):
    chosen = dfe.an_application(teacher_reference_number=None)

    answer = dfe.post(f"npq-applications/{chosen['id']}/accept", funded_place=True)

    told = answer.json()["data"]["attributes"]
    assert answer.status_code == 200
    assert told["status"] == "accepted"
    assert told["funded_place"] is True
    assert told["schedule_identifier"] == "npq-leadership-autumn"
    assert told["teacher_reference_number_validated"] is True
    assert told["updated_at"] == "2026-11-15T12:00:00Z"


@pytest.mark.parametrize(
    ("attributes", "title"),
    [
        ({"funded_place": None}, "funded_place"),
        ({"funded_place": "true"}, "funded_place"),
        ({"funded_place": True, "schedule_identifier": "npq-none"}, "schedule_identifier"),
        (
            {"funded_place": True, "schedule_identifier": "npq-specialist-autumn"},
            "schedule_identifier",
        ),
    ],
)
def test_an_acceptance_that_breaks_a_rule_is_refused(dfe, attributes, title):
    chosen = dfe.an_application()

    answer = dfe.post(f"npq-applications/{chosen['id']}/accept", **attributes)

    assert answer.status_code == 422
    assert [told for told, _detail in details(answer)] == [title]
    assert dfe.state()["by_status"] == {"pending": 8}


def test_an_acceptance_without_a_body_lacks_only_the_funded_place(dfe):
    chosen = dfe.an_application()

    answer = dfe.send("POST", f"npq-applications/{chosen['id']}/accept")

    assert details(answer) == [("funded_place", "Set '#/funded_place' to true or false.")]


def test_accepting_twice_is_refused(dfe):
    accepted = dfe.an_accepted_application()

    answer = dfe.post(f"npq-applications/{accepted['id']}/accept", funded_place=True)

    expected = ("application", "This NPQ application has already been accepted")
    assert expected in details(answer)


def test_a_rejected_application_stays_so(dfe):
    chosen = dfe.an_application()

    rejected = dfe.send("POST", f"npq-applications/{chosen['id']}/reject")
    again = dfe.send("POST", f"npq-applications/{chosen['id']}/reject")

    told = rejected.json()["data"]["attributes"]
    assert (told["status"], told["reason_for_rejection"]) == ("rejected", "rejected_by_provider")
    assert details(again) == [("application", "This NPQ application has already been rejected")]


def test_a_funded_place_can_be_changed_until_something_is_declared(dfe):
    accepted = dfe.an_accepted_application(funded_place=False)
    path = f"npq-applications/{accepted['id']}/change-funded-place"

    changed = dfe.put(path, funded_place=True)
    dfe.declare(accepted)
    too_late = dfe.put(path, funded_place=False)

    assert changed.json()["data"]["attributes"]["funded_place"] is True
    assert too_late.status_code == 422


def test_another_provider_sees_none_of_it(dfe, other_provider):
    application_id = dfe.an_application()["id"]

    assert other_provider.get("npq-applications").json() == {"data": []}
    answer = other_provider.get(f"npq-applications/{application_id}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Resource not found"})


def test_the_same_seed_gives_the_same_world(dfe, simulator):
    before = dfe.get("npq-applications").json()

    simulator.service.world = seed(simulator.plan)

    assert dfe.get("npq-applications").json() == before
    assert datetime.fromisoformat(before["data"][0]["attributes"]["created_at"]).year == 2026
