"""Declarations, delivery partners and statements over HTTP."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from enrolment.domain.dfe.declarations import rfc3339


def details(answer: Any) -> list[str]:
    return [error["detail"] for error in answer.json()["errors"]]


@pytest.fixture
def accepted(dfe):
    return dfe.an_accepted_application()


def test_a_declaration_for_a_funded_place_is_eligible_and_on_a_statement(dfe, accepted):
    answer = dfe.declare(accepted)

    told = answer.json()["data"]
    assert answer.status_code == 200
    assert told["type"] == "participant-declaration"
    assert told["attributes"]["state"] == "eligible"
    assert told["attributes"]["declaration_date"] == "2026-10-05T09:00:00Z"
    statement = dfe.get(f"statements/{told['attributes']['statement_id']}").json()["data"]
    assert statement["attributes"]["cut_off_date"] == "2026-11-25"
    assert dfe.get(f"participant-declarations/{told['id']}").json() == {"data": told}


def test_a_declaration_for_an_unfunded_place_stays_submitted(dfe):
    chosen = dfe.an_application(eligible_for_funding=False)
    dfe.post(f"npq-applications/{chosen['id']}/accept", funded_place=False)

    told = dfe.declare(chosen).json()["data"]["attributes"]

    assert (told["state"], told["statement_id"]) == ("submitted", None)


def test_a_repeated_declaration_is_refused(dfe, accepted):
    dfe.declare(accepted)

    again = dfe.declare(accepted)

    assert again.status_code == 422
    assert details(again) == [
        "A declaration has already been submitted that will be, or has been, paid for this event"
    ]
    assert dfe.state()["declarations"]["live_by_type"] == {"started": 1}


def test_a_declaration_without_attributes_is_a_bad_request(dfe):
    answer = dfe.send("POST", "participant-declarations", json={"data": {}})

    assert answer.status_code == 400
    assert details(answer) == ["correct json data structure required. See API docs for reference"]


def test_declarations_are_listed_by_participant_cohort_and_change(dfe, accepted):
    declared = dfe.declare(accepted).json()["data"]
    later = rfc3339(dfe.at + timedelta(minutes=1))
    participant_id = accepted["attributes"]["participant_id"]

    def listed(**query: str) -> list[Any]:
        found: list[Any] = dfe.get("participant-declarations", **query).json()["data"]
        return found

    assert listed(**{"filter[participant_id]": participant_id}) == [declared]
    assert listed(**{"filter[cohort]": "2026"}) == [declared]
    assert listed(**{"filter[cohort]": "2025"}) == []
    assert listed(**{"filter[updated_since]": later}) == []


def test_voiding_makes_room_for_another(dfe, accepted):
    declared = dfe.declare(accepted).json()["data"]

    voided = dfe.send("PUT", f"participant-declarations/{declared['id']}/void")
    twice = dfe.send("PUT", f"participant-declarations/{declared['id']}/void")

    assert voided.json()["data"]["attributes"]["state"] == "voided"
    assert details(twice) == ["This declaration has already been voided."]
    assert dfe.declare(accepted).status_code == 200


def test_voiding_a_completed_declaration_voids_its_outcome(dfe, accepted):
    completed = dfe.declare(accepted, declaration_type="completed", has_passed=True)

    voided = dfe.send("PUT", f"participant-declarations/{completed.json()['data']['id']}/void")

    assert voided.json()["data"]["attributes"]["has_passed"] is None
    assert dfe.state()["outcomes"] == {
        "all": 2,
        "by_state": {"passed": 1, "voided": 1},
        "latest_by_state": {"voided": 1},
    }


def test_a_paid_declaration_is_clawed_back_on_the_next_statement(dfe, accepted):
    declared = dfe.declare(accepted).json()["data"]
    path = f"participant-declarations/{declared['id']}"

    dfe.at = datetime(2026, 11, 26, tzinfo=UTC)
    payable = dfe.get(path).json()["data"]["attributes"]["state"]
    dfe.at = datetime(2026, 12, 28, tzinfo=UTC)
    paid = dfe.get(path).json()["data"]["attributes"]["state"]
    voided = dfe.send("PUT", f"{path}/void").json()["data"]["attributes"]
    dfe.at = datetime(2027, 4, 1, tzinfo=UTC)
    refunded = dfe.get(path).json()["data"]["attributes"]["state"]

    assert (payable, paid) == ("payable", "paid")
    assert voided["state"] == "awaiting-clawback"
    assert voided["clawback_statement_id"] not in (None, voided["statement_id"])
    assert refunded == "clawed-back"


def test_delivery_partners_are_listed_by_name(dfe):
    listed = dfe.get("delivery-partners", **{"filter[cohort]": "2026"}).json()["data"]

    names = [partner["attributes"]["name"] for partner in listed]
    assert len(names) == 6
    assert names == sorted(names)
    assert listed[0]["attributes"]["cohort"] == [2026]
    assert dfe.get(f"delivery-partners/{listed[0]['id']}").json() == {"data": listed[0]}


def test_only_statements_with_output_fees_are_listed(dfe):
    listed = dfe.get("statements", **{"page[per_page]": 100}).json()["data"]

    months = {statement["attributes"]["month"] for statement in listed}
    days = [statement["attributes"]["payment_date"] for statement in listed]
    assert {"March", "June", "September", "December"} <= months
    assert days == sorted(days)


def test_a_statement_is_paid_when_there_is_something_to_pay(dfe, accepted):
    statement_id = dfe.declare(accepted).json()["data"]["attributes"]["statement_id"]
    dfe.at = datetime(2027, 6, 30, tzinfo=UTC)

    listed = dfe.get("statements").json()["data"]

    paid = [statement["id"] for statement in listed if statement["attributes"]["paid"]]
    assert paid == [statement_id]


def test_a_second_account_with_the_same_trn_is_declared_for_without_payment(
    dfe, accepted, simulator
):
    other = dfe.an_accepted_application()
    people = simulator.world.people
    former, twin = (people[one["attributes"]["participant_id"]] for one in (accepted, other))
    simulator.world.give_trn(twin, former.trn, dfe.at)
    dfe.declare(accepted)

    told = dfe.declare(other).json()["data"]["attributes"]

    assert told["state"] == "ineligible"


def test_of_declarations_at_the_same_time_one_is_made(dfe, accepted):
    statuses = []
    partner = dfe.get("delivery-partners").json()["data"][0]["id"]

    def declare():
        statuses.append(dfe.declare(accepted, delivery_partner_id=partner).status_code)

    threads = [threading.Thread(target=declare) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 422, 422, 422, 422, 422]
    assert dfe.state()["declarations"]["all"] == 1


def test_a_void_or_ineligible_declaration_is_on_no_statement(dfe, accepted):
    declared = dfe.declare(accepted).json()["data"]

    voided = dfe.send("PUT", f"participant-declarations/{declared['id']}/void").json()["data"]

    assert declared["attributes"]["statement_id"] is not None
    assert voided["attributes"]["statement_id"] is None
