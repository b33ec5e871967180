"""`make rights`: writes the manifests' Permission and TopicPermission objects from the code."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from cli.stack.definitions import VHOST, rights_by_user

MANIFEST = Path(__file__).parents[1] / "k8s" / "components" / "rabbitmq" / "permissions.yaml"


def manifest() -> str:
    """What is in the manifest."""
    told = "# Written by `make rights` from the services' code: change that.\n"
    return told + yaml.safe_dump_all(_permissions(), sort_keys=False, width=1000)


def _permissions() -> Iterator[dict[str, Any]]:
    for user, rights in rights_by_user().items():
        yield _object("Permission", user, user, permissions=rights.patterns)
        for exchange, keys in rights.topics.items():
            wanted = {"exchange": exchange, "write": keys.write, "read": keys.read}
            yield _object("TopicPermission", f"{user}-{exchange}", user, permissions=wanted)
    # the autoscaler counts queues, and may do nothing with them
    yield _object(
        "Permission",
        "autoscaling",
        "autoscaling",
        permissions={"configure": "^$", "write": "^$", "read": "^$"},
    )


def _object(kind: str, name: str, user: str, **more: Any) -> dict[str, Any]:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {
            "vhost": VHOST,
            "userReference": {"name": user},
            **more,
            "rabbitmqClusterReference": {"name": "broker"},
        },
    }


if __name__ == "__main__":
    MANIFEST.write_text(manifest(), encoding="utf-8")
