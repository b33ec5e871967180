"""A file of DfE cases, read strictly: what is not understood is told, never passed over.

    {"meta": {…},
     "suites": {name: {"description", "defaults", "cases": [{"id", "given", "expect", "source"}]}},
     "eligibility_matrix": {"description", "rows": {scenario: {"given", "codes": {course: code}}}}}

A case's `given` is merged into the suite's `defaults`: objects merge, all else replaces.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

Json = dict[str, Any]

MATRIX = "eligibility_matrix"

FILE_KEYS = frozenset({"meta", "suites", MATRIX})
SUITE_KEYS = frozenset({"description", "defaults", "cases", "source", "note"})
CASE_KEYS = frozenset({"id", "given", "expect", "source", "note"})
MATRIX_KEYS = frozenset({"description", "rows", "source", "note"})
ROW_KEYS = frozenset({"given", "codes", "source", "note"})


class CaseFileError(Exception):
    """The file is no file of cases; the text says where, and what is wrong."""


@dataclass(frozen=True)
class Case:
    """One behaviour: what is given, defaults merged in, and what is to come of it."""

    suite: str
    case_id: str
    given: Json
    expect: Json


def read_cases(path: Path, known: Collection[str]) -> list[Case]:
    """The cases of a file, in its order, the matrix last. `known`: the suites that there are.

    Raises CaseFileError; numbers with a point are read as Decimal.
    """
    content = _object(_parsed(path), str(path))
    _only(content, FILE_KEYS, "the file")
    suites = _object(content.get("suites", {}), "suites")
    unknown = sorted(set(suites) - set(known))
    if unknown:
        raise CaseFileError(f"unknown suite {unknown[0]}; there are {', '.join(sorted(known))}")
    cases = [case for name, suite in suites.items() for case in _cases_of(name, suite)]
    cases += _matrix_cases(content)
    if not cases:
        raise CaseFileError(f"{path} has no cases")
    seen: set[tuple[str, str]] = set()
    for case in cases:
        if (case.suite, case.case_id) in seen:
            raise CaseFileError(f"suite {case.suite} has the id {case.case_id} twice")
        seen.add((case.suite, case.case_id))
    return cases


def _parsed(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise CaseFileError(f"there is no file {path}") from error
    except UnicodeDecodeError as error:
        raise CaseFileError(f"{path} is not text in UTF-8: byte {error.start}") from error
    except OSError as error:
        raise CaseFileError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        told = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise CaseFileError(f"{path} is not JSON: {told}") from error
    except (ValueError, RecursionError) as error:
        raise CaseFileError(f"{path} is not JSON: {error}") from error


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _cases_of(name: str, told: Any) -> Iterator[Case]:
    suite = _object(told, f"suite {name}")
    _only(suite, SUITE_KEYS, f"suite {name}")
    defaults = _object(suite.get("defaults", {}), f"defaults of {name}")
    cases = suite.get("cases")
    if not isinstance(cases, list):
        raise CaseFileError(f"suite {name} has no list of cases")
    for number, one in enumerate(cases, 1):
        case = _object(one, f"case {number} of {name}")
        case_id = case.get("id")
        if not isinstance(case_id, str) or not case_id:
            raise CaseFileError(f"case {number} of {name} has no id")
        where = f"case {case_id} of {name}"
        _only(case, CASE_KEYS, where)
        if "expect" not in case:
            raise CaseFileError(f"{where} has no expect")
        given = _object(case.get("given", {}), f"given of {where}")
        expect = _object(case["expect"], f"expect of {where}")
        yield Case(name, case_id, merged(defaults, given), expect)


def _matrix_cases(content: Json) -> Iterator[Case]:
    matrix = _object(content.get(MATRIX, {"rows": {}}), MATRIX)
    _only(matrix, MATRIX_KEYS, MATRIX)
    eligibility = content.get("suites", {}).get("eligibility", {})
    defaults = eligibility.get("defaults") or ELIGIBILITY_DEFAULTS
    for scenario, told in _object(matrix.get("rows", {}), f"rows of {MATRIX}").items():
        where = f"row {scenario} of {MATRIX}"
        row = _object(told, where)
        _only(row, ROW_KEYS, where)
        given = merged(defaults, _object(row.get("given", {}), f"given of {where}"))
        for course, code in _object(row.get("codes"), f"codes of {where}").items():
            yield Case(MATRIX, f"{scenario}/{course}", given | {"course": course}, {"code": code})


ELIGIBILITY_DEFAULTS: Json = {
    "cohort_funding": "capped",
    "in_england": True,
    "previously_funded": False,
    "new_headteacher": False,
    "work_setting": "a_school",
    "institution": {"eligible_establishment": True, "establishment_type_code": "1"},
}
"""Of a matrix without an eligibility suite beside it."""


def merged(defaults: Mapping[str, Any], given: Mapping[str, Any]) -> Json:
    """Objects merge; lists, nulls and scalars replace."""
    result = dict(defaults)
    for name, value in given.items():
        former = result.get(name)
        both = isinstance(former, dict) and isinstance(value, dict)
        result[name] = merged(former, value) if both and former is not None else value
    return result


def _object(value: Any, where: str) -> Json:
    if not isinstance(value, dict):
        raise CaseFileError(f"{where} is no object")
    return value


def _only(value: Json, known: frozenset[str], where: str) -> None:
    unknown = sorted(set(value) - known)
    if unknown:
        raise CaseFileError(
            f"{where} has an unknown key {unknown[0]}; there are {', '.join(sorted(known))}"
        )
