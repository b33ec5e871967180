"""What of a case was not taken into account, and is told."""

import json

import pytest
from case_files import a_case, a_file

from cli.app import run


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"weather": "fine"}, "given has an unknown key weather"),
        ({"institution": {"roof": "flat"}}, "given.institution has an unknown key roof"),
    ],
)
def test_a_key_that_no_suite_knows_is_told_and_fails_no_case(tmp_path, capsys, given, named):
    path = a_file(tmp_path, a_case(given=given), a_case("E-2"))

    assert run(["dfe-cases", str(path)]) == 0
    told, total = capsys.readouterr().out.splitlines()
    assert told == f"eligibility E-1: not taken into account: {named}"
    assert total.startswith("2 cases: 2 passed, 0 failed")


def test_a_case_whose_unknown_key_matters_fails_and_tells_it(tmp_path, capsys):
    given = {"weather": "fine"}
    path = a_file(tmp_path, a_case(given=given, code="not_in_england"))

    assert run(["dfe-cases", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [failure["id"] for failure in told["failures"]] == ["E-1"]
    notes = {"suite": "eligibility", "id": "E-1", "what": ["given has an unknown key weather"]}
    assert told["not_taken_into_account"] == [notes]


@pytest.mark.parametrize(
    ("request_words", "expect", "note"),
    [
        (
            "GET list, hundreds of requests in a minute",
            {"http": 200},
            "how often it is asked is not",
        ),
        ("GET /npq-applications/{id of a purple one}", {"http": 404}, "an id that nobody has"),
    ],
)
def test_words_that_were_not_understood_are_told_where_a_case_is_run_all_the_same(
    tmp_path, capsys, request_words, expect, note
):
    case = {"id": "A", "given": {"request": request_words}, "expect": expect}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"suites": {"api_protocol": {"cases": [case]}}}))

    assert run(["dfe-cases", str(path)]) == 0
    told, total = capsys.readouterr().out.splitlines()
    assert told.startswith("api_protocol A: not taken into account: ")
    assert note in told
    assert total.startswith("1 cases: 1 passed")


def test_words_in_braces_that_name_no_record_are_not_taken_for_one(tmp_path, capsys):
    given = {"request": "GET /npq-applications/{id of a purple one}"}
    case = {"id": "A", "given": given, "expect": {"http": 200}}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"suites": {"api_protocol": {"cases": [case]}}}))

    assert run(["dfe-cases", str(path)]) == 1
    assert "{id of a purple one} do not say which application" in capsys.readouterr().out
