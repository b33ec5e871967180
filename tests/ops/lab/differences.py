"""In what the lab's objects differ from the rendered overlay: this table, and nothing else.

The API server is of 2021. What came to Kubernetes later is written as it was then or left out;
kinds of other operators are taken with whatever fields they have (test_schemas.py looks at these).
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

from rendered import Manifest, Rendered

BUILT_IN = ("", "apps", "batch", "networking.k8s.io", "policy", "scheduling.k8s.io")
"""API groups of our objects that are Kubernetes' own."""

REPLICAS = {"enrolment": 2}
"""Of the others one, as without an autoscaler: four services and a surge of them on 2 processors.
The load is on enrolment, which has as many as the autoscaler keeps at least."""


@dataclass(frozen=True)
class Difference:
    """A change to objects of some kinds, and why the lab needs it."""

    kinds: tuple[str, ...]
    reason: str
    change: Callable[[Manifest], None]


def _older_budget(one: Manifest) -> None:
    one["apiVersion"] = "policy/v1beta1"


def _labels_written_out(one: Manifest) -> None:
    """Those that the manifest knows; the hash of a release comes from the controller."""
    pod = one["spec"]["template"]
    for constraint in pod["spec"]["topologySpreadConstraints"]:
        keys = constraint.pop("matchLabelKeys")
        known = {key: value for key, value in pod["metadata"]["labels"].items() if key in keys}
        constraint["labelSelector"]["matchLabels"] |= known


def _replicas(one: Manifest) -> None:
    one["spec"]["replicas"] = REPLICAS.get(one["metadata"]["name"], 1)


DIFFERENCES = (
    Difference(("PodDisruptionBudget",), "policy/v1 came with 1.21", _older_budget),
    Difference(("Deployment",), "matchLabelKeys came with 1.25", _labels_written_out),
    Difference(("Deployment",), "no autoscaler runs, and processors are few", _replicas),
)


def adapted(rendered: Rendered) -> Rendered:
    """The objects as the lab gets them."""
    objects = deepcopy(rendered.all)
    for difference in DIFFERENCES:
        for one in objects:
            if one["kind"] in difference.kinds:
                difference.change(one)
    return Rendered(objects)


def definitions(rendered: Rendered) -> list[Manifest]:
    """A definition for each kind of another operator, by which objects may have any fields."""
    foreign = {
        (*one["apiVersion"].split("/"), one["kind"])
        for one in rendered.all
        if _group(one) not in BUILT_IN
    }
    return [_definition(*each) for each in sorted(foreign)]


def _group(one: Manifest) -> str:
    return str(one["apiVersion"]).rpartition("/")[0]


def _definition(group: str, version: str, kind: str) -> Manifest:
    plural = f"{kind.lower()}s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    served = {"name": version, "served": True, "storage": True}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": kind, "plural": plural},
            "versions": [served | {"schema": {"openAPIV3Schema": anything}}],
        },
    }
