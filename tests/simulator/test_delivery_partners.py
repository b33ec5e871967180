"""Other delivery partners for a declaration that was made."""

import pytest

NOT_CONFIRMED = (
    "The entered '#/{}' is not from your list of confirmed Delivery Partners for the Cohort"
)
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def partners(dfe):
    return [partner["id"] for partner in dfe.get("delivery-partners").json()["data"]]


@pytest.fixture
def declared(dfe, partners):
    answer = dfe.declare(dfe.an_accepted_application(), delivery_partner_id=partners[0])
    return answer.json()["data"]


@pytest.fixture
def change(dfe, declared):
    path = f"participant-declarations/{declared['id']}/change-delivery-partner"
    return lambda **attributes: dfe.put(path, **attributes)


def errors(answer):
    return [(error["title"], error["detail"]) for error in answer.json()["errors"]]


def test_a_declaration_gets_other_delivery_partners(dfe, declared, partners, change):
    answer = change(
        delivery_partner_id=partners[1], secondary_delivery_partner_id=partners[2]
    ).json()["data"]

    told = answer["attributes"]
    assert told["delivery_partner_id"] == partners[1]
    assert told["secondary_delivery_partner_id"] == partners[2]
    assert told["delivery_partner_name"] != declared["attributes"]["delivery_partner_name"]
    assert dfe.get(f"participant-declarations/{declared['id']}").json() == {"data": answer}


def test_a_second_partner_that_is_left_out_is_taken_away(partners, change):
    change(delivery_partner_id=partners[1], secondary_delivery_partner_id=partners[2])

    told = change(delivery_partner_id=partners[1]).json()["data"]["attributes"]

    assert told["secondary_delivery_partner_id"] is None


def test_a_partner_that_nobody_knows_is_refused_under_both_titles(change):
    answer = change(delivery_partner_id=UNKNOWN)

    assert answer.status_code == 422
    assert errors(answer) == [
        ("delivery_partner", NOT_CONFIRMED.format("delivery_partner_id")),
        ("delivery_partner_id", "The property '#/delivery_partner_id' must be present"),
    ]


def test_a_second_partner_that_nobody_knows_is_refused(partners, change):
    answer = change(delivery_partner_id=partners[1], secondary_delivery_partner_id=UNKNOWN)

    assert errors(answer) == [
        ("secondary_delivery_partner", NOT_CONFIRMED.format("secondary_delivery_partner_id"))
    ]


def test_the_two_partners_differ(partners, change):
    answer = change(delivery_partner_id=partners[1], secondary_delivery_partner_id=partners[1])

    assert errors(answer) == [
        (
            "secondary_delivery_partner_id",
            "The property '#/secondary_delivery_partner_id' cannot have the same value as the"
            " property '#/delivery_partner_id'",
        )
    ]


def test_a_partner_is_confirmed_with_the_provider_for_the_cohort(simulator, partners, change):
    partner = simulator.world.delivery_partners[partners[1]]
    partner.cohorts["Another Lead Provider"] = partner.cohorts.pop("Example Lead Provider")

    answer = change(delivery_partner_id=partners[1])

    assert errors(answer) == [("delivery_partner_id", NOT_CONFIRMED.format("delivery_partner_id"))]


def test_without_data_nothing_is_changed(change):
    assert change().status_code == 400


def test_another_provider_does_not_see_the_declaration(other_provider, declared, partners):
    path = f"participant-declarations/{declared['id']}/change-delivery-partner"

    answer = other_provider.put(path, delivery_partner_id=partners[1])

    assert answer.status_code == 404
