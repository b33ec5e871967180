"""What we ask of other operators fits what they make: names, ports, and who lets whom in."""

import re
from pathlib import Path

import pytest
from operators import (
    BROKER,
    DATABASE,
    LEAST_VERSIONS,
    NEEDED,
    Needed,
    let_through,
    ports_of_pods,
    ports_of_services,
)
from rendered import K8S, OVERLAYS, Manifest, called, every, overlay, template

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"

UNREAD = re.compile(r'up\{namespace="headship", job=~"([^"]+)"\}\) == 0')

NAMED = {
    "authenticationRef": "TriggerAuthentication",
    "barmanObjectName": "ObjectStore",
    "cluster": "Cluster",
    "priorityClassName": "PriorityClass",
    "rabbitmqClusterReference": "RabbitmqCluster",
    "scaleTargetRef": "Deployment",
    "userReference": "User",
}
"""Fields, and of which kind what they name is."""

LIVE = pytest.mark.parametrize("name", ["production", "staging"])


@LIVE
@pytest.mark.parametrize("needed", NEEDED, ids=lambda needed: needed.why)
def test_pods_of_other_operators_are_let_through_where_they_must(name: str, needed: Needed) -> None:
    through = let_through(overlay(name), needed.pods, needed.direction, needed.peer)

    assert needed.ports <= through


@LIVE
def test_services_speak_with_broker_and_database_on_their_tls_ports_alone(name: str) -> None:
    rendered = overlay(name)
    for workload in rendered.workloads():
        labels = template(workload)["metadata"]["labels"]
        for server, port in ((BROKER, 5671), (DATABASE, 5432)):
            out = let_through(rendered, labels, "egress", server)
            assert out == let_through(rendered, server, "ingress", labels), called(workload)
            assert out <= {port}, called(workload)


def test_the_operator_is_told_of_each_namespace_that_a_policy_knows() -> None:
    told = (K8S / "README.md").read_text()
    label = "kubernetes.io/metadata.name"
    known = {
        part[label]
        for one in overlay("production").of("NetworkPolicy")
        for part in every(one["spec"])
        if label in part
    }

    assert len(known) > 4
    assert {name for name in known if f"`{name}`" not in told} == set()


@LIVE
def test_each_monitor_reads_a_port_that_is_there_and_prometheus_is_let_in(name: str) -> None:
    rendered = overlay(name)
    watched = [
        (one, one["spec"]["endpoints"], ports_of_services(rendered, one["spec"]["selector"]))
        for one in rendered.of("ServiceMonitor")
    ] + [
        (one, one["spec"]["podMetricsEndpoints"], ports_of_pods(rendered, one["spec"]["selector"]))
        for one in rendered.of("PodMonitor")
    ]

    assert len(watched) == 3
    for monitor, endpoints, found in watched:
        assert found, f"{called(monitor)} finds nothing"
        for labels, ports in found:
            for endpoint in endpoints:
                assert endpoint["port"] in ports, f"{called(monitor)}: {labels}"
                let_in = let_through(rendered, labels, "ingress", "monitoring")
                assert let_in & {endpoint["port"], ports[endpoint["port"]]}, called(monitor)


@pytest.mark.parametrize("name", OVERLAYS)
def test_each_object_that_another_names_is_there(name: str) -> None:
    rendered = overlay(name)
    named = [
        (one, kind, part[field]["name"] if isinstance(part[field], dict) else part[field])
        for one in rendered.all
        for part in every(one.get("spec", {}))
        for field, kind in NAMED.items()
        if field in part
    ]

    assert [(called(one), who) for one, kind, who in named if who not in rendered.names(kind)] == []
    if name == "production":
        assert {kind for _, kind, _ in named} == set(NAMED.values())


def test_the_operator_is_told_from_which_versions_others_do_what_is_asked_of_them() -> None:
    told = (K8S / "README.md").read_text()

    assert [each for each in LEAST_VERSIONS if each not in told] == []


@LIVE
def test_no_pod_of_ours_displaces_the_broker_or_the_database(name: str) -> None:
    """A scheduler that finds no room for a pod ends others of a lower priority for it."""
    rendered = overlay(name)
    values = {one["metadata"]["name"]: one["value"] for one in rendered.of("PriorityClass")}
    (broker,), (database,) = rendered.of("RabbitmqCluster"), rendered.of("Cluster")
    servers = [template(broker["spec"]["override"]["statefulSet"])["spec"], database["spec"]]
    ours = [template(one)["spec"] for one in rendered.workloads()]

    assert min(values[one["priorityClassName"]] for one in servers) > max(
        values[one["priorityClassName"]] for one in ours if "priorityClassName" in one
    )


@LIVE
def test_endpoints_of_one_port_are_told_apart_by_their_job(name: str) -> None:
    for one in overlay(name).of("ServiceMonitor"):
        endpoints = one["spec"]["endpoints"]
        jobs = {
            rule["replacement"]
            for endpoint in endpoints
            for rule in endpoint.get("relabelings", [])
            if rule["targetLabel"] == "job"
        }
        assert len(jobs) >= len(endpoints) - len({each["port"] for each in endpoints}), called(one)


@LIVE
def test_an_alert_watches_over_each_page_of_servers_that_prometheus_reads(name: str) -> None:
    """Else those about dead letters or backups would be silent, and nobody would know."""
    rendered = overlay(name)
    told = [str(rule["expr"]) for one in rendered.of("PrometheusRule") for rule in rules(one)]
    (watched,) = {found[1] for expr in told if (found := UNREAD.search(expr))}

    (broker,) = (one for one in rendered.of("ServiceMonitor") if "jobLabel" not in one["spec"])
    (databases,) = rendered.of("PodMonitor")
    jobs = {"broker"}  # the name of the Service that the operator makes for a cluster of this name
    for endpoint in broker["spec"]["endpoints"]:
        jobs |= {rule["replacement"] for rule in endpoint.get("relabelings", [])}
    jobs.add(f"{databases['metadata']['namespace']}/{databases['metadata']['name']}")
    assert len(jobs) == 3
    assert {job for job in jobs if not re.fullmatch(watched, job)} == set()
    assert rendered.names("RabbitmqCluster") == {"broker"}


@LIVE
def test_queues_of_every_virtual_host_are_counted(name: str) -> None:
    rendered = overlay(name)
    (detailed,) = [
        endpoint
        for one in rendered.of("ServiceMonitor")
        for endpoint in one["spec"]["endpoints"]
        if endpoint["path"] == "/metrics/detailed"
    ]

    everywhere = rendered.names("Vhost")
    assert everywhere == {"headship", "hubs"}
    assert set(detailed["params"].get("vhost", everywhere)) == everywhere  # without, it is all


def test_no_two_installations_keep_their_backups_in_one_place() -> None:
    places = [
        one["spec"]["configuration"]["destinationPath"]
        for name in OVERLAYS
        for one in overlay(name).of("ObjectStore")
    ]

    assert len(places) == 2
    assert len(set(places)) == len(places)


def test_the_database_counts_what_runbooks_read_of_its_statements() -> None:
    read = [file.name for file in RUNBOOKS.glob("*.md") if "pg_stat_statements" in file.read_text()]

    assert read
    for name in ("production", "staging"):
        (cluster,) = overlay(name).of("Cluster")
        told = cluster["spec"]["postgresql"]["parameters"]
        assert any(setting.startswith("pg_stat_statements.") for setting in told)


def rules(one: Manifest) -> list[Manifest]:
    """All rules of a PrometheusRule."""
    return [rule for group in one["spec"]["groups"] for rule in group["rules"]]
