"""What no schema sees: that the manifests agree with each other, and with the code."""

import re

import pytest
import yaml
from operators import FOREIGN_PODS
from rendered import (
    K8S,
    OVERLAYS,
    called,
    containers,
    every,
    matches,
    overlay,
    template,
)

from cli.services import SERVICES, service_classes
from deploy.rabbitmq.__main__ import MANIFEST, manifest
from kit.bus.retry import RetryPolicy
from kit.topology import HUB_LIMITS, hub_queue, hub_topology_of, topology_of

OPERATOR_SUPPLIES = {
    "assessment",
    "autoscaling",
    "backups",
    "broker-ca",
    "broker-tls",
    "enrolment",
    "headship-ca",
    "headship-tls",
    "migrations",
    "notifications",
    "sessions",
    "topology",
    *(f"broker-{user}" for user in (*SERVICES, "topology", "autoscaling")),
    *(f"database-{service}" for service in SERVICES),
    *(f"database-{service}-owner" for service in SERVICES),
}
"""Secrets that deploy/k8s/README.md tells the operator to supply."""

EACH_OVERLAY = pytest.mark.parametrize("name", OVERLAYS)


@EACH_OVERLAY
def test_each_selector_finds_pods(name: str) -> None:
    rendered = overlay(name)
    ours = [*rendered.workloads(), *rendered.of("StatefulSet")]
    pods = [template(one)["metadata"]["labels"] for one in ours]

    for one in rendered.of("Service", "PodDisruptionBudget", "NetworkPolicy"):
        selector = one["spec"].get("selector") or one["spec"].get("podSelector") or {}
        assert any(matches(selector, labels) for labels in [*pods, *FOREIGN_PODS]), called(one)


@EACH_OVERLAY
def test_each_workload_selects_its_own_pods_and_no_others(name: str) -> None:
    deployments = overlay(name).of("Deployment")
    for one in deployments:
        found = [
            other["metadata"]["name"]
            for other in deployments
            if matches(one["spec"]["selector"], template(other)["metadata"]["labels"])
        ]
        assert found == [one["metadata"]["name"]]


@EACH_OVERLAY
def test_each_port_that_is_named_is_there(name: str) -> None:
    rendered = overlay(name)
    for service in rendered.of("Service"):
        for workload in rendered.of("Deployment"):
            if matches(service["spec"]["selector"], template(workload)["metadata"]["labels"]):
                ports = {port["name"] for each in containers(workload) for port in each["ports"]}
                assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    for ingress in rendered.of("Ingress"):
        for part in every(ingress["spec"]):
            if "service" in part:
                assert part["service"]["name"] in rendered.names("Service")
                assert part["service"]["port"] == {"name": "http"}  # health is never routed


@EACH_OVERLAY
def test_each_account_config_map_and_secret_is_there_or_the_operator_supplies_it(name: str) -> None:
    rendered = overlay(name)
    for workload in rendered.workloads():
        spec = template(workload)["spec"]
        assert spec["serviceAccountName"] in rendered.names("ServiceAccount"), called(workload)
        assert spec["automountServiceAccountToken"] is False
        for part in every(spec):
            if "configMapRef" in part:
                assert part["configMapRef"]["name"] in rendered.names("ConfigMap")
            if "secretName" in part:
                assert part["secretName"] in OPERATOR_SUPPLIES, called(workload)
            if "secret" in part and "items" in part["secret"]:
                assert part["secret"]["name"] in OPERATOR_SUPPLIES, called(workload)


@EACH_OVERLAY
def test_probes_outlast_what_they_are_to_outlast(name: str) -> None:
    for workload in overlay(name).of("Deployment"):
        (container,) = containers(workload)
        started, alive = container["startupProbe"], container["livenessProbe"]
        ready = container["readinessProbe"]
        assert started["periodSeconds"] * started["failureThreshold"] >= 60
        assert alive["periodSeconds"] * alive["failureThreshold"] >= 60  # a broker may elect
        assert alive["timeoutSeconds"] >= 5  # a handler may hold the loop for three seconds
        assert alive["httpGet"]["path"] == started["httpGet"]["path"] == "/health/live"
        assert ready["httpGet"]["path"] == "/health/ready"
        assert ready["timeoutSeconds"] > 2  # how long it waits for the database


