"""What other operators take, make of it and need for it, as their own code and documents say."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from rendered import Manifest, Rendered, containers, matches, template

DEFINITIONS = {
    told["kind"]: told
    for told in (
        json.loads(file.read_text())
        for file in (Path(__file__).parent / "definitions").glob("*.json")
    )
}
"""Kinds of which no library has a model: fields, types and choices from their operators' own
definitions, without the words. `from` says where each was read."""

BROKER = {"app.kubernetes.io/component": "rabbitmq", "app.kubernetes.io/name": "broker"}
DATABASE = {"cnpg.io/cluster": "headship"}
FOREIGN_PODS = (BROKER, DATABASE)
"""Labels of the pods that they make."""

LEAST_VERSIONS = (
    # CHANGELOG.md, 2.14.0: "HTTP Connections respect TLS configuration" (#5668)
    "KEDA 2.14+",
    # ae690db0: security contexts, without which Pod Security `restricted` refuses its pods
    "RabbitMQ cluster operator 2.17+",
    # plugin-barman-cloud, web/docs/installation.mdx, which asks for cert-manager, too
    "CloudNativePG 1.26+ with the Barman Cloud plugin and cert-manager",
    # its release notes: external-secrets.io/v1
    "External Secrets 0.16+",
)
"""From which version they do what the manifests count on."""

Labels = dict[str, str]


@dataclass(frozen=True)
class Needed:
    """Traffic of pods with a peer: labels of pods, the name of a namespace, or None for outside."""

    why: str
    pods: Labels
    direction: str
    peer: Labels | str | None
    ports: frozenset[int]


API, DISTRIBUTION, INSTANCE = (
    frozenset({443, 6443}),
    frozenset({4369, 25672}),
    frozenset({5432, 8000}),
)

NEEDED = (
    # rabbitmq/cluster-operator, internal/resource/configmap.go: rabbit_peer_discovery_k8s
    Needed("nodes ask the Kubernetes API for each other", BROKER, "egress", None, API),
    Needed("nodes reach each other", BROKER, "egress", BROKER, DISTRIBUTION),
    Needed("nodes hear each other", BROKER, "ingress", BROKER, DISTRIBUTION),
    # rabbitmq/messaging-topology-operator, rabbitmqclient/cluster_reference.go: by TLS if there is
    Needed("users and rights", BROKER, "ingress", "rabbitmq-system", frozenset({15671})),
    Needed("KEDA counts queues", BROKER, "ingress", "keda", frozenset({15671})),
    # cloudnative-pg, docs/src/networking.md: 8000 and 5432
    Needed("the operator looks after instances", DATABASE, "ingress", "cnpg-system", INSTANCE),
    Needed("instances reach each other", DATABASE, "egress", DATABASE, INSTANCE),
    Needed("instances hear each other", DATABASE, "ingress", DATABASE, INSTANCE),
    Needed("the Kubernetes API and backups", DATABASE, "egress", None, API),
)


def ports_of_services(
    rendered: Rendered, selector: Manifest
) -> list[tuple[Labels, dict[str, int]]]:
    """Of each Service that a monitor's selector takes: labels of its pods, and name → port."""
    found = [
        (one["spec"]["selector"], {port["name"]: port["port"] for port in one["spec"]["ports"]})
        for one in rendered.of("Service")
        if matches(selector, one["metadata"].get("labels", {}))
    ]
    if matches(selector, BROKER):
        (cluster,) = rendered.of("RabbitmqCluster")
        found.append((BROKER, _ports_of_the_broker(cluster)))
    return found


def _ports_of_the_broker(cluster: Manifest) -> dict[str, int]:
    """rabbitmq/cluster-operator, internal/resource/service.go: metrics by TLS, or else without."""
    if "tls" in cluster["spec"]:
        return {"amqps": 5671, "management-tls": 15671, "prometheus-tls": 15691}
    return {"amqp": 5672, "management": 15672, "prometheus": 15692}


def ports_of_pods(rendered: Rendered, selector: Manifest) -> list[tuple[Labels, dict[str, int]]]:
    """The same of the pods that a PodMonitor's selector takes."""
    found = []
    for one in rendered.workloads():
        labels = template(one)["metadata"]["labels"]
        if matches(selector, labels):
            ports = [port for each in containers(one) for port in each.get("ports", [])]
            found.append((labels, {port["name"]: port["containerPort"] for port in ports}))
    if matches(selector, DATABASE):
        found.append((DATABASE, {"postgresql": 5432, "metrics": 9187, "status": 8000}))
    return found


def let_through(
    rendered: Rendered, pods: Labels, direction: str, peer: Labels | str | None
) -> set[int | str]:
    """The ports on which policies let such pods and a peer speak, as these write them."""
    return {
        port["port"]
        for policy in rendered.of("NetworkPolicy")
        if matches(policy["spec"]["podSelector"], pods)
        for rule in policy["spec"].get(direction, [])
        if any(_is_of(peer, each) for each in rule["to" if direction == "egress" else "from"])
        for port in rule["ports"]
    }


def _is_of(peer: Labels | str | None, told: Manifest) -> bool:
    if peer is None:
        return bool(told.get("ipBlock") == {"cidr": "0.0.0.0/0"})
    if isinstance(peer, str):
        named = {"matchLabels": {"kubernetes.io/metadata.name": peer}}
        return told == {"namespaceSelector": named}
    return told.keys() == {"podSelector"} and matches(told["podSelector"], peer)


def problems_of(one: dict[str, Any]) -> list[str]:
    """What its operator's definition has against an object; fields that it does not know, too."""
    told = DEFINITIONS[one["kind"]]
    if told["apiVersion"] != one["apiVersion"]:
        return [f"{one['apiVersion']} is not {told['apiVersion']}"]
    found = Draft202012Validator(_closed(told["spec"])).iter_errors(one.get("spec"))
    return [f"{error.json_path}: {error.message}" for error in found]


def _closed(schema: Any) -> Any:
    """The same, with no more fields than it names, where it does not keep others."""
    if isinstance(schema, list):
        return [_closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(each) for key, each in schema.items()}
    kept = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if schema.get("type") == "object" and "properties" in schema and not kept:
        closed["additionalProperties"] = False
    return closed
