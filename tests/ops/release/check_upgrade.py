"""The release before the last migration and this one, side by side on one database and bus.

Where there is no history to check the former one out of, it is said so, and this release is given
databases with the oldest tables that are kept.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from acceptance import accept_some
from cluster import Cluster
from former_release import FormerRelease, before_the_last_migration, fill_with_oldest_tables
from ground import Ground, Servers, ground
from load import Books, Load
from pods import Pod
from rendered import overlay

from cli.backing.databases import administrator
from cli.backing.processes import wait_until
from cli.services import SERVICES
from kit.transport.rpc_client import RpcClient

pytestmark = pytest.mark.timeout(1_800)

WITHOUT_HISTORY = "none: there is no history here, so the oldest kept tables are upgraded"
ONE_EACH = dict.fromkeys(SERVICES, 1)


@pytest.fixture(scope="module")
def former(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FormerRelease | None]:
    with before_the_last_migration(tmp_path_factory.mktemp("former")) as found:
        yield found


@pytest.fixture
def place(backing: Servers, tmp_path: Path) -> Iterator[Ground]:
    with ground(overlay("production"), backing, tmp_path) as found:
        yield found


@pytest.fixture
def client(place: Ground) -> Iterator[RpcClient]:
    client = RpcClient(place.operator)
    yield client
    client.close()


@pytest.fixture
def books(place: Ground) -> Iterator[Books]:
    books = Books(place)
    yield books
    books.close()


@pytest.fixture
def new(place: Ground) -> Iterator[Cluster]:
    cluster = Cluster(overlay("production"), place)
    yield cluster
    cluster.close()


def test_both_releases_work_side_by_side_and_nothing_is_lost_or_doubled(
    former: FormerRelease | None,
    place: Ground,
    client: RpcClient,
    books: Books,
    new: Cluster,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nthe former release: {former.commit if former else WITHOUT_HISTORY}\n")
    if former is None:
        return  # the test below is what then remains
    old = Cluster(overlay("production"), place, former.image)
    try:
        prepare(former, place)
        old.start(ONE_EACH)
        with Load(client) as during:
            assert set(new.release().values()) == {0}, "while the former release works"
            assert all(pod.answers("readinessProbe") for pod in old.all_pods())
            new.start(ONE_EACH)
            both = [*old.all_pods(), *new.all_pods()]
            assert wait_until(lambda: all(map(has_worked, both)), 60, every=0.5)
        accept_some(client, books, place, 10)
        with Load(client) as after:
            assert {each.code for each in old.stop()} == {0}
            old.start(ONE_EACH)  # the release is taken back: on tables that are ahead of it
            assert {each.code for each in new.stop()} == {0}
        books.balance(during)
        books.balance(after)
    finally:
        old.close()


def test_without_history_the_oldest_kept_tables_are_upgraded(
    place: Ground, client: RpcClient, books: Books, new: Cluster
) -> None:
    for service in SERVICES:
        fill_with_oldest_tables(place.database(service, f"{service}_owner"), service)
    assert set(new.release().values()) == {0}
    new.start(ONE_EACH)
    accept_some(client, books, place, 10)
    with Load(client) as load:
        for service in SERVICES:
            new.roll(service)
    books.balance(load)


def prepare(former: FormerRelease, place: Ground) -> None:
    """Tables and queues by the former release's own command line: its manifests may be others."""
    for service in SERVICES:
        owner = place.database(service, f"{service}_owner")
        former_command(former, place, "migrate", service, DATABASE_URL=owner)
        with administrator(owner) as cursor:
            for rights in ("ALL TABLES", "ALL SEQUENCES"):
                cursor.execute(f"GRANT ALL ON {rights} IN SCHEMA public TO {service}")
    former_command(
        former, place, "topology", AMQP_URI=place.operator, HUBS_AMQP_URI=place.hubs_operator
    )


def former_command(former: FormerRelease, place: Ground, *words: str, **settings: str) -> None:
    image = former.image("cli")
    subprocess.run(
        ["python", "-c", "from cli.app import main; main()", *words],
        env=image.environment() | settings | {"HEADSHIP_STATE": str(place.directory)},
        cwd=place.directory,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def has_worked(pod: Pod) -> bool:
    """Whether a pod has handled events, or answered calls."""
    text = requests.get(f"http://127.0.0.1:{pod.port('health')}/metrics", timeout=5).text
    names = ("headship_events_handled_total{", "headship_rpc_requests_total{")
    counts = (line for line in text.splitlines() if line.startswith(names))
    return any(float(line.rpartition(" ")[2]) > 0 for line in counts)
