"""A ledger on a real broker and a real database, with processes of its own."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that both tests and processes find the ledger

from ledger.running import Ledger


@pytest.fixture
def a_ledger(
    a_vhost: Callable[[], str], an_empty_database: Callable[[], str], tmp_path: Path
) -> Iterator[Ledger]:
    """Tables and queues are there, and no process runs yet."""
    ledger = Ledger(a_vhost(), an_empty_database(), tmp_path)
    ledger.prepare()
    yield ledger
    ledger.close()
