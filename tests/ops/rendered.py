"""Manifests as the cluster would get them, and questions about them."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

Manifest = dict[str, Any]

K8S = Path(__file__).parents[2] / "deploy" / "k8s"
OVERLAYS = tuple(sorted(each.name for each in (K8S / "overlays").iterdir()))
COMPONENTS = tuple(sorted(each.name for each in (K8S / "components").iterdir()))
KUBECTL = Path(sys.executable).with_name("kubectl")


def combinations_of_components() -> list[tuple[str, ...]]:
    """Every choice of components that an operator may make, none and all among them."""
    return [
        chosen for count in range(len(COMPONENTS) + 1) for chosen in combinations(COMPONENTS, count)
    ]


@cache
def overlay(name: str) -> "Rendered":
    """An overlay, rendered."""
    return render(K8S / "overlays" / name)


def render(directory: Path) -> "Rendered":
    """What `kubectl kustomize` makes of a directory. Raises with its words if it cannot."""
    done = subprocess.run(
        [KUBECTL, "kustomize", str(directory)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"{directory.name} does not render: {done.stderr}")
    return Rendered(tuple(one for one in yaml.safe_load_all(done.stdout) if one))


@dataclass(frozen=True)
class Rendered:
    """All objects of one rendering."""

    all: tuple[Manifest, ...]

    def of(self, *kinds: str) -> list[Manifest]:
        """The objects of these kinds."""
        return [one for one in self.all if one["kind"] in kinds]

    def names(self, kind: str) -> set[str]:
        """What the objects of a kind are called."""
        return {one["metadata"]["name"] for one in self.of(kind)}

    def workloads(self) -> list[Manifest]:
        """Whatever makes pods of ours."""
        return self.of("Deployment", "Job", "CronJob")

    def settings(self, workload: Manifest) -> dict[str, str]:
        """What the container of a workload's pods is given."""
        (container,) = containers(workload)
        maps = {one["metadata"]["name"]: one["data"] for one in self.of("ConfigMap")}
        told: dict[str, str] = {}
        for source in container.get("envFrom", []):
            told |= maps[source["configMapRef"]["name"]]
        return told | {each["name"]: each["value"] for each in container.get("env", [])}


def template(workload: Manifest) -> Manifest:
    """The pods that a workload makes."""
    spec = workload["spec"]
    found = spec["jobTemplate"]["spec"] if workload.get("kind") == "CronJob" else spec
    return dict(found["template"])


def containers(workload: Manifest) -> list[Manifest]:
    """Containers of its pods, those that run first among them."""
    spec = template(workload)["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def matches(selector: Manifest, labels: dict[str, str]) -> bool:
    """Whether a selector (matchLabels, matchExpressions, or plain pairs) takes these labels."""
    plain = "matchLabels" not in selector and "matchExpressions" not in selector
    pairs = selector if plain else selector.get("matchLabels", {})
    if any(labels.get(key) != value for key, value in pairs.items()):
        return False
    return all(
        rule["key"] in labels
        if rule["operator"] == "Exists"
        else (labels.get(rule["key"]) in rule["values"]) == (rule["operator"] == "In")
        for rule in selector.get("matchExpressions", [])
    )


def called(one: Manifest) -> str:
    """An object in words."""
    return f"{one['kind']} {one['metadata']['name']}"


def every(value: Any) -> Iterator[Manifest]:
    """Each mapping in a manifest, at any depth."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from every(part)
    elif isinstance(value, list):
        for part in value:
            yield from every(part)
