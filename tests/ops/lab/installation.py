"""The overlay on the lab's API server, and what an operator does with it by kubectl."""

from dataclasses import dataclass
from datetime import datetime

import yaml
from control_plane import ControlPlane, Object
from differences import definitions
from kubelet import Kubelet
from life import Life
from rendered import Manifest, Rendered

from cli.backing.processes import wait_until

NAMESPACE = "headship"
ROLLED_SECONDS, JOBS_SECONDS, SETTLED_SECONDS = 300, 300, 120
APPLY = ("apply", "--server-side", "--field-manager=lab", "--filename=-")
"""Server-side, so that the API server itself compares each field with those that it knows."""


@dataclass
class Installation:
    """`objects` as they were given to the API server."""

    plane: ControlPlane
    kubelet: Kubelet
    objects: Rendered

    def kubectl(self, *arguments: str, given: str = "") -> str:
        """In our namespace. Raises Refused."""
        return self.plane.kubectl("--namespace", NAMESPACE, *arguments, given=given)

    def try_kubectl(self, *arguments: str, given: str = "") -> tuple[int, str]:
        """In our namespace: exit code and what it prints."""
        return self.plane.try_kubectl("--namespace", NAMESPACE, *arguments, given=given)

    def apply(self) -> None:
        """Definitions of other operators' kinds, and when these are known, all objects."""
        kinds = definitions(self.objects)
        self.plane.kubectl(*APPLY, given=yaml.safe_dump_all(kinds))
        known = [f"customresourcedefinition/{one['metadata']['name']}" for one in kinds]
        self.plane.kubectl("wait", "--for=condition=Established", "--timeout=60s", *known)
        self.plane.kubectl(*APPLY, given=yaml.safe_dump_all(self.objects.all))

    def held(self) -> list[Manifest]:
        """The objects as the API server has them, in the same order."""
        given = yaml.safe_dump_all(self.objects.all)
        return list(self.plane.read("get", "--filename=-", given=given)["items"])

    @property
    def deployments(self) -> list[str]:
        """`deployment/<name>` of each, as kubectl wants them."""
        return [f"deployment/{name}" for name in sorted(self.objects.names("Deployment"))]

    def await_jobs(self) -> None:
        """Until each Job of the release is complete. Raises Refused after a while."""
        jobs = [f"job/{name}" for name in self.objects.names("Job")]
        self.kubectl("wait", "--for=condition=Complete", f"--timeout={JOBS_SECONDS}s", *jobs)

    def await_rolled_out(self, *deployments: str) -> None:
        """Until all pods of these, or of all, are of the newest release and ready, and the former
        ones have ended. Raises Refused or AssertionError with what it looks like."""
        for one in deployments or self.deployments:
            self.kubectl("rollout", "status", one, f"--timeout={ROLLED_SECONDS}s")

        def leaving() -> list[str]:
            return [one["metadata"]["name"] for one in self.pods() if is_leaving(one)]

        assert wait_until(lambda: not leaving(), SETTLED_SECONDS, every=0.3), leaving()

    def pods(self, workload: str | None = None) -> list[Object]:
        """Those of services, or of one, as the API server has them."""
        path = f"/api/v1/namespaces/{NAMESPACE}/pods"
        told = "app.kubernetes.io/component=service"
        chosen = f"{told},app.kubernetes.io/name={workload}" if workload else told
        return self.plane.items(f"{path}?labelSelector={chosen}")

    def refusals(self) -> set[str]:
        """Why pods could not be made, as the controllers tell: limits, quotas, accounts."""
        events = self.plane.items(f"/api/v1/namespaces/{NAMESPACE}/events")
        failed = [one for one in events if one["reason"] == "FailedCreate"]
        return {f"{one['involvedObject']['name']}: {one['message']}" for one in failed}

    def ready(self, workload: str) -> set[str]:
        """The names of a service's pods that are ready and are to stay."""
        found = [one for one in self.pods(workload) if not is_leaving(one)]
        return {one["metadata"]["name"] for one in found if ready_since(one) is not None}

    def addresses(self, service: str) -> set[str]:
        """Where the Service of this name leads."""
        found = self.plane.ask(f"/api/v1/namespaces/{NAMESPACE}/endpoints/{service}")
        subsets = found.get("subsets", [])
        return {each["ip"] for subset in subsets for each in subset.get("addresses", [])}

    def life(self, pod: str) -> Life:
        """The stand-in's side of a pod."""
        return next(one for one in self.kubelet.lives.values() if one.name == pod)

    def restarts(self, pod: str) -> int:
        """How often its container has been started again."""
        found = self.plane.ask(f"/api/v1/namespaces/{NAMESPACE}/pods/{pod}")
        return int(found["status"]["containerStatuses"][0]["restartCount"])


def is_leaving(pod: Object) -> bool:
    """Whether it has been deleted, and has not ended yet."""
    return "deletionTimestamp" in pod["metadata"]


def ready_since(pod: Object) -> datetime | None:
    """Since when it is ready."""
    for condition in pod["status"].get("conditions", []):
        if condition["type"] == "Ready" and condition["status"] == "True":
            return datetime.fromisoformat(condition["lastTransitionTime"])
    return None
