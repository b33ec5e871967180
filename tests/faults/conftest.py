"""How many kills a campaign has, and a ledger to try them on."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "shared" / "bus"))

from ledger.running import Ledger


def pytest_addoption(parser: pytest.Parser) -> None:
    """`python -m pytest tests/faults --faults-times=200`"""
    parser.addoption("--faults-times", type=int, default=0, help="kills in all; at least one each")


@pytest.fixture
def kills_in_all(request: pytest.FixtureRequest) -> int:
    """0: each failpoint once. The long campaign of `make faults` has 200."""
    long = os.environ.get("HEADSHIP_CAMPAIGN") == "long"
    return int(request.config.getoption("faults_times", 0)) or (200 if long else 0)


@pytest.fixture
def a_doomed_ledger(
    a_vhost: Callable[[], str], an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[Ledger]:
    """A ledger whose processes will be killed."""
    ledger = Ledger(a_vhost(), an_empty_database(), tmp_path)
    ledger.prepare()
    yield ledger
    ledger.close()
