"""How often a case asks, and what: as its words say it."""

import pytest

from cli.dfe_cases.over_http.protocol_words import read_request

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
