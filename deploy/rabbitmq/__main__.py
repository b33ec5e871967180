"""`make rights`: writes what the manifests say of rights and limits on the broker from the code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cli.stack.definitions import VHOST, places
from cli.stack.provision import hubs_place
from kit.rights import Rights
from kit.topology import HUB_LIMITS, HUB_POLICY, HUB_QUEUES

MANIFEST = Path(__file__).parents[1] / "k8s" / "components" / "rabbitmq" / "permissions.yaml"


def manifest() -> str:
    """What is in the manifest."""
    told = "# Written by `make rights` from the services' code: change that.\n"
    return told + yaml.safe_dump_all([*_permissions(), _limits()], sort_keys=False, width=1000)


def _permissions() -> Iterator[dict[str, Any]]:
    nothing = Rights().patterns
    for place in places():
        suffix = "" if place.vhost == VHOST else f"-{place.vhost}"
        for user, rights in place.rights.items():
            name = user + suffix
            yield _object("Permission", name, user, place.vhost, rights.patterns)
            for exchange, keys in rights.topics.items():
                wanted = {"exchange": exchange, "write": keys.write, "read": keys.read}
                yield _object("TopicPermission", f"{name}-{exchange}", user, place.vhost, wanted)
        # the autoscaler counts queues, and may do nothing with them
        yield _object("Permission", f"autoscaling{suffix}", "autoscaling", place.vhost, nothing)


def _limits() -> dict[str, Any]:
    """Of what may wait for the services among the hubs."""
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": "Policy",
        "metadata": {"name": HUB_POLICY},
        "spec": {
            "name": HUB_POLICY,
            "vhost": hubs_place(VHOST),
            "pattern": HUB_QUEUES,
            "applyTo": "queues",
            "definition": dict(HUB_LIMITS),
            "rabbitmqClusterReference": {"name": "broker"},
        },
    }


def _object(
    kind: str, name: str, user: str, vhost: str, permissions: dict[str, str]
) -> dict[str, Any]:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {
            "vhost": vhost,
            "userReference": {"name": user},
            "permissions": permissions,
            "rabbitmqClusterReference": {"name": "broker"},
        },
    }


if __name__ == "__main__":
    MANIFEST.write_text(manifest(), encoding="utf-8")
