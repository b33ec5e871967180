"""Hubs on a real broker, and the services that answer them."""

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from kit.testing import Databases

sys.path.insert(0, str(Path(__file__).parent))  # the ground beside the tests

from hub_ground import Ground, ground
from stranger import Stranger


@pytest.fixture(scope="session")
def hubs_ground(
    admin_amqp_uri: str,
    management_url: str,
    migrated_databases: Databases,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ground]:
    """Two hubs: `Ours` has 5 participants, `Theirs` 3; one has no hub. Enrolment runs, the others
    for who needs them."""
    with ExitStack() as stack:
        name, scratch = f"test-{secrets.token_hex(6)}", tmp_path_factory.mktemp("hubs")
        made = stack.enter_context(ground(admin_amqp_uri, management_url, name, scratch))
        made.make_database = lambda service: stack.enter_context(
            migrated_databases.a_database(service)
        )
        made.participants(made.a_hub("Ours"), 5)
        made.participants(made.a_hub("Theirs"), 3)
        made.participants(None, 1)
        made.need("enrolment")
        yield made


@pytest.fixture
def as_hub(hubs_ground: Ground) -> Iterator[Callable[[str], Stranger]]:
    """Makes a program of a hub's, with its real credentials."""
    made: list[Stranger] = []

    def make(name: str) -> Stranger:
        hub = hubs_ground.hub(name)
        made.append(Stranger(hubs_ground.hubs[hub]))
        return made[-1]

    yield make
    for one in made:
        one.__exit__()
