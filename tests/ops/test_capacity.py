"""Limits in the manifests cover what the code may take: connections, messages, memory."""

import re

import pytest
from rendered import OVERLAYS, containers, overlay

from assessment.settings import AssessmentSettings
from cli.backing import rabbitmq_conf
from kit.bus.reading import MAX_BYTES
from kit.config import HUB_REQUEST_MOST_BYTES, KitSettings
from kit.transport.resources import SPARE_CONNECTIONS
from sessions import forming, seating

DEFAULTS = KitSettings.__dataclass_fields__

LARGEST_JOB = {
    "assessment": AssessmentSettings.__dataclass_fields__["similarity_megabytes"].default,
    "sessions": max(forming.SOLVER_MEGABYTES, seating.SOLVER_MEGABYTES),
}
"""Mebibytes of the largest child process of a service."""

IDLE_MEBIBYTES = 200


def test_all_replicas_together_have_fewer_connections_than_the_database_allows() -> None:
    rendered = overlay("production")
    (cluster,) = rendered.of("Cluster")
    allowed = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
    workers = DEFAULTS["max_workers"].default
    replicas = sum(one["spec"]["maxReplicaCount"] for one in rendered.of("ScaledObject"))

    surge = len(rendered.of("Deployment"))
    assert (replicas + surge) * (workers + SPARE_CONNECTIONS) < allowed - 10


def test_brokers_take_no_message_larger_than_any_that_we_read() -> None:
    (cluster,) = overlay("production").of("RabbitmqCluster")
    told = cluster["spec"]["rabbitmq"]["additionalConfig"]
    largest = [
        int(found[1])
        for text in (told, rabbitmq_conf.CONFIGURATION)
        if (found := re.search(r"^max_message_size = (\d+)$", text, re.MULTILINE))
    ]

    assert largest == [HUB_REQUEST_MOST_BYTES] * 2
    assert MAX_BYTES <= HUB_REQUEST_MOST_BYTES


AS_RABBITMQ_HAS_THEM = {
    "backlog": "128",
    "nodelay": "true",
    "linger.on": "true",
    "linger.timeout": "0",
    "exit_on_close": "false",
}
"""By itself, but where one such option is given: then it has that one alone."""


def test_brokers_cut_off_who_reads_nothing_before_what_waits_for_them_fills_their_memory() -> None:
    (cluster,) = overlay("production").of("RabbitmqCluster")
    told = cluster["spec"]["rabbitmq"]["additionalConfig"]

    for text in (told, rabbitmq_conf.CONFIGURATION):
        options = dict(re.findall(r"^tcp_listen_options\.(\S+) = (\S+)$", text, re.MULTILINE))
        assert options.pop("send_timeout") == "10000"  # milliseconds; else 30 s
        assert options == AS_RABBITMQ_HAS_THEM


def test_a_pod_may_hold_as_much_memory_as_its_jobs_may_take() -> None:
    """A child over its own limit is a clear error; a pod over its limit is killed with all."""
    rendered = overlay("production")
    for name, largest in LARGEST_JOB.items():
        (workload,) = (one for one in rendered.of("Deployment") if one["metadata"]["name"] == name)
        (container,) = containers(workload)
        limit = int(container["resources"]["limits"]["memory"].removesuffix("Mi"))
        settings = rendered.settings(workload)
        at_once = int(settings.get("JOBS_AT_ONCE", DEFAULTS["jobs_at_once"].default))
        assert limit >= at_once * largest + IDLE_MEBIBYTES, name


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_namespace_lets_every_container_have_its_memory(name: str) -> None:
    """Else no pod of it can be made, which only an API server would say."""
    rendered = overlay(name)
    limits = [one for each in rendered.of("LimitRange") for one in each["spec"]["limits"]]
    most = min(mebibytes(one["max"]["memory"]) for one in limits)

    asked = {
        workload["metadata"]["name"]: mebibytes(container["resources"]["limits"]["memory"])
        for workload in rendered.workloads()
        for container in containers(workload)
    }
    assert {who for who, memory in asked.items() if memory > most} == set()


def test_the_namespaces_quota_has_room_for_all_replicas_one_more_of_each_and_a_restore() -> None:
    rendered = overlay("production")
    (quota,) = rendered.of("ResourceQuota")
    (broker,), (database,) = rendered.of("RabbitmqCluster"), rendered.of("Cluster")
    (backups,) = rendered.of("ObjectStore")
    most = {
        one["spec"]["scaleTargetRef"]["name"]: one["spec"]["maxReplicaCount"]
        for one in rendered.of("ScaledObject")
    }
    pods = [
        *(
            (containers(one)[0], most[one["metadata"]["name"]] + 1)
            for one in rendered.of("Deployment")
        ),
        *((containers(one)[0], 1) for one in rendered.of("Job")),
        (broker["spec"], broker["spec"]["replicas"]),
        (database["spec"], 2 * database["spec"]["instances"]),
        (backups["spec"]["instanceSidecarConfiguration"], 2 * database["spec"]["instances"]),
    ]

    allowed = quota["spec"]["hard"]
    for kind, name, measure in (
        ("limits", "memory", mebibytes),
        ("requests", "memory", mebibytes),
        ("requests", "cpu", millicores),
    ):
        asked = sum(number * measure(one["resources"][kind][name]) for one, number in pods)
        assert asked <= measure(allowed[f"{kind}.{name}"]), f"{kind} of {name}"
    assert sum(number for _, number in pods) <= int(allowed["pods"])


def millicores(told: str) -> int:
    """`250m` or `2`."""
    return int(told[:-1]) if told.endswith("m") else int(told) * 1_000


def mebibytes(told: str) -> int:
    """`6528Mi` or `8Gi`."""
    number, unit = int(told[:-2]), told[-2:]
    return number * {"Mi": 1, "Gi": 1_024}[unit]
