"""Services are given the settings that their code reads, and secrets by files only."""

import dataclasses
from typing import Any

import pytest
from rendered import OVERLAYS, Manifest, Rendered, called, containers, overlay, template

from cli.services import SERVICES, service_classes
from kit.config import KitSettings, names
from kit.transport.resources import settings_of

KEYS = {
    **{
        service: {"amqp-uri", "hubs-amqp-uri", "database-url", "link-secrets"}
        for service in SERVICES
    },
    "migrations": {f"{service}-database-url" for service in SERVICES},
    "topology": {"amqp-uri", "hubs-amqp-uri"},
}
KEYS["enrolment"].add("dfe-api-token")
KEYS["assessment"].add("seal-secrets")
KEYS["notifications"].add("smtp-password")
"""What each Secret of a pod holds, as deploy/k8s/README.md has it."""

SECRETS = "/var/run/secrets/headship/"
AUTHORITIES = "/var/run/authorities/"
EACH_OVERLAY = pytest.mark.parametrize("name", OVERLAYS)


@EACH_OVERLAY
def test_what_an_external_store_gives_is_what_the_pods_read(name: str) -> None:
    for one in overlay(name).of("ExternalSecret"):
        secret = one["spec"]["target"]["name"]
        given = {entry["secretKey"] for entry in one["spec"]["data"]}
        assert given == KEYS.get(secret, given), secret


@EACH_OVERLAY
def test_services_are_given_settings_that_their_code_knows(name: str) -> None:
    for workload, settings in services_settings(overlay(name)):
        assert settings.keys() <= settings_known_to(workload), workload


def test_what_a_service_requires_is_given_in_production() -> None:
    for workload, settings in services_settings(overlay("production")):
        for required in required_settings(workload):
            assert {required, f"{required}_FILE"} & settings.keys(), f"{workload}: {required}"


def test_links_lead_to_the_host_of_the_ingress() -> None:
    rendered = overlay("production")
    (ingress,) = rendered.of("Ingress")
    (rule,) = ingress["spec"]["rules"]

    for workload, settings in services_settings(rendered):
        if "PUBLIC_URL" in settings_known_to(workload):
            assert settings["PUBLIC_URL"] == f"https://{rule['host']}", workload


@EACH_OVERLAY
def test_only_production_writes_to_whomever_it_likes(name: str) -> None:
    """Elsewhere data may be production's, as when a restore is rehearsed."""
    (settings,) = (told for who, told in services_settings(overlay(name)) if who == "notifications")

    leaves = settings.get("MAIL_CHANNEL", "file") != "file"
    assert leaves == (name != "development")
    assert bool(settings.get("MAIL_ONLY_TO")) == (name == "staging")


@EACH_OVERLAY
def test_no_secret_stands_in_the_environment(name: str) -> None:
    for workload in overlay(name).workloads():
        for container in containers(workload):
            for variable in container.get("env", []):
                assert "valueFrom" not in variable, called(workload)
                if variable["name"].endswith("_FILE"):
                    assert variable["value"].startswith((SECRETS, AUTHORITIES))
            sources = container.get("envFrom", [])
            assert all("secretRef" not in source for source in sources), called(workload)
    for _, settings in services_settings(overlay(name)):
        assert not any("://" in value and "@" in value for value in settings.values())


@EACH_OVERLAY
def test_files_of_secrets_are_keys_of_the_secret_that_is_mounted(name: str) -> None:
    for workload in overlay(name).workloads():
        spec = template(workload)["spec"]
        secret = next(v["secret"]["secretName"] for v in spec["volumes"] if "secret" in v)
        for container in containers(workload):
            for variable in container.get("env", []):
                if variable["value"].startswith(SECRETS):
                    assert variable["value"].removeprefix(SECRETS) in KEYS[secret], called(workload)


@EACH_OVERLAY
def test_each_pod_checks_the_servers_that_it_reaches_against_their_authorities(name: str) -> None:
    reached = {"AMQP_URI_FILE": "AMQP_CA_FILE", "DATABASE_URL_FILE": "DATABASE_CA_FILE"}
    for workload in overlay(name).workloads():
        spec = template(workload)["spec"]
        mounted = {
            item["path"]
            for volume in spec["volumes"]
            for source in volume.get("projected", {}).get("sources", [])
            for item in source["secret"]["items"]
        }
        for container in containers(workload):
            given = {each["name"]: each.get("value") for each in container["env"]}
            paths = {mount["mountPath"] for mount in container["volumeMounts"]}
            for address, authority in reached.items():
                assert (address in given) == (authority in given), called(workload)
                if authority in given:
                    assert given[authority].removeprefix(AUTHORITIES) in mounted
            assert AUTHORITIES.rstrip("/") in paths


@EACH_OVERLAY
def test_a_pod_is_given_longer_to_stop_than_the_service_takes(name: str) -> None:
    rendered = overlay(name)
    for workload, settings in services_settings(rendered):
        spec = template(_named(rendered, workload))["spec"]
        (container,) = spec["containers"]
        pause = int(container["lifecycle"]["preStop"]["exec"]["command"][1])
        drain = int(settings["DRAIN_SECONDS"])
        assert spec["terminationGracePeriodSeconds"] >= pause + drain + 5


def services_settings(rendered: Rendered) -> list[tuple[str, dict[str, str]]]:
    """Each service, and what its container finds in its environment."""
    maps = {one["metadata"]["name"]: one["data"] for one in rendered.of("ConfigMap")}
    found = []
    for workload in rendered.of("Deployment"):
        (container,) = containers(workload)
        settings = dict(maps[container["envFrom"][0]["configMapRef"]["name"]])
        settings |= {each["name"]: each["value"] for each in container["env"]}
        found.append((workload["metadata"]["name"], settings))
    return found


def required_settings(service: str) -> list[str]:
    """Settings without a default."""
    classes = [KitSettings, *settings_of(next(s for s in service_classes() if s.name == service))]
    return [
        member.name.upper()
        for each in classes
        for member in dataclasses.fields(each)
        if member.default is dataclasses.MISSING and member.default_factory is dataclasses.MISSING
    ]


def _named(rendered: Rendered, name: str) -> Manifest:
    return next(one for one in rendered.of("Deployment") if one["metadata"]["name"] == name)


def settings_known_to(service: str) -> set[str]:
    """Every setting that the code of a service reads, itself or from a file."""
    classes: list[type[Any]] = [KitSettings]
    for found in service_classes():
        if found.name == service:
            classes += settings_of(found)
    known = {name for each in classes for name in names(each)}
    return known | {f"{name}_FILE" for name in known}
