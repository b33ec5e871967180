"""Tests find `deploy` and what stands beside them; what those need that run the overlay."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

from ground import Ground, Servers, ground
from load import Books
from rendered import overlay

from kit.transport.rpc_client import RpcClient


@pytest.fixture(scope="module")
def place(backing: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """What stands beside the pods of the production overlay."""
    with ground(overlay("production"), backing, tmp_path_factory.mktemp("ground")) as found:
        yield found


@pytest.fixture(scope="module")
def client(place: Ground) -> Iterator[RpcClient]:
    """Whoever calls the services."""
    with closing(RpcClient(place.operator)) as found:
        yield found


@pytest.fixture(scope="module")
def books(place: Ground) -> Iterator[Books]:
    """What their databases say."""
    with closing(Books(place)) as found:
        yield found