def test_autoscaling_counts_every_queue_that_a_service_handles_and_no_other() -> None:
    topology = topology_of(service_classes(), RetryPolicy.of_seconds(["1", "5"]))
    of_hubs = {queue.name for queue in hub_topology_of(service_classes()).queues}
    for one in overlay("production").of("ScaledObject"):
        service = one["metadata"]["name"]
        assert one["spec"]["scaleTargetRef"]["name"] == service
        trigger, hubs = one["spec"]["triggers"]
        asked = re.compile(hubs["metadata"]["queueName"])
        assert {name for name in of_hubs if asked.search(name)} == {hub_queue(service)}
        assert hubs["metadata"]["vhostName"] == "hubs"
        assert int(hubs["metadata"]["value"]) < HUB_LIMITS["max-length"] / 2  # least replicas
        counted = re.compile(trigger["metadata"]["queueName"])
        wanted = {
            queue.name
            for queue in topology.queues
            if queue.name.startswith(f"{service}.")
            and ".delay." not in queue.name
            and queue.name != f"{service}.dead"
        } | {f"rpc-{service}"}
        found = {queue.name for queue in topology.queues if counted.search(queue.name)}
        assert found | {f"rpc-{service}"} == wanted
        assert counted.search(f"rpc-{service}")


def test_the_brokers_users_have_the_rights_that_the_code_asks_for() -> None:
    assert MANIFEST.read_text(encoding="utf-8") == manifest(), "make rights"
    rendered = overlay("production")
    for one in rendered.of("Permission", "TopicPermission"):
        assert one["spec"]["userReference"]["name"] in rendered.names("User"), called(one)
        assert one["spec"]["vhost"] in rendered.names("Vhost"), called(one)


def test_each_user_of_the_broker_has_rights_and_credentials_of_its_own() -> None:
    rendered = overlay("production")
    secrets = [one["spec"]["importCredentialsSecret"]["name"] for one in rendered.of("User")]

    assert len(set(secrets)) == len(secrets)
    assert set(secrets) <= OPERATOR_SUPPLIES
    with_rights = {one["spec"]["userReference"]["name"] for one in rendered.of("Permission")}
    assert with_rights == rendered.names("User")


def test_each_database_has_one_role_that_owns_and_another_that_works() -> None:
    rendered = overlay("production")
    (cluster,) = rendered.of("Cluster")
    roles = {one["name"]: one for one in cluster["spec"]["managed"]["roles"]}
    migrations = {
        container["args"][1]: {each["name"]: each.get("value") for each in container["env"]}
        for job in rendered.of("Job")
        for container in containers(job)
        if container["args"][0] == "kit.db"
    }

    for one in rendered.of("Database"):
        service, owner = one["metadata"]["name"], one["spec"]["owner"]
        assert owner in roles
        assert owner != migrations[service]["RUNTIME_ROLE"]
        assert migrations[service]["RUNTIME_ROLE"] in roles
    assert rendered.names("Database") == set(SERVICES) == set(migrations)
    secrets = [role["passwordSecret"]["name"] for role in roles.values()]
    assert len(set(secrets)) == len(secrets)
    assert set(secrets) <= OPERATOR_SUPPLIES
    for role in roles.values():
        assert not {"superuser", "createdb", "createrole", "inRoles"} & role.keys()


def test_jobs_and_services_of_a_release_have_the_same_images() -> None:
    rendered = overlay("production")
    images: dict[str, set[str]] = {}
    for workload in rendered.workloads():
        for container in containers(workload):
            repository = container["image"].partition("@")[0]
            images.setdefault(repository, set()).add(container["image"])

    assert all(len(versions) == 1 for versions in images.values()), images
    assert all("@sha256:" in image for each in images.values() for image in each)


