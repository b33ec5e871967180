"""The manifest runner: the workloads of a rendered overlay as processes of this machine.

What is replaced stands in stand_ins.py; what the cluster supplies beside them in ground.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import count

from dockerfile import Image, of_this_checkout
from ground import Ground
from pods import Ended, NotReady, Pod
from rendered import Manifest, Rendered, containers, template
from stand_ins import replaced

from cli.backing import ports

Images = Callable[[str], Image]
"""Name of an image, `sessions` or `cli` → what stands for it."""


class Cluster:
    """Runs what was applied; `close` ends it all."""

    def __init__(self, rendered: Rendered, ground: Ground, images: Images = of_this_checkout):
        self.rendered, self.ground, self.images = rendered, ground, images
        self.pods: dict[str, list[Pod]] = {}
        self._numbers = count(1)
        self._undo = ExitStack()

    def release(self) -> dict[str, int]:
        """Run the Jobs of the release, all at once as a cluster does; the exit code of each. One
        that fails is tried again as often as it says: a migration gives way to those at work."""
        running = {
            job["metadata"]["name"]: (job, self._start(job)) for job in self.rendered.of("Job")
        }
        return {name: self._finish(job, pod) for name, (job, pod) in running.items()}

    def _finish(self, job: Manifest, pod: Pod) -> int:
        code = pod.finish(job["spec"]["activeDeadlineSeconds"])
        for _ in range(job["spec"]["backoffLimit"]):
            if code != 0:
                code = self._start(job).finish(job["spec"]["activeDeadlineSeconds"])
        return code

    def least_replicas(self) -> dict[str, int]:
        """Deployment → how many replicas the autoscaler keeps when there is little to do."""
        return {
            one["spec"]["scaleTargetRef"]["name"]: one["spec"]["minReplicaCount"]
            for one in self.rendered.of("ScaledObject")
        }

    def start(self, replicas: Mapping[str, int]) -> None:
        """Start every Deployment, and return when each of its pods is ready."""
        for name, number in replicas.items():
            self.pods[name] = [self._start(self._deployment(name)) for _ in range(number)]
        for pods in self.pods.values():
            for pod in pods:
                pod.await_ready()

    def roll(self, name: str, changed: Mapping[str, str] | None = None) -> list[Ended]:
        """Replace the pods of a Deployment as its strategy says: one more, then one less.

        `changed` settings are those of another release. Raises NotReady when a new pod does not
        become ready: the old ones are still there then.
        """
        deployment = self._deployment(name)
        strategy = deployment["spec"]["strategy"]["rollingUpdate"]
        assert strategy == {"maxSurge": 1, "maxUnavailable": 0}
        ended = []
        for old in list(self.pods[name]):
            new = self._start(deployment, changed)
            try:
                new.await_ready()
            except NotReady:
                new.kill()
                raise
            self.pods[name].append(new)
            self.pods[name].remove(old)
            ended.append(old.stop())
        return ended

    def stop(self) -> list[Ended]:
        """Scale everything to nothing, all at once."""
        pods = list(self.all_pods())
        self.pods.clear()
        with ThreadPoolExecutor(len(pods)) as stopping:
            return list(stopping.map(Pod.stop, pods))

    def close(self) -> None:
        self._undo.close()

    def all_pods(self) -> Iterable[Pod]:
        return (pod for pods in self.pods.values() for pod in pods)

    def _start(self, workload: Manifest, changed: Mapping[str, str] | None = None) -> Pod:
        own = self._undo.enter_context(own_ports(workload))
        settings = self.rendered.settings(workload) | dict(changed or {})
        name = f"{workload['metadata']['name']}-{next(self._numbers)}"
        pod = started(name, workload, settings, own, self.ground, self.images)
        self._undo.callback(pod.kill)
        return pod

    def _deployment(self, name: str) -> Manifest:
        return next(
            one for one in self.rendered.of("Deployment") if one["metadata"]["name"] == name
        )


@contextmanager
def own_ports(workload: Manifest) -> Iterator[dict[str, int]]:
    """Name of each port of a workload's container → one of this machine, for a pod of it."""
    (container,) = containers(workload)
    names = [port["name"] for port in container.get("ports", [])]
    with ports.reserved(len(names)) as numbers:
        yield dict(zip(names, numbers, strict=True))


def started(
    name: str,
    workload: Manifest,
    settings: Mapping[str, str],
    own: Mapping[str, int],
    ground: Ground,
    images: Images = of_this_checkout,
) -> Pod:
    """A pod of a workload that listens on its `own` ports, started. `settings` are as written."""
    (container,) = containers(workload)
    volumes = template(workload)["spec"]["volumes"]
    secret = next(each["secret"]["secretName"] for each in volumes if "secret" in each)
    image = images(container["image"].partition("@")[0].rpartition("headship-")[2])
    given = replaced(settings, ground.here(secret, own))
    scratch = ground.directory / "pods" / name
    scratch.mkdir(parents=True)
    command, environment = image.command(container["args"]), image.environment() | given
    return Pod(name, workload, command, environment, own, scratch)
