"""The production overlay on a real Kubernetes API server, with its controllers and its scheduler.

Of Kubernetes 1.20, on loopback; in what the objects differ is one table, differences.py. Nodes are
played (kubelet.py): pods run as processes, as those of the manifest runner do. Each test finds the
cluster as the one before it leaves it, so that the first failure ends the run.
"""

import signal
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from acceptance import accept_some
from control_plane import control_plane
from differences import adapted
from ground import Ground
from installation import APPLY, Installation, is_leaving, ready_since
from kubelet import Kubelet
from load import Books, Load
from rendered import called, overlay

from cli.backing.processes import wait_until
from cli.services import SERVICES
from kit.transport.rpc_client import RpcClient

pytestmark = pytest.mark.timeout(1_800)

NODES = ("node-1", "node-2")
ENROLMENT = "deployment/enrolment"
DRAIN = ("drain", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=240s")
"""As deploy/k8s/README.md has it."""

CANNOT_START = ("set", "env", ENROLMENT, "MAX_WORKERS=as many as it likes")
NEVER_READY = (
    "patch",
    ENROLMENT,
    "--type=json",
    '--patch=[{"op": "replace", "value": "/health/nowhere", "path": '
    '"/spec/template/spec/containers/0/readinessProbe/httpGet/path"}]',
)


@pytest.fixture(scope="module")
def lab(place: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The overlay, applied."""
    with (
        control_plane(tmp_path_factory.mktemp("control-plane")) as plane,
        Kubelet(plane, place, NODES) as kubelet,
    ):
        installation = Installation(plane, kubelet, adapted(overlay("production")))
        installation.apply()
        yield installation


@pytest.fixture(scope="module")
def books(books: Books, lab: Installation) -> Books:
    """When there is something in them."""
    lab.await_rolled_out()
    return books


@pytest.fixture(autouse=True)
def _the_stand_in_has_no_faults(lab: Installation) -> Iterator[None]:
    yield
    assert lab.kubelet.faults == []


def test_the_api_server_takes_every_object_and_holds_each_of_its_fields(lab: Installation) -> None:
    for written, held in zip(lab.objects.all, lab.held(), strict=True):
        assert called(written) == called(held)
        assert lost(written, held) == [], called(written)


def test_a_field_that_kubernetes_does_not_know_is_refused(lab: Installation) -> None:
    wrong = next(iter(lab.objects.of("Deployment")))
    wrong = wrong | {"spec": wrong["spec"] | {"minReadySecond": 5}}

    code, told = lab.try_kubectl(*APPLY, "--validate=false", given=yaml.safe_dump(wrong))

    assert code != 0
    assert "minReadySecond" in told


def test_limits_and_quotas_of_the_namespace_let_every_pod_be_made(lab: Installation) -> None:
    wanted = sum(one["spec"]["replicas"] for one in lab.objects.of("Deployment"))

    assert wait_until(lambda: bool(lab.refusals()) or len(lab.pods()) == wanted, 60)
    assert lab.refusals() == set()


def test_the_jobs_of_the_release_complete_and_then_pods_become_ready(lab: Installation) -> None:
    lab.await_jobs()
    lab.await_rolled_out()

    path = "/apis/batch/v1/namespaces/headship/jobs"
    completed = {
        one["metadata"]["labels"]["app.kubernetes.io/name"]: moment(one["status"]["completionTime"])
        for one in lab.plane.items(path)
    }
    for service in SERVICES:
        for pod in lab.pods(service):
            since = ready_since(pod)
            assert since is not None
            assert since >= completed[f"migrate-{service}"]


def test_replicas_are_spread_over_the_nodes_and_services_lead_to_them(lab: Installation) -> None:
    pods = lab.pods("enrolment")

    assert {one["spec"]["nodeName"] for one in pods} == set(NODES)
    for service in SERVICES:
        addresses = {one["status"]["podIP"] for one in lab.pods(service)}
        assert lab.addresses(service) == addresses


def test_an_application_comes_from_dfe_and_its_acceptance_reaches_everybody(
    books: Books, client: RpcClient, place: Ground
) -> None:
    accept_some(client, books, place, 2)


def test_a_restart_and_a_release_and_its_undoing_under_load_lose_and_double_nothing(
    lab: Installation, client: RpcClient, books: Books
) -> None:
    with Load(client) as load:
        lab.kubectl("rollout", "restart", *lab.deployments)
        lab.await_rolled_out()

        lab.kubectl("set", "env", *lab.deployments, "MAX_WORKERS=8")
        lab.await_rolled_out()
        assert workers_told(lab) == {"8"}

        for deployment in lab.deployments:
            lab.kubectl("rollout", "undo", deployment)
        lab.await_rolled_out()
        assert "8" not in workers_told(lab)

    books.balance(load)
    assert len(load.answered) > 100


@pytest.mark.parametrize("release", [CANNOT_START, NEVER_READY], ids=["no start", "never ready"])
def test_a_release_that_does_not_become_ready_leaves_the_former_one_at_work_until_it_is_undone(
    lab: Installation, client: RpcClient, books: Books, release: tuple[str, ...]
) -> None:
    before = lab.ready("enrolment")
    with Load(client) as load:
        lab.kubectl(*release)
        code, told = lab.try_kubectl("rollout", "status", ENROLMENT, "--timeout=40s")
        assert code != 0, told
        assert lab.ready("enrolment") == before

        lab.kubectl("rollout", "undo", ENROLMENT)
        lab.await_rolled_out(ENROLMENT)

    assert lab.ready("enrolment") == before
    books.balance(load)


def test_a_process_that_is_killed_is_started_again_in_its_pod(
    lab: Installation, client: RpcClient, books: Books
) -> None:
    name = min(lab.ready("enrolment"))
    with Load(client) as load:
        process_of(lab, name).kill()

        assert wait_until(lambda: lab.restarts(name) == 1, 30)
        assert wait_until(lambda: name in lab.ready("enrolment"), 60)

    books.balance(load)


def test_a_process_that_hangs_is_taken_out_of_service_and_then_started_again(
    lab: Installation, client: RpcClient, books: Books
) -> None:
    name = max(lab.ready("enrolment"))
    address = lab.life(name).address
    with Load(client) as load:
        process_of(lab, name).send_signal(signal.SIGSTOP)

        assert wait_until(lambda: address not in lab.addresses("enrolment"), 60)
        assert wait_until(lambda: lab.restarts(name) == 1, 150)
        assert wait_until(lambda: address in lab.addresses("enrolment"), 60)

    books.balance(load)


def test_draining_a_node_waits_for_the_disruption_budget_and_loses_nothing(
    lab: Installation, client: RpcClient, books: Books
) -> None:
    with Load(client) as load:
        lab.kubectl(*DRAIN, NODES[0])
        lab.await_rolled_out()
        lab.kubectl("uncordon", NODES[0])
        assert {one["spec"]["nodeName"] for one in lab.pods()} == {NODES[1]}

        told = lab.kubectl(*DRAIN, NODES[1])
        lab.await_rolled_out()
        lab.kubectl("uncordon", NODES[1])

    assert "would violate the pod's disruption budget" in told
    assert {one["spec"]["nodeName"] for one in lab.pods()} == {NODES[0]}
    books.balance(load)


def test_pods_that_are_deleted_end_in_order_within_their_grace(lab: Installation) -> None:
    (grace,) = {one["spec"]["terminationGracePeriodSeconds"] for one in lab.pods()}

    lab.kubectl("scale", *lab.deployments, "--replicas=0")
    assert wait_until(lambda: lab.pods() == [], 2 * grace, every=0.3)

    ended = lab.kubelet.ended()
    assert len(ended) > 20
    assert [each for each in ended if each.code != 0 or each.seconds >= grace] == []


def lost(written: Any, held: Any, at: str = "") -> list[str]:
    """The fields of what was written, at any depth, that are not held."""
    if isinstance(written, dict):
        missing = [f"{at}.{name}" for name in written if name not in held]
        both = [name for name in written if name in held]
        return missing + [
            path for name in both for path in lost(written[name], held[name], f"{at}.{name}")
        ]
    if isinstance(written, list):
        if len(written) != len(held):
            return [at]
        pairs = enumerate(zip(written, held, strict=True))
        return [path for number, pair in pairs for path in lost(*pair, f"{at}[{number}]")]
    return []


def workers_told(lab: Installation) -> set[str | None]:
    """MAX_WORKERS of the processes of all services' pods."""
    told = set()
    for pod in lab.pods():
        if not is_leaving(pod):
            pid = process_of(lab, pod["metadata"]["name"]).pid
            given = Path(f"/proc/{pid}/environ").read_text().split("\0")
            settings = dict(line.split("=", 1) for line in given if "=" in line)
            told.add(settings.get("MAX_WORKERS"))
    return told


def process_of(lab: Installation, pod: str) -> Any:
    """The process that a pod's container is here."""
    running = lab.life(pod).pod
    assert running is not None
    return running.process


def moment(told: str) -> datetime:
    """As the API server writes it."""
    return datetime.fromisoformat(told)
