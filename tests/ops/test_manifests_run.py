"""The production overlay runs: its Jobs, its pods by their own probes, restarts under load.

Settings, commands, probes and grace are those that the cluster would get; what is replaced stands
in stand_ins.py. The long form, from images and with a whole cohort: `make ops-check`.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

import pytest
from acceptance import accept_some
from cluster import Cluster
from ground import Ground
from kombu import Connection
from load import Books, Load
from pods import NotReady, Pod
from rendered import overlay
from stand_ins import AUTHORITIES, HOSTS_AND_PORTS, SECRETS, replaced

from cli.backing.databases import administrator
from cli.backing.processes import wait_until
from cli.services import SERVICES
from cli.stack.prepare import whole_topology
from headship_contracts.enrolment.organisations import AddDeliveryPartner
from kit.transport.declare import declare
from kit.transport.rpc_client import RpcClient

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ONE_EACH = dict.fromkeys(SERVICES, 1)
"""Fewer than the least of the autoscaler, which the long form starts."""


@pytest.fixture(scope="module")
def cluster(place: Ground) -> Iterator[Cluster]:
    """The overlay, applied: the Jobs of the release have ended, every pod is ready."""
    cluster = Cluster(overlay("production"), place)
    try:
        codes = cluster.release()
        assert set(codes.values()) == {0}, codes
        cluster.start(ONE_EACH)
        yield cluster
    finally:
        cluster.close()


def test_only_hosts_ports_and_where_secrets_lie_are_replaced(
    cluster: Cluster, place: Ground
) -> None:
    for workload in cluster.rendered.workloads():
        written = cluster.rendered.settings(workload)
        given = replaced(written, place.here("topology", {"http": 1, "health": 2}))

        mounts = (SECRETS, AUTHORITIES)
        changed = {name for name in given if given[name] != written.get(name)}
        in_files = {name for name in changed if written.get(name, "").startswith(mounts)}
        assert changed - in_files <= HOSTS_AND_PORTS.keys()
        assert all(name.endswith("_FILE") for name in in_files)


def test_every_pod_speaks_tls_with_broker_and_database(cluster: Cluster, place: Ground) -> None:
    for service in SERVICES:
        for key in ("amqp-uri", "hubs-amqp-uri"):
            assert (place.secret(service) / key).read_text().startswith("amqps://"), service
    with administrator(place.database_url) as cursor:
        cursor.execute(
            "SELECT usename, bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) "
            "WHERE usename = ANY(%s) GROUP BY usename",
            [list(SERVICES)],
        )
        assert dict(cursor.fetchall()) == dict.fromkeys(SERVICES, True)


def test_every_pod_tells_what_it_was_built_from(cluster: Cluster) -> None:
    for service in SERVICES:
        (pod,) = cluster.pods[service]
        told = f'revision="unknown",service="{service}",version="{version("headship-kit")}"'
        assert f"headship_build_info{{{told}}} 1.0" in pod.metrics()


def test_an_application_comes_from_dfe_and_its_acceptance_reaches_everybody(
    cluster: Cluster, client: RpcClient, books: Books, place: Ground
) -> None:
    accept_some(client, books, place, 2)


def test_a_rolling_restart_under_load_loses_and_doubles_nothing(
    cluster: Cluster, client: RpcClient, books: Books
) -> None:
    with Load(client) as load:
        ended = cluster.roll("enrolment")

    books.balance(load)
    assert len(load.answered) > 20
    assert [each.code for each in ended] == [0] * len(ended)


def test_a_release_that_cannot_start_leaves_the_former_one_at_work(
    cluster: Cluster, client: RpcClient, books: Books
) -> None:
    before = list(cluster.pods["enrolment"])
    with Load(client) as load, pytest.raises(NotReady, match="a setting is not right"):
        cluster.roll("enrolment", {"MAX_WORKERS": "as many as it likes"})

    assert cluster.pods["enrolment"] == before
    assert all(pod.answers("readinessProbe") for pod in before)
    books.balance(load)


def test_a_service_that_is_ready_and_cannot_send_tells_nothing_of_its_outbox(
    cluster: Cluster, place: Ground, client: RpcClient
) -> None:
    """Which is by what OutboxStuck knows it."""
    (pod,) = cluster.pods["enrolment"]
    with Connection(place.operator) as operator:
        operator.channel().exchange_delete("enrolment.events")
    adding = AddDeliveryPartner(name="Unheard Hub")
    assert client.call(adding, seconds=30, idempotency_key="unheard").name == "Unheard Hub"

    assert wait_until(lambda: not tells_of_its_outbox(pod), 20)
    assert pod.answers("readinessProbe")
    declare(whole_topology(), place.operator)
    assert wait_until(lambda: tells_of_its_outbox(pod), 40)


def test_a_pod_that_is_ended_with_work_in_hand_finishes_it_and_exits_with_0(
    cluster: Cluster, place: Ground, client: RpcClient
) -> None:
    (pod,) = cluster.pods["enrolment"]
    answers: list[str] = []

    def ask() -> None:
        adding = AddDeliveryPartner(name="Last Minute Hub")
        answers.append(client.call(adding, seconds=30, idempotency_key="last minute").name)

    asking = threading.Thread(target=ask)
    with administrator(place.database("enrolment")) as held:
        held.execute("BEGIN; LOCK TABLE delivery_partners IN SHARE MODE")  # who writes waits
        asking.start()
        assert wait_until(pod.is_busy, 20)
        with ThreadPoolExecutor(1) as ending:
            ended = ending.submit(pod.stop)
            assert wait_until(lambda: not pod.answers("readinessProbe"), 20), "it takes no more"
            assert answers == []
            held.execute("COMMIT")
            asking.join()
            assert answers == ["Last Minute Hub"]
            assert ended.result().code == 0
    assert ended.result().seconds < pod.spec["terminationGracePeriodSeconds"]
    cluster.pods["enrolment"].remove(pod)


def test_every_pod_is_alive_and_ends_in_order_within_its_grace(cluster: Cluster) -> None:
    assert all(pod.answers("livenessProbe") for pod in cluster.all_pods())
    grace = {pod.name: pod.spec["terminationGracePeriodSeconds"] for pod in cluster.all_pods()}

    for each in cluster.stop():
        assert each.code == 0, each
        assert each.seconds < grace[each.pod]


def tells_of_its_outbox(pod: Pod) -> bool:
    """Whether Prometheus hears how old the oldest event is that waits."""
    return any(line.startswith("headship_outbox_oldest_seconds{") for line in pod.metrics())
