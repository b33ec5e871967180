"""Runs cases: each against the twin, and those about HTTP against the simulator too."""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

from cli.dfe_cases import applications, declarations, funding, money, participants
from cli.dfe_cases.comparing import differences
from cli.dfe_cases.over_http import protocol
from cli.dfe_cases.over_http.stage import NotStaged, Stage
from cli.dfe_cases.over_http.suites import OVER_HTTP
from cli.dfe_cases.reading import MATRIX, Case, Json
from cli.dfe_cases.suites import NOTES, NotUnderstood, Suite, unknown_keys

TWIN: dict[str, Suite] = {
    **funding.SUITES,
    **applications.SUITES,
    **declarations.SUITES,
    **participants.SUITES,
    **money.SUITES,
}

KNOWN_SUITES = frozenset({*TWIN, protocol.NAME})
"""The suites that a file may have."""


@dataclass
class Result:
    """What became of a case: every difference, by where it was run."""

    case: Case
    ran: list[str] = field(default_factory=list)  # twin, simulator
    differences: list[str] = field(default_factory=list)
    not_staged: str | None = None  # why it was not run against the simulator
    notes: list[str] = field(default_factory=list)  # what was given, but not taken into account

    @property
    def passed(self) -> bool:
        """Whether all came as expected."""
        return not self.differences


def run_cases(cases: Iterable[Case]) -> Iterator[Result]:
    """The results, in order. The simulator is started once, when the first case needs it."""
    with ExitStack() as stack:
        stages: list[Stage] = []

        def stage() -> Stage:
            if not stages:
                stages.append(stack.enter_context(Stage()))
            return stages[0]

        for case in cases:
            yield _run(case, stage)


def _run(case: Case, stage: Callable[[], Stage]) -> Result:
    result = Result(case)
    if case.problem is not None:
        result.differences.append(case.problem)
        return result
    suite = TWIN.get("eligibility" if case.suite == MATRIX else case.suite)
    if not case.expect:
        result.differences.append("nothing is expected: expect is empty")
        return result
    shape = protocol.SHAPE if suite is None else suite.shape
    result.notes += unknown_keys(case.given, shape)
    if suite is None:
        _compare(result, "simulator", protocol.TELLS, lambda: _protocol(case, stage))
        return result
    _compare(result, "twin", suite.tells, lambda: suite.run(copy.deepcopy(case.given)))
    over_http = OVER_HTTP.get(case.suite)
    if over_http is None:
        return result
    seen = {name: value for name, value in case.expect.items() if name not in over_http.unseen}
    try:
        _compare(
            result,
            "simulator",
            suite.tells,
            lambda: over_http.run(stage(), copy.deepcopy(case.given)),
            expect=seen,
        )
    except NotStaged as error:
        result.not_staged = str(error)
    return result


def _protocol(case: Case, stage: Callable[[], Stage]) -> Json:
    return protocol.run(stage(), copy.deepcopy(case.given), case.expect)


def _compare(
    result: Result,
    place: str,
    tells: frozenset[str],
    run: Callable[[], Json],
    *,
    expect: Mapping[str, object] | None = None,
) -> None:
    """A case that cannot be run at all fails with the reason; so one bad case stops no other."""
    wanted = result.case.expect if expect is None else expect
    try:
        answer = run()
        result.notes += answer.get(NOTES, [])
        found = differences(answer, wanted, tells)
    except NotStaged:
        raise
    except NotUnderstood as error:
        found = [str(error)]
    except KeyError as error:
        found = [f"it needs the key {error.args[0]}"]
    except Exception as error:
        found = [f"it cannot be run: {type(error).__name__}: {error}"]
    result.ran.append(place)
    result.differences += [f"{place}: {told}" for told in found]
