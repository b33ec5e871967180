"""Each object has the fields that its kind knows, in the oldest and newest Kubernetes supported."""

import json
import shutil
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from cloudcoil.models.keda import v1alpha1 as keda
from cloudcoil.models.prometheus_operator import v1 as monitoring
from operators import DEFINITIONS, problems_of
from rendered import (
    COMPONENTS,
    K8S,
    OVERLAYS,
    called,
    combinations_of_components,
    every,
    overlay,
    render,
)

OLDEST, NEWEST = "1.30", "1.37"

MODELS: dict[str, Any] = {
    "PodMonitor": monitoring.PodMonitor,
    "PrometheusRule": monitoring.PrometheusRule,
    "ScaledObject": keda.ScaledObject,
    "ServiceMonitor": monitoring.ServiceMonitor,
    "TriggerAuthentication": keda.TriggerAuthentication,
}
"""Kinds of other operators whose shape a library knows."""


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_object_of_every_overlay_is_as_kubernetes_knows_it(version: str) -> None:
    different = {json.dumps(one): one for name in OVERLAYS for one in overlay(name).all}
    problems = []
    for one in different.values():
        if one["kind"] in MODELS or one["kind"] in DEFINITIONS:
            continue
        try:
            kubernetes_validate.validate(one, version, strict=True)
        except (kubernetes_validate.ValidationError, kubernetes_validate.SchemaNotFoundError) as no:
            problems.append(f"{called(one)}: {no}")

    assert problems == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_object_of_an_operator_has_only_fields_that_it_knows(name: str) -> None:
    unknown = []
    for one in overlay(name).all:
        if one["kind"] in MODELS:
            known = MODELS[one["kind"]].model_validate(one)
            dumped = known.model_dump(mode="json", by_alias=True, exclude_unset=True)
            unknown += [f"{called(one)}{path}" for path in _lost(one, dumped)]

    assert unknown == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_every_object_of_an_operator_is_as_that_defines_it(name: str) -> None:
    wrong = []
    for one in overlay(name).all:
        if one["kind"] in DEFINITIONS:
            wrong += [f"{called(one)}: {problem}" for problem in problems_of(one)]

    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("Cluster", ("spec", "instnaces"), 3),
        ("Cluster", ("spec", "postgresql", "parameters", "max_connections"), 450),
        ("Cluster", ("spec", "primaryUpdateStrategy"), "whenever"),
        ("RabbitmqCluster", ("spec", "tls"), {"secret": "broker-tls"}),
        ("User", ("spec", "rabbitmqClusterReference"), "broker"),
        ("ExternalSecret", ("spec", "target", "creationPolicy"), "Perhaps"),
        ("ScheduledBackup", ("spec", "schedule"), None),
    ],
)
def test_what_an_operator_would_refuse_is_found(
    kind: str, path: tuple[str, ...], value: Any
) -> None:
    spoiled = json.loads(json.dumps(overlay("production").of(kind)[0]))
    *way, last = path
    part = spoiled
    for step in way:
        part = part.setdefault(step, {})
    part[last] = value

    assert problems_of(overlay("production").of(kind)[0]) == []
    assert problems_of(spoiled) != []


@pytest.mark.parametrize("chosen", combinations_of_components(), ids=" ".join)
def test_each_choice_of_components_renders(chosen: tuple[str, ...], tmp_path: Path) -> None:
    deploy = tmp_path / "k8s"
    shutil.copytree(K8S, deploy)
    trial = deploy / "overlays" / "trial"
    trial.mkdir()
    written = {
        "resources": ["../../base"],
        "components": [f"../../components/{each}" for each in chosen],
    }
    (trial / "kustomization.yaml").write_text(yaml.safe_dump(written))

    rendered = render(trial)

    assert rendered.names("Deployment") == {
        "enrolment",
        "sessions",
        "assessment",
        "notifications",
    }


def test_every_component_is_of_use_in_production() -> None:
    told = yaml.safe_load((K8S / "overlays" / "production" / "kustomization.yaml").read_text())

    assert {Path(each).name for each in told["components"]} == set(COMPONENTS)


def test_ports_name_their_protocol() -> None:
    """A server-side apply refuses a Service's port without one."""
    for one in overlay("production").all:
        ports = [part for part in every(one.get("spec", {})) if "containerPort" in part]
        ports += one["spec"]["ports"] if one["kind"] == "Service" else []
        assert all("protocol" in port for port in ports), called(one)


def _lost(given: Any, kept: Any, path: str = "") -> list[str]:
    """What a model dropped when it read a manifest: fields that it does not know."""
    if isinstance(given, dict):
        if not isinstance(kept, dict):
            return [path]
        return [
            lost
            for key, value in given.items()
            for lost in (
                _lost(value, kept[key], f"{path}.{key}") if key in kept else [f"{path}.{key}"]
            )
        ]
    if isinstance(given, list):
        return [
            lost
            for index, (mine, theirs) in enumerate(zip(given, kept, strict=True))
            for lost in _lost(mine, theirs, f"{path}[{index}]")
        ]
    return []
