"""Answers that are spoilt: pages, fields, redirects."""

import pytest

from dfe_simulator.faults import parse_fault


def ids(answer):
    return [record["id"] for record in answer.json()["data"]]


def page(dfe, number):
    return dfe.get("npq-applications", **{"page[page]": number, "page[per_page]": 3})


def test_a_page_can_bring_the_one_before_it_once_more(dfe):
    first, second = ids(page(dfe, 1)), ids(page(dfe, 2))
    dfe.order({"kind": "duplicate_page"})

    assert ids(page(dfe, 1)) == first + first
    assert ids(page(dfe, 2)) == first + second
    assert ids(page(dfe, 9)) == []


def test_a_page_can_skip_a_record(dfe):
    first, second = ids(page(dfe, 1)), ids(page(dfe, 2))
    dfe.order({"kind": "skipped_record"})

    assert ids(page(dfe, 1)) == first
    assert ids(page(dfe, 2)) == second[1:]


def test_a_field_can_be_missing_or_of_another_type(dfe):
    dfe.order({"kind": "missing_field", "field": "participant_id", "times": 1})
    missing = page(dfe, 1).json()["data"]
    dfe.order({"kind": "wrong_type", "field": "funded_place", "times": 1})
    wrong = dfe.get(f"npq-applications/{missing[0]['id']}").json()["data"]

    assert all("participant_id" not in record["attributes"] for record in missing)
    assert "participant_id" in wrong["attributes"]
    assert wrong["attributes"]["funded_place"] == [None]


def test_an_answer_can_be_a_redirect(dfe):
    dfe.order({"kind": "redirect", "times": 1})

    answer = page(dfe, 1)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in")


def test_faults_can_be_ordered_by_options():
    fault = parse_fault("latency,seconds=0.5,every=7,times=3,method=POST,path_contains=/accept")

    assert (fault.kind, fault.method, fault.path_contains) == ("latency", "POST", "/accept")
    assert (fault.seconds, fault.every, fault.times) == (0.5, 7, 3)


@pytest.mark.parametrize(
    "text", ["", "flood", "latency,seconds", "latency,seconds=-1", "down,every=x", "down,a=1"]
)
def test_an_option_that_is_no_fault_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        parse_fault(text)
