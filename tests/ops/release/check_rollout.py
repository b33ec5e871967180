"""The production overlay on the images that its release would have: every pod replaced under load.

As test_manifests_run.py, from environments built by the Dockerfile's commands, with as many
replicas as the autoscaler keeps at least.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cluster import Cluster
from dockerfile import Image
from ground import Ground
from load import Books, Load
from pods import Ended
from rendered import overlay

from cli.services import SERVICES
from kit.transport.rpc_client import RpcClient

pytestmark = pytest.mark.timeout(1_800)

NEXT_RELEASE = {"MAX_WORKERS": "8"}
"""Something by which pods of the next release differ."""


@pytest.fixture(scope="module")
def cluster(place: Ground, images: dict[str, Image]) -> Iterator[Cluster]:
    """The overlay, applied."""
    cluster = Cluster(overlay("production"), place, images.__getitem__)
    try:
        codes = cluster.release()
        assert set(codes.values()) == {0}, codes
        cluster.start(cluster.least_replicas())
        yield cluster
    finally:
        cluster.close()


def roll_everything(cluster: Cluster, changed: dict[str, str]) -> list[Ended]:
    """All Deployments at once, as one `kubectl apply` does."""
    with ThreadPoolExecutor(len(SERVICES)) as rolling:
        rolled = rolling.map(lambda name: cluster.roll(name, changed), SERVICES)
        return [each for of_one in rolled for each in of_one]


def test_a_release_is_rolled_out_and_back_under_load_and_nothing_is_lost_or_doubled(
    cluster: Cluster, client: RpcClient, books: Books
) -> None:
    with Load(client) as load:
        out = roll_everything(cluster, NEXT_RELEASE)
        back = roll_everything(cluster, {})

    books.balance(load)
    assert len(load.answered) > 100
    assert [each.code for each in (*out, *back)] == [0] * 16
    grace = 45
    assert max(each.seconds for each in (*out, *back)) < grace


def test_the_first_process_of_each_pod_is_the_images_own_python(
    cluster: Cluster, images: dict[str, Image]
) -> None:
    for pod in cluster.all_pods():
        words = Path(f"/proc/{pod.process.pid}/cmdline").read_bytes().split(b"\0")
        service = pod.container["args"][0]
        assert words[:3] == [b"python", b"-m", service.encode()]
        environment = Path(f"/proc/{pod.process.pid}/environ").read_text()
        assert f"PATH={images[service].directory}/bin:" in environment


def test_nothing_is_written_into_an_image(cluster: Cluster, images: dict[str, Image]) -> None:
    """Its file system is read-only on the cluster. Whatever runs has run for a while by now."""
    started = min(os.stat(f"/proc/{pod.process.pid}").st_mtime for pod in cluster.all_pods())
    for image in images.values():
        written = [
            path for path in image.directory.rglob("*") if path.lstat().st_mtime > started - 60
        ]
        assert written == []


def test_scaled_to_nothing_every_pod_ends_in_order(cluster: Cluster) -> None:
    assert all(pod.answers("livenessProbe") for pod in cluster.all_pods())

    assert [each.code for each in cluster.stop()] == [0] * 8
