"""Who asks the broker's management API does so by TLS, and trusts the broker's authority."""

import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from operators import BROKER
from rendered import K8S, KUBECTL, Rendered, every, matches, overlay

LIVE = pytest.mark.parametrize("name", ["production", "staging"])
README = (K8S / "README.md").read_text()
ADDRESS = re.compile(r"`management-url` of the user `autoscaling`: `(\S+)`")
PATCH = re.compile(r"patch deployment messaging-topology-operator --patch '(.*?)'", re.DOTALL)
TOPOLOGY_OPERATOR = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: messaging-topology-operator}
spec:
  selector: {matchLabels: {app: operator}}
  template:
    metadata: {labels: {app: operator}}
    spec:
      containers:
        - {name: manager, image: operator, volumeMounts: [{name: cert, mountPath: /certs}]}
      volumes: [{name: cert, secret: {secretName: webhook-server-cert}}]
"""
"""As its own config/manager/manager.yaml has it."""


@LIVE
def test_no_port_of_the_broker_without_tls_is_open_to_anybody(name: str) -> None:
    opened = {
        port["port"]
        for policy in overlay(name).of("NetworkPolicy")
        if matches(policy["spec"]["podSelector"], BROKER)
        for rule in policy["spec"].get("ingress", [])
        for port in rule["ports"]
    }

    assert opened == {4369, 25672, 5671, 15671, 15691}  # the first two are between its nodes


@LIVE
def test_the_autoscaler_is_given_the_brokers_address_and_its_authority(name: str) -> None:
    rendered = overlay(name)
    (authentication,) = rendered.of("TriggerAuthentication")
    secrets = {
        one["parameter"]: (one["name"], one["key"])
        for one in authentication["spec"]["secretTargetRef"]
    }
    kept = {
        (one["spec"]["target"]["name"], entry["secretKey"])
        for one in rendered.of("ExternalSecret")
        for entry in one["spec"]["data"]
    }

    assert secrets["host"] in kept
    assert secrets["ca"] == trusted_by_prometheus(rendered)
    assert of_config_maps(rendered) == {"tls": "enable"}  # without, KEDA passes `ca` over


def test_the_address_that_the_operator_writes_is_one_of_tls_that_the_certificate_names() -> None:
    (told,) = ADDRESS.findall(README)
    address = urlsplit(told)

    assert (address.scheme, address.port) == ("https", 15671)
    assert f"`{address.hostname}`" in next(
        line for line in README.splitlines() if "`broker-tls`" in line
    )


def test_the_patch_of_the_topology_operator_has_it_trust_the_brokers_authority(
    tmp_path: Path,
) -> None:
    (patch,) = PATCH.findall(README)
    file = tmp_path / "deployment.yaml"
    file.write_text(TOPOLOGY_OPERATOR)

    told = subprocess.run(
        [KUBECTL, "patch", "--local", "-f", file, "--patch", patch, "-o", "yaml"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    spec = yaml.safe_load(told)["spec"]["template"]["spec"]
    (manager,) = spec["containers"]
    mounted = {one["name"]: one["mountPath"] for one in manager["volumeMounts"]}
    volumes = {one["name"]: one["secret"]["secretName"] for one in spec["volumes"]}
    assert manager["image"] == "operator"
    assert volumes.keys() == mounted.keys() == {"cert", "broker-ca"}
    assert mounted["broker-ca"].startswith("/etc/ssl/certs/")  # whom Go trusts
    assert f"create secret generic {volumes['broker-ca']} --from-file=ca.crt" in README


def trusted_by_prometheus(rendered: Rendered) -> tuple[str, str]:
    """Secret and key of the authority with which the broker's monitors check it."""
    found = {
        (part["ca"]["secret"]["name"], part["ca"]["secret"]["key"])
        for one in rendered.of("ServiceMonitor")
        for part in every(one["spec"])
        if "ca" in part
    }
    (only,) = found
    return only


def of_config_maps(rendered: Rendered) -> dict[str, str]:
    """What KEDA reads of ConfigMaps, by parameter."""
    (authentication,) = rendered.of("TriggerAuthentication")
    maps = {one["metadata"]["name"]: one["data"] for one in rendered.of("ConfigMap")}
    return {
        one["parameter"]: maps[one["name"]][one["key"]]
        for one in authentication["spec"]["configMapTargetRef"]
    }
