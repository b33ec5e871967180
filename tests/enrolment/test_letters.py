"""What DfE shows after a write: is it what it was told?"""

from datetime import date, timedelta
from uuid import UUID

import pytest

from dfe_simulator import SeedPlan, Simulator
from dfe_simulator.staging import StagedWorld
from enrolment.dfe.client import DfeClient
from enrolment.traffic.letters import Letter, look_up, send_or_find

PERSON, APPLICATION, DECLARATION, OUTCOME = (str(UUID(int=number)) for number in range(1, 5))


@pytest.fixture
def client():
    """Of a provider whose participant has passed at DfE on 5 October."""
    world = StagedWorld()
    world.tokens["token"], world.cohorts = "LP1", {"2026b": "capped"}
    world.stage_person(PERSON)
    application = world.stage_application(
        APPLICATION, PERSON, lead_provider="LP1", cohort="2026b", status="accepted"
    )
    made = world.stage_declaration(DECLARATION, application, declaration_type="completed")
    world.stage_outcome(OUTCOME, made, "passed", date(2026, 10, 5))
    with Simulator(SeedPlan(applications=1, not_eligible=0, without_trn=0)) as simulator:
        simulator.service.world = world
        with DfeClient(simulator.url, "token", timeout=timedelta(seconds=5)) as made_client:
            yield made_client


def an_outcome(state, on):
    body = {"course_identifier": "npq-headship", "state": state, "completion_date": on}
    return Letter(
        write_id=1,
        kind="outcome",
        in_doubt=False,
        attempts=1,
        body=body,
        application_id=UUID(int=9),
        dfe_application_id=UUID(APPLICATION),
        dfe_participant_id=UUID(PERSON),
        dfe_declaration_id=None,
        correlation_id="",
    )


def test_a_pass_after_a_pass_is_settled_with_the_one_that_dfe_keeps(client):
    letter = an_outcome("passed", "2026-10-08")

    answer, refusal = send_or_find(client, letter)

    assert (answer.state, answer.completion_date, refusal) == ("passed", date(2026, 10, 5), None)
    assert look_up(client, letter) == answer


def test_a_fail_of_another_day_is_another_result(client):
    first, again = an_outcome("failed", "2026-10-08"), an_outcome("failed", "2026-10-09")

    send_or_find(client, first)

    assert look_up(client, again) is None
    assert send_or_find(client, again)[0].completion_date == date(2026, 10, 9)
