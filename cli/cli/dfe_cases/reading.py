"""A file of DfE cases. What cannot be read as a case is one that fails; it stops no other.

    {"meta": {…},
     "suites": {name: {"description", "defaults", "cases": [{"id", "given", "expect", "source"}]}},
     "eligibility_matrix": {"description", "rows": {scenario: {"given", "codes": {course: code}}}}}

A case's `given` is merged into the suite's `defaults`: objects merge, all else replaces. Other keys
beside these are comments.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

Json = dict[str, Any]

MATRIX = "eligibility_matrix"
WHOLE = "(all of it)"
"""Instead of a case's id, where a suite or the matrix cannot be read."""


class CaseFileError(Exception):
    """The file is no file of cases; the text says where, and what is wrong."""


@dataclass(frozen=True)
class Case:
    """One behaviour: what is given, defaults merged in, and what is to come of it."""

    suite: str
    case_id: str
    given: Json
    expect: Json
    problem: str | None = None  # why it cannot be read


def read_cases(path: Path, known: Collection[str]) -> list[Case]:
    """The cases of a file, in its order, the matrix last. `known`: the suites that there are.

    Raises CaseFileError; numbers with a point are read as Decimal.
    """
    content = _object(_parsed(path), str(path))
    cases = [
        case
        for name, suite in _object(content.get("suites", {}), "suites").items()
        for case in _cases_of(name, suite, known)
    ]
    cases += _matrix_cases(content)
    if not cases:
        raise CaseFileError(f"{path} has no cases")
    return list(_told_twice(cases))


def _told_twice(cases: Iterable[Case]) -> Iterator[Case]:
    """A case with the id of a former one fails, as nobody knew which of them passed."""
    seen: set[tuple[str, str]] = set()
    for case in cases:
        name = (case.suite, case.case_id)
        twice = f"suite {case.suite} has the id {case.case_id} twice" if name in seen else None
        yield replace(case, problem=case.problem or twice)
        seen.add(name)


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


def _cases_of(name: str, told: Any, known: Collection[str]) -> Iterator[Case]:
    try:
        suite = _object(told, f"suite {name}")
        defaults = _object(suite.get("defaults") or {}, f"defaults of {name}")
        cases = suite.get("cases")
        if not isinstance(cases, list):
            raise CaseFileError(f"suite {name} has no list of cases")
        if name not in known and not cases:
            raise CaseFileError(_unknown(name, known))
    except CaseFileError as error:
        yield Case(name, WHOLE, {}, {}, str(error))
        return
    for number, one in enumerate(cases, 1):
        case_id = one.get("id") if isinstance(one, dict) else None
        named = isinstance(case_id, str) and case_id
        case = Case(name, str(case_id) if named else f"case {number}", {}, {})
        try:
            if name not in known:
                raise CaseFileError(_unknown(name, known))
            told = _object(one, f"case {number} of {name}")
            if not named:
                raise CaseFileError(f"case {number} of {name} has no id")
            where = f"case {case_id} of {name}"
            if "expect" not in told:
                raise CaseFileError(f"{where} has no expect")
            given = _object(told.get("given", {}), f"given of {where}")
            expect = _object(told["expect"], f"expect of {where}")
            yield replace(case, given=merged(defaults, given), expect=expect)
        except CaseFileError as error:
            yield replace(case, problem=str(error))


def _unknown(name: str, known: Collection[str]) -> str:
    return f"unknown suite {name}; there are {', '.join(sorted(known))}"


def _matrix_cases(content: Json) -> Iterator[Case]:
    eligibility = content["suites"].get("eligibility") if content.get("suites") else None
    told = eligibility.get("defaults") if isinstance(eligibility, dict) else None
    defaults = told if isinstance(told, dict) and told else ELIGIBILITY_DEFAULTS
    try:
        matrix = _object(content.get(MATRIX, {"rows": {}}), MATRIX)
        rows = _object(matrix.get("rows"), f"rows of {MATRIX}")
    except CaseFileError as error:
        yield Case(MATRIX, WHOLE, {}, {}, str(error))
        return
    for scenario, row in rows.items():
        where = f"row {scenario} of {MATRIX}"
        try:
            told = _object(row, where)
            given = merged(defaults, _object(told.get("given", {}), f"given of {where}"))
            codes = _object(told.get("codes"), f"codes of {where}")
        except CaseFileError as error:
            yield Case(MATRIX, scenario, {}, {}, str(error))
            continue
        for course, code in codes.items():
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