@EACH_OVERLAY
def test_each_workload_says_what_it_is_and_each_object_of_which_release(name: str) -> None:
    told = yaml.safe_load((K8S / "overlays" / name / "release/kustomization.yaml").read_text())
    rendered = overlay(name)
    releases = {one["metadata"]["labels"]["app.kubernetes.io/version"] for one in rendered.all}

    assert [f"-{release.replace('.', '-')}" for release in releases] == [told["nameSuffix"]]
    for workload in rendered.workloads():
        labels = template(workload)["metadata"]["labels"]
        for label in ("name", "part-of", "component"):
            assert labels[f"app.kubernetes.io/{label}"], called(workload)


@EACH_OVERLAY
def test_each_command_is_a_module_that_can_be_run(name: str) -> None:
    from importlib.util import find_spec

    for workload in overlay(name).workloads():
        for container in containers(workload):
            module = container["args"][0]
            assert find_spec(f"{module}.__main__") is not None, called(workload)


@EACH_OVERLAY
def test_each_pod_may_reach_what_it_needs_and_nothing_else(name: str) -> None:
    rendered = overlay(name)
    broker = {5671, 5672} if name == "development" else {5671}
    needs = {
        "service": {53, 5432} | broker,
        "migration": {53, 5432},
        "topology": {53} | broker,
    }
    simulated = {8080} if name == "development" else set()
    outside = {"enrolment": {443} | simulated, "notifications": {443, 587}}
    for workload in rendered.workloads():
        labels = template(workload)["metadata"]["labels"]
        reached = {
            port["port"]
            for policy in rendered.of("NetworkPolicy")
            if matches(policy["spec"]["podSelector"], labels)
            for rule in policy["spec"].get("egress", [])
            for port in rule["ports"]
        }
        component = labels["app.kubernetes.io/component"]
        assert reached == needs[component] | outside.get(labels["app.kubernetes.io/name"], set())


def test_enrolment_reaches_the_simulated_dfe_where_that_is_what_it_asks() -> None:
    rendered = overlay("development")
    (simulator,) = rendered.of("StatefulSet")
    labels = template(simulator)["metadata"]["labels"]
    (enrolment,) = [o for o in rendered.of("Deployment") if o["metadata"]["name"] == "enrolment"]
    (service,) = [o for o in rendered.of("Service") if o["metadata"]["name"] == "dfe-simulator"]
    settings = next(
        one["data"] for one in rendered.of("ConfigMap") if "DFE_API_URL" in one.get("data", {})
    )

    assert matches(service["spec"]["selector"], labels)
    (port,) = service["spec"]["ports"]
    assert settings["DFE_API_URL"] == f"http://dfe-simulator:{port['port']}"
    for direction, this, other in (
        ("egress", template(enrolment)["metadata"]["labels"], labels),
        ("ingress", labels, template(enrolment)["metadata"]["labels"]),
    ):
        assert any(
            matches(policy["spec"]["podSelector"], this)
            and any("podSelector" in peer and matches(peer["podSelector"], other) for peer in peers)
            for policy in rendered.of("NetworkPolicy")
            for rule in policy["spec"].get(direction, [])
            for peers in (rule["to" if direction == "egress" else "from"],)
        ), direction


@EACH_OVERLAY
def test_nothing_is_open_that_no_policy_opens(name: str) -> None:
    policies = {one["metadata"]["name"]: one["spec"] for one in overlay(name).of("NetworkPolicy")}

    deny = policies["default-deny"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for spec in policies.values():
        for rule in [*spec.get("egress", []), *spec.get("ingress", [])]:
            assert rule.get("ports"), "a rule without ports opens them all"
            assert rule.get("to") or rule.get("from"), "a rule without peers is open to all"
