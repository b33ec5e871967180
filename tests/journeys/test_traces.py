"""What is logged of a journey can be followed through the services by W3C trace ids."""

from collections import defaultdict

import pytest
from watching import Watch

from cli.services import SERVICES
from kit.correlation import is_correlation

pytestmark = [pytest.mark.alone, pytest.mark.timeout(1_200)]  # of the journeys' runs


def test_every_run_of_an_entrypoint_is_logged_with_a_trace_id(watch: Watch) -> None:
    runs = [line for line in watch.log_lines() if "entrypoint" in line]

    assert len(runs) > 1_000
    assert [run for run in runs if not is_correlation(run.get("correlation_id"))] == []


def test_a_story_has_one_id_in_all_services_that_it_comes_to(watch: Watch) -> None:
    told = defaultdict(set)
    for line in watch.log_lines():
        told[line.get("correlation_id")].add(line.get("service"))
    told.pop(None)

    assert set(SERVICES) in told.values()
    assert sum(len(services) > 1 for services in told.values()) > 50
