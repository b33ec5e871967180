"""`headship dfe-cases`: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from case_files import a_case, a_file

from cli.app import run


def test_a_file_whose_cases_all_pass_gives_a_total_and_0(tmp_path, capsys):
    path = a_file(tmp_path, a_case(), a_case("E-2", given={"in_england": False}, code="x"))
    path.write_text(path.read_text().replace('"x"', '"not_in_england"'))

    assert run(["dfe-cases", str(path)]) == 0
    assert capsys.readouterr().out == ("2 cases: 2 passed, 0 failed; 0 ran against the simulator\n")


def test_a_failing_case_is_one_line_with_what_was_expected_and_what_came(tmp_path, capsys):
    path = a_file(tmp_path, a_case(), a_case("E-2", code="previously_funded"))

    assert run(["dfe-cases", str(path)]) == 1
    line, total = capsys.readouterr().out.splitlines()
    assert line == 'eligibility E-2: twin: code expected "previously_funded", came "funded"'
    assert total == "2 cases: 1 passed, 1 failed; 0 ran against the simulator"


def test_json_tells_the_same(tmp_path, capsys):
    path = a_file(tmp_path, a_case(), a_case("E-2", code="previously_funded"))

    assert run(["dfe-cases", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["total"], told["passed"], told["failed"]) == (2, 1, 1)
    assert [(f["suite"], f["id"]) for f in told["failures"]] == [("eligibility", "E-2")]


def test_an_expectation_that_is_not_known_fails_and_is_named(tmp_path, capsys):
    path = a_file(tmp_path, a_case(expect={"code": "funded", "colour": "green"}))

    assert run(["dfe-cases", str(path)]) == 1
    assert "colour is no key that can be expected" in capsys.readouterr().out


def test_what_cannot_be_read_at_all_fails_its_case_alone(tmp_path, capsys):
    path = a_file(tmp_path, a_case(given={"institution": "a school"}), a_case("E-2"))

    assert run(["dfe-cases", str(path)]) == 1
    line, total = capsys.readouterr().out.splitlines()
    assert line.startswith("eligibility E-1: twin: it cannot be run")
    assert total.startswith("2 cases: 1 passed, 1 failed")


def test_a_case_that_lacks_what_its_suite_needs_fails_with_the_key(tmp_path, capsys):
    path = a_file(tmp_path, {"id": "T-1", "given": {"op": "validate"}, "expect": {"valid": True}})
    path.write_text(path.read_text().replace('"eligibility"', '"trn"', 1))
    told = json.loads(path.read_text())
    told["suites"]["trn"]["defaults"] = {}
    path.write_text(json.dumps(told))

    assert run(["dfe-cases", str(path)]) == 1
    assert "trn T-1: twin: it needs the key value" in capsys.readouterr().out


def test_a_case_that_expects_nothing_proves_nothing(tmp_path, capsys):
    assert run(["dfe-cases", str(a_file(tmp_path, a_case(expect={})))]) == 1
    assert "nothing is expected" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "is not JSON"),
        ('{"suites": {"trn": {"cases": [{"id": "a", "expect": {"valid": NaN}}]}}}', "NaN"),
        ("[]", "is no object"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "has no cases"),
        ('{"suits": {}}', "has no cases"),
        ('{"suites": []}', "suites is no object"),
    ],
)
def test_a_file_that_is_no_file_of_cases_ends_with_2_and_says_why(tmp_path, capsys, text, named):
    path = tmp_path / "cases.json"
    path.write_text(text)

    assert run(["dfe-cases", str(path)]) == 2
    told = capsys.readouterr()
    assert named in told.err
    assert told.out == ""
    assert "Traceback" not in told.err


PASSES = {
    "id": "T-1",
    "given": {"op": "normalise", "value": "12345"},
    "expect": {"value": "0012345"},
}


@pytest.mark.parametrize(
    ("more", "named"),
    [
        (
            {"suites": {"weather": {"cases": [a_case("W-1")]}}},
            "weather W-1: unknown suite weather;",
        ),
        ({"suites": {"weather": {"cases": []}}}, "weather (all of it): unknown suite weather;"),
        ({"suites": {"eligibility": {"case": []}}}, "suite eligibility has no list of cases"),
        ({"suites": {"eligibility": []}}, "suite eligibility is no object"),
        (
            {"suites": {"eligibility": {"cases": [7]}}},
            "eligibility case 1: case 1 of eligibility is no",
        ),
        (
            {"suites": {"eligibility": {"cases": [{"expect": {}}]}}},
            "case 1 of eligibility has no id",
        ),
        (
            {"suites": {"eligibility": {"cases": [{"id": "E"}]}}},
            "case E of eligibility has no expect",
        ),
        (
            {"eligibility_matrix": {"rows": {"r": {"given": {}}}}},
            "codes of row r of eligibility_matrix",
        ),
        ({"eligibility_matrix": {"rows": {"r": 7}}}, "row r of eligibility_matrix is no object"),
        (
            {"eligibility_matrix": []},
            "eligibility_matrix (all of it): eligibility_matrix is no object",
        ),
    ],
)
def test_what_cannot_be_read_as_a_case_fails_and_stops_no_other(tmp_path, capsys, more, named):
    suites = {"trn": {"cases": [PASSES]}} | more.get("suites", {})
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(more | {"suites": suites}))

    assert run(["dfe-cases", str(path)]) == 1
    line, total = capsys.readouterr().out.splitlines()
    assert named in line
    assert total == "2 cases: 1 passed, 1 failed; 0 ran against the simulator"


def test_of_two_cases_with_one_id_the_second_fails(tmp_path, capsys):
    assert run(["dfe-cases", str(a_file(tmp_path, a_case(), a_case()))]) == 1
    line, total = capsys.readouterr().out.splitlines()
    assert line == "eligibility E-1: suite eligibility has the id E-1 twice"
    assert total.startswith("2 cases: 1 passed, 1 failed")


def test_keys_beside_those_of_the_format_are_comments(tmp_path, capsys):
    path = a_file(tmp_path, a_case(title="a plain case", tags=[]), version=2)

    assert run(["dfe-cases", str(path)]) == 0
    assert capsys.readouterr().out.startswith("1 cases: 1 passed")


def test_where_no_decision_is_expected_a_code_is_a_difference(tmp_path, capsys):
    undecided = a_case(given={"institution": None}, code=None)
    path = a_file(tmp_path, undecided, a_case("E-2", code=None))

    assert run(["dfe-cases", str(path)]) == 1
    line, total = capsys.readouterr().out.splitlines()
    assert line == 'eligibility E-2: twin: code expected null, came "funded"'
    assert total.startswith("2 cases: 1 passed, 1 failed")


def test_a_file_that_is_not_there_or_not_text_ends_with_2(tmp_path, capsys):
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00{")

    assert run(["dfe-cases", str(tmp_path / "none.json")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert run(["dfe-cases", str(binary)]) == 2
    assert "not text in UTF-8" in capsys.readouterr().err
    assert run(["dfe-cases", str(tmp_path)]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_one_suite_can_be_run_alone(tmp_path, capsys):
    path = a_file(tmp_path, a_case(code="wrong"))
    told = json.loads(path.read_text())
    trn = {"id": "T-1", "given": {"op": "normalise", "value": "12345"}}
    told["suites"]["trn"] = {"cases": [trn | {"expect": {"value": "0012345"}}]}
    path.write_text(json.dumps(told))

    assert run(["dfe-cases", str(path), "--suite", "trn"]) == 0
    assert capsys.readouterr().out.startswith("1 cases: 1 passed")
    assert run(["dfe-cases", str(path), "--suite", "weather"]) == 2
    assert "unknown suite weather" in capsys.readouterr().err
    assert run(["dfe-cases", str(path), "--suite", "payment"]) == 2
    assert "the file has no suite payment" in capsys.readouterr().err


def test_a_matrix_goes_without_its_suite(tmp_path, capsys):
    rows = {"plain": {"given": {"in_england": False}, "codes": {"npq-senco": "not_in_england"}}}
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"eligibility_matrix": {"rows": rows}}))

    assert run(["dfe-cases", str(path)]) == 0
    assert capsys.readouterr().out.startswith("1 cases: 1 passed")


def test_a_wrong_expectation_of_http_is_found_in_both_places(tmp_path, capsys):
    published = Path(__file__).with_name("cases.json")
    suite = json.loads(published.read_text())["suites"]["application_reject"]
    suite["cases"] = [{"id": "R", "given": {}, "expect": {"http": 422, "status": "rejected"}}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"suites": {"application_reject": suite}}))

    assert run(["dfe-cases", str(path)]) == 1
    line = capsys.readouterr().out.splitlines()[0]
    assert "twin: http expected 422, came 200" in line
    assert "simulator: http expected 422, came 200" in line


def test_what_cannot_be_staged_in_the_simulator_is_said(tmp_path, capsys):
    published = Path(__file__).with_name("cases.json")
    suite = json.loads(published.read_text())["suites"]["declaration_void"]
    declaration = {"state": "awaiting_clawback", "statement_item_state": None}
    detail = "The declaration must be paid before it can be clawed back."
    refused = {"http": 422, "errors_include": [{"title": "declaration", "detail": detail}]}
    suite["cases"] = [{"id": "V", "given": {"declaration": declaration}, "expect": refused}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"suites": {"declaration_void": suite}}))

    assert run(["dfe-cases", str(path)]) == 0
    told, total = capsys.readouterr().out.splitlines()
    assert told.startswith("declaration_void V: not against the simulator: ")
    assert total == "1 cases: 1 passed, 0 failed; 0 ran against the simulator"
