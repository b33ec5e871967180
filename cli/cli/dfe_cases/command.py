"""`headship dfe-cases FILE`: do our twin of DfE's rules and the simulator behave as DfE does?"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.dfe_cases.reading import MATRIX, CaseFileError, read_cases

BAD_FILE = 2
"""The exit code for what is no file of cases."""


def dfe_cases(
    file: Annotated[Path, typer.Argument(help="cases, as dfe/cases.json has them")],
    suite: Annotated[
        list[str] | None, typer.Option(help="run this suite only; may be given several times")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Run a file of DfE's behaviour cases; a line for each that fails, and a total.

    What a case gives beside the keys that its suite knows is told, and not taken into account.
    Exit code 1 when a case fails, 2 when the file cannot be read as cases.
    """
    from cli.dfe_cases.running import KNOWN_SUITES, run_cases

    try:
        cases = read_cases(file, KNOWN_SUITES)
        wanted = _wanted(suite or [], {case.suite for case in cases}, KNOWN_SUITES | {MATRIX})
    except CaseFileError as error:
        sys.stderr.write(f"headship dfe-cases: {error}\n")
        raise typer.Exit(BAD_FILE) from error
    results = list(run_cases(case for case in cases if case.suite in wanted))
    sys.stdout.write(_as_json(results) if as_json else _as_text(results))
    if not all(result.passed for result in results):
        raise typer.Exit(1)


def _wanted(named: Sequence[str], there: set[str], known: frozenset[str]) -> set[str]:
    for name in named:
        if name not in known:
            told = ", ".join(sorted(known))
            raise CaseFileError(f"unknown suite {name}; there are {told}")
        if name not in there:
            raise CaseFileError(f"the file has no suite {name}")
    return set(named) or there


def _as_text(results: Sequence[Any]) -> str:
    lines = [
        f"{result.case.suite} {result.case.case_id}: {_one_line('; '.join(result.differences))}"
        for result in results
        if not result.passed
    ]
    passed = sum(result.passed for result in results)
    over_http = sum("simulator" in result.ran for result in results)
    unstaged = [result for result in results if result.not_staged]
    lines += [
        f"{result.case.suite} {result.case.case_id}: not against the simulator: {result.not_staged}"
        for result in unstaged
    ]
    lines += [
        f"{result.case.suite} {result.case.case_id}: not taken into account: {_one_line(note)}"
        for result in results
        for note in result.notes
    ]
    lines.append(
        f"{len(results)} cases: {passed} passed, {len(results) - passed} failed;"
        f" {over_http} ran against the simulator"
    )
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _as_json(results: Sequence[Any]) -> str:
    failed = [result for result in results if not result.passed]
    told = {
        "total": len(results),
        "passed": len(results) - len(failed),
        "failed": len(failed),
        "against_the_simulator": sum("simulator" in result.ran for result in results),
        "failures": [
            {
                "suite": result.case.suite,
                "id": result.case.case_id,
                "expect": result.case.expect,
                "differences": result.differences,
            }
            for result in failed
        ],
        "not_against_the_simulator": [
            {"suite": r.case.suite, "id": r.case.case_id, "why": r.not_staged}
            for r in results
            if r.not_staged
        ],
        "not_taken_into_account": [
            {"suite": r.case.suite, "id": r.case.case_id, "what": r.notes}
            for r in results
            if r.notes
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=2, default=float) + "\n"
