"""How a request is read: its body, its token, its ids; and how many of them are enough."""

from datetime import UTC, datetime, timedelta

import pytest

from dfe_simulator.limits import RateLimit


@pytest.mark.parametrize(
    "content",
    [b'{"data": {', b"\xff\xfe\x00", b"[]", b'"data"', b'{"data": []}', b"[" * 100_000, b"null"],
)
def test_a_body_that_is_no_json_or_another_is_a_bad_request(dfe, content):
    headers = {"Authorization": f"Bearer {dfe.token}", "Content-Type": "application/json"}
    url = f"{dfe.simulator.url}/api/v3/participant-declarations"

    answer = dfe.client.post(url, content=content, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"] == "Bad request"


def test_a_body_that_does_not_say_that_it_is_json_is_not_read(dfe):
    chosen = dfe.an_application()
    body = b'{"data": {"attributes": {"funded_place": true}}}'

    answer = dfe.send("POST", f"npq-applications/{chosen['id']}/accept", content=body)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["title"] == "funded_place"


def test_a_body_of_more_than_a_megabyte_is_not_read(dfe):
    answer = dfe.post("participant-declarations", participant_id="x" * 1_100_000)

    assert answer.status_code == 413
    assert dfe.get("statements").status_code == 200


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {}}, {"data": {"attributes": {}}}])
@pytest.mark.parametrize("name", ["accept", "change-funded-place"])
def test_a_decision_about_funding_may_come_without_data_but_not_with_empty_data(dfe, body, name):
    path = f"npq-applications/{dfe.an_application()['id']}/{name}"

    answer = dfe.send("POST" if name == "accept" else "PUT", path, json=body)

    assert answer.status_code == (422 if body.get("data") is None else 400)


def test_the_body_is_looked_at_before_the_participant_but_after_the_application(dfe):
    nobody = "00000000-0000-4000-8000-000000000000"

    person = dfe.send("PUT", f"participants/npq/{nobody}/defer", json={})
    application = dfe.send("POST", f"npq-applications/{nobody}/accept", json={"data": {}})

    assert (person.status_code, application.status_code) == (400, 404)


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "bearer example-token", "Basic example-token", "example-token"]
)
def test_the_token_is_told_as_dfe_reads_it(dfe, authorization):
    url = f"{dfe.simulator.url}/api/v3/statements"

    answer = dfe.client.get(url, headers={"Authorization": authorization})

    assert answer.status_code == 401


def test_ids_may_be_written_in_capitals(dfe):
    chosen = dfe.an_application()

    answer = dfe.get(f"npq-applications/{chosen['id'].upper()}")

    assert answer.json()["data"] == chosen


def test_ids_in_a_body_may_be_written_in_capitals_too(dfe):
    accepted = dfe.an_accepted_application()
    partner = dfe.get("delivery-partners").json()["data"][0]["id"]
    person = accepted["attributes"]["participant_id"]

    answer = dfe.declare(
        accepted, participant_id=person.upper(), delivery_partner_id=partner.upper()
    )

    told = answer.json()["data"]["attributes"]
    assert (told["participant_id"], told["delivery_partner_id"]) == (person, partner)


def test_the_head_of_a_list_can_be_asked_for(dfe):
    answer = dfe.send("HEAD", "npq-applications")

    assert (answer.status_code, answer.content) == (200, b"")


def test_the_limit_can_be_set_and_lifted_while_it_runs(dfe):
    dfe.control("limit", requests=2)
    statuses = [dfe.get("statements") for _ in range(3)]
    dfe.control("limit", requests=None)
    lifted = dfe.get("statements")

    assert [answer.status_code for answer in statuses] == [200, 200, 429]
    assert statuses[2].headers["Content-Type"].startswith("text/plain")
    assert statuses[2].text == "Retry later\n"
    assert lifted.status_code == 200


def test_fifteen_hundred_requests_of_an_address_are_enough():
    limit = RateLimit(1_000)

    allowed = [limit.allows(f"Bearer {n % 2}", "198.51.100.7") for n in range(1_501)]

    assert allowed[:1_500] == [True] * 1_500
    assert allowed[1_500] is False
    assert limit.allows("Bearer 0", "198.51.100.8") is True


@pytest.mark.parametrize(
    "authorization",
    [
        "Token {}",
        'Token token="{}"',
        "Bearer token={}",
        'Bearer "{}"',
        'Token token="{}", nonce="x"',
        "Bearer   {}",
    ],
)
def test_a_token_may_be_told_in_each_way_that_rails_takes(dfe, authorization):
    url = f"{dfe.simulator.url}/api/v3/statements"

    answer = dfe.client.get(url, headers={"Authorization": authorization.format(dfe.token)})

    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["{}/", "{}.json", "/{}", "{}.json/", "{}//"])
def test_a_path_may_end_with_a_slash_or_its_format(dfe, path):
    known = dfe.an_application()["id"]

    listed = dfe.get(path.format("npq-applications"))
    one = dfe.get(path.format(f"npq-applications/{known}"))
    accepted = dfe.post(path.format(f"npq-applications/{known}/accept"), funded_place=True)

    assert (listed.status_code, len(listed.json()["data"])) == (200, 8)
    assert one.json()["data"]["id"] == known
    assert accepted.json()["data"]["attributes"]["status"] == "accepted"


def test_a_path_of_another_format_is_not_there(dfe):
    assert dfe.get("npq-applications.csv").status_code == 404


def test_a_schedule_is_changed_to_the_year_that_a_cohort_begins_with(dfe):
    accepted = dfe.an_accepted_application()
    person = accepted["attributes"]["participant_id"]

    answer = dfe.put(
        f"participants/npq/{person}/change-schedule",
        course_identifier="npq-headship",
        schedule_identifier="npq-leadership-spring",
        cohort="2026b",
    )

    (enrolment,) = answer.json()["data"]["attributes"]["npq_enrolments"]
    assert enrolment["schedule_identifier"] == "npq-leadership-spring"


def test_a_look_far_ahead_closes_no_statement(dfe):
    accepted = dfe.an_accepted_application()
    declared = dfe.declare(accepted).json()["data"]
    dfe.at = datetime(2033, 1, 1, tzinfo=UTC)

    ahead = dfe.get(f"participant-declarations/{declared['id']}").json()["data"]
    dfe.at = datetime(2026, 11, 16, tzinfo=UTC)
    again = dfe.declare(accepted, declaration_type="retained-1")

    assert ahead["attributes"]["state"] == "eligible"
    assert (again.status_code, again.json()["data"]["attributes"]["state"]) == (200, "eligible")


def test_days_pass_with_a_request_within_a_year(dfe):
    accepted = dfe.an_accepted_application()
    declared = dfe.declare(accepted).json()["data"]
    dfe.at += timedelta(days=300)

    later = dfe.get(f"participant-declarations/{declared['id']}").json()["data"]

    assert later["attributes"]["state"] == "paid"


def test_half_a_character_is_answered_as_it_came(dfe):
    person = dfe.an_application()["attributes"]["participant_id"]
    order = b'{"participant_id": "%s", "full_name": "\\ud800"}' % person.encode()
    dfe.client.post(f"{dfe.simulator.url}/control/person", content=order)

    answer = dfe.get("npq-applications")

    assert answer.status_code == 200
    assert b'"\\ud800"' in answer.content
