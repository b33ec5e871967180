"""Whatever is given, the twin says what the simulator answers: they are meant to be one."""

import os
from collections.abc import Iterator

import dfe_givens as givens
import pytest
from hypothesis import HealthCheck, assume, given, settings

from cli.dfe_cases.comparing import same
from cli.dfe_cases.over_http.stage import NotStaged, Stage
from cli.dfe_cases.over_http.suites import OVER_HTTP
from cli.dfe_cases.running import TWIN

EXAMPLES = int(os.environ.get("HEADSHIP_EXAMPLES", "40"))
LEFT_ALONE = frozenset({"body", "http", "errors", "email", "created_at"})


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with Stage() as running:
        yield running


def agree(stage: Stage, suite: str, told) -> None:
    """The status, the errors in their order, and all that both can tell."""
    twin = TWIN[suite].run(told)
    try:
        simulator = OVER_HTTP[suite].run(stage, told)
    except NotStaged:
        assume(False)
    assert simulator["http"] == twin["http"], (twin, simulator)
    assert simulator.get("errors", []) == twin.get("errors", [])
    seen = (set(twin) & set(simulator)) - LEFT_ALONE - OVER_HTTP[suite].unseen
    if twin["http"] == 200:
        differing = {n: (twin[n], simulator[n]) for n in seen if not same(twin[n], simulator[n])}
        assert differing == {}


def tried(examples: int = EXAMPLES):
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much],
    )


@tried()
@given(told=givens.ACCEPTANCES)
def test_an_acceptance(stage, told):
    agree(stage, "application_accept", told)


@tried(EXAMPLES // 2)
@given(told=givens.FUNDED_PLACES)
def test_a_rejection_and_another_funded_place(stage, told):
    agree(stage, "change_funded_place", told)
    rejected = {name: told[name] for name in ("status", "declaration_states")}
    agree(stage, "application_reject", rejected)


@tried(EXAMPLES * 2)
@given(told=givens.DECLARATIONS)
def test_a_declaration(stage, told):
    agree(stage, "declaration_create", told)


@tried(EXAMPLES // 2)
@given(told=givens.VOIDS)
def test_a_void(stage, told):
    refunded = told["declaration"]["state"] in ("awaiting_clawback", "clawed_back")
    assume(told["next_output_fee_statement"] or not refunded)
    agree(stage, "declaration_void", told)


@tried()
@given(told=givens.OUTCOMES)
def test_an_outcome(stage, told):
    agree(stage, "outcome_create", told)


@tried()
@given(told=givens.ACTIONS)
def test_a_deferral_a_withdrawal_and_a_return(stage, told):
    agree(stage, "participant_action", told)


@tried()
@given(told=givens.CHANGES_OF_SCHEDULE)
def test_another_schedule(stage, told):
    agree(stage, "change_schedule", told)
