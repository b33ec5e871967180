"""DfE's behaviour, case by case: the published cases, and our own at the edges of the rules."""

from collections import defaultdict
from pathlib import Path

import pytest

from cli.dfe_cases.over_http.suites import OVER_HTTP
from cli.dfe_cases.reading import MATRIX, read_cases
from cli.dfe_cases.running import KNOWN_SUITES, Result, run_cases

OURS = Path(__file__).with_name("cases.json")
PUBLISHED = Path(__file__).parents[3] / "shared" / "dfe" / "cases.json"
SUITES = sorted({*KNOWN_SUITES, MATRIX})


def results_of(path: Path) -> dict[str, list[Result]]:
    results = defaultdict(list)
    for result in run_cases(read_cases(path, KNOWN_SUITES)):
        results[result.case.suite].append(result)
    return results


@pytest.fixture(scope="module")
def published() -> dict[str, list[Result]]:
    if not PUBLISHED.is_file():
        pytest.skip(f"DfE's cases are not at {PUBLISHED}")
    return results_of(PUBLISHED)


@pytest.fixture(scope="module")
def ours() -> dict[str, list[Result]]:
    return results_of(OURS)


def failures(results: list[Result]) -> list[str]:
    return [f"{r.case.case_id}: {r.differences}" for r in results if not r.passed]


@pytest.mark.parametrize("suite", SUITES)
def test_all_that_dfe_is_known_to_do_is_done(published, suite):
    assert published[suite]
    assert failures(published[suite]) == []


@pytest.mark.parametrize("suite", SUITES)
def test_our_own_cases_come_out_as_the_rules_say(ours, suite):
    assert ours[suite]
    assert failures(ours[suite]) == []


def test_every_case_about_http_is_asked_of_the_simulator_too(ours):
    over_http = [result for suite in OVER_HTTP for result in ours[suite]]

    assert [r.case.case_id for r in over_http if "simulator" not in r.ran] == []
    assert [r.not_staged for r in over_http if r.not_staged] == []
