"""How often a case asks, and what: as its words say it."""

import pytest

from cli.dfe_cases.over_http.protocol_words import (
    funding_meant,
    read_request,
    statements_meant,
)

IN_THE_WINDOW = "token has made 1000 requests in the current 5-minute window"


@pytest.mark.parametrize(
    ("request_words", "given", "times"),
    [
        ("1001 GETs of a list in five minutes, one token", None, 1_001),
        ("1,001st GET within 5 minutes with one token", None, 1_001),
        ("1001st GET in 5 minutes, same token", None, 1_001),
        ("1000th GET within 5 minutes", None, 1_000),
        ("1,001 POSTs of /participant-declarations in 5 minutes", None, 1_001),
        ("more than 1,000 requests in 5 minutes", None, 1_001),
        ("too many requests with one token", None, 1_001),
        ("GET list x 1001 in 5 minutes", None, 1_001),
        ("request number 1001 within five minutes", None, 1_001),
        ("GET any list", IN_THE_WINDOW, 1_001),
        ("GET any list", {"requests_in_last_5_minutes": 1_000}, 1_001),
        ("GET any list", {"requests_in_last_5_minutes": 999}, 1_000),
        ("GET any, 1,001st request", "more than 1000 in 5 minutes", 1_001),
        ("POST /participant-declarations twice", None, 2),
        ("the same POST /participant-declarations sent three times", None, 3),
        ("POST /participant-declarations once", None, 1),
        ("GET list, 8 records", None, None),
        ("GET any list", {"records": 8}, None),
        ("any endpoint without a token", None, None),
    ],
)
def test_the_words_tell_how_often_it_is_asked(request_words, given, times):
    asked = read_request({"request": request_words, "given": given})

    assert asked.times == times
    assert asked.notes == ()


@pytest.mark.parametrize(
    ("told", "in_all", "without"),
    [
        ("2 statements, one with output_fee=false", 2, 1),
        ("1 statement with output_fee=true and 1 with output_fee=false", 2, 1),
        ("1 statement with output_fee true, 2 with output_fee false", 3, 2),
        ("1 statement with output_fee=false, 3 with output_fee=true", 4, 1),
        ("1 statement with output_fee, 1 without", 2, 1),
        ("3 statements, 1 with output_fee=true", 3, 2),
        ("4 statements, all with output_fee=true", 4, 0),
        ("2 statements, both with output_fee=false", 2, 2),
        ("1 statement with output_fee=false", 1, 1),
        ("5 statements", 5, 0),
    ],
)
def test_the_words_tell_how_many_statements_there_are_and_how_many_without_output_fee(
    told, in_all, without
):
    records = read_request({"request": "GET /statements", "given": told}).count("statement")

    assert statements_meant(records, told) == (in_all, without)


@pytest.mark.parametrize(
    ("told", "funding"),
    [
        ("no body, fully funded cohort", "full"),
        ("a cohort with full funding", "full"),
        ("no body, unfunded cohort", "zero"),
        ("no body, capped cohort", "capped"),
        ("no body", "capped"),
    ],
)
def test_the_words_tell_how_a_cohort_is_funded(told, funding):
    assert funding_meant(told) == funding


@pytest.mark.parametrize(
    ("request_words", "method", "path"),
    [
        ("1001 GETs of a list in five minutes", "GET", "npq-applications"),
        ("1,001 POSTs of /participant-declarations", "POST", "participant-declarations"),
        ("1,001st GET within 5 minutes with one token", "GET", "npq-applications"),
        ("the 3rd PUT of /participants/npq/{id}/defer", "PUT", "participants/npq/{id}/defer"),
        ("GET /statements", "GET", "statements"),
    ],
)
def test_the_words_tell_what_is_asked(request_words, method, path):
    asked = read_request({"request": request_words})

    assert (asked.method, asked.paths[0]) == (method, path)
