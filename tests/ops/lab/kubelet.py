"""The nodes of the lab: pods that the scheduler binds to them run as processes of this machine.

A pod has what a pod of the manifest runner has: command, probes, hook and grace as written, what
stands in for hosts, ports and Secrets from stand_ins.py and ground.py. Its settings are in the
ConfigMaps that the API server holds. Pods have no network of their own, no mounts, limits or users.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from itertools import count

from cluster import own_ports, started
from control_plane import ControlPlane, Object
from ground import Ground
from life import Life, now
from pods import Ended, Pod
from rendered import Manifest, Rendered

LOOK_EVERY = 0.3
BEAT_EVERY = 10.0
"""A node that has not been heard of for 40 seconds is given up by the controllers."""

ROOM = {"cpu": "4", "memory": "16Gi", "pods": "50"}
"""What the scheduler may give away of a node; nothing is measured or limited."""


class Kubelet:
    """Plays those of all `nodes`, for the time of a block; then each pod's process is killed."""

    def __init__(self, plane: ControlPlane, ground: Ground, nodes: Sequence[str]) -> None:
        self.nodes = tuple(nodes)
        self.lives: dict[str, Life] = {}
        """A pod's uid → its life, also when that is over."""
        self.faults: list[Exception] = []
        """What went wrong in the stand-in itself, or between it and the API server."""
        self._plane, self._ground = plane, ground
        self._numbers = count(1)
        self._stop = threading.Event()
        self._beat = 0.0
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "Kubelet":
        for number, node in enumerate(self.nodes, 1):
            self._plane.create("/api/v1/nodes", _node(node, f"zone-{number}"))
        self._begin(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for life in list(self.lives.values()):
            life.abandon()
        for thread in self._threads:
            thread.join()

    def ended(self) -> list[Ended]:
        """How pods ended that were deleted. One that could never start may end by itself
        meanwhile, and is not among them."""
        lives = [life for life in self.lives.values() if life.has_been_ready]
        return [life.ended for life in lives if life.ended is not None]

    def _look(self) -> None:
        """See what has been bound and deleted, over and over."""
        while not self._stop.is_set():
            if time.monotonic() > self._beat + BEAT_EVERY:
                self._beat = time.monotonic()
                for node in self.nodes:
                    self._plane.merge(f"/api/v1/nodes/{node}/status", {"status": _healthy()})
            self._follow(self._plane.items("/api/v1/pods"))
            time.sleep(LOOK_EVERY)

    def _follow(self, told: list[Object]) -> None:
        bound = {one["metadata"]["uid"]: one for one in told if "nodeName" in one["spec"]}
        for uid, one in bound.items():
            if uid not in self.lives:
                self.lives[uid] = self._born(one)
                self._begin(self.lives[uid].run)
            if "deletionTimestamp" in one["metadata"]:
                self.lives[uid].end()
        for uid, life in self.lives.items():
            if uid not in bound and not life.over:
                life.abandon()

    def _born(self, told: Object) -> Life:
        number = next(self._numbers)
        workload = {"kind": "Pod", "metadata": told["metadata"], "spec": {"template": told}}
        undo = ExitStack()  # ports stay the pod's, however often its container is started
        own = undo.enter_context(own_ports(workload))

        def begin(restarts: int) -> Pod:
            name = "-".join([told["metadata"]["name"], *([str(restarts)] if restarts else [])])
            return started(name, workload, self._settings(workload), own, self._ground)

        return Life(told, self._plane, f"10.244.{number // 250}.{number % 250 + 1}", begin, undo)

    def _settings(self, workload: Manifest) -> dict[str, str]:
        """By the ConfigMaps that the API server has now."""
        namespace = workload["metadata"]["namespace"]
        held = self._plane.items(f"/api/v1/namespaces/{namespace}/configmaps")
        return Rendered(tuple(one | {"kind": "ConfigMap"} for one in held)).settings(workload)

    def _begin(self, work: Callable[[], None]) -> None:
        def noting() -> None:
            try:
                work()
            except Exception as fault:
                self.faults.append(fault)

        thread = threading.Thread(target=noting)
        self._threads.append(thread)
        thread.start()


def _node(name: str, zone: str) -> Object:
    labels = {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone}
    metadata = {"name": name, "labels": labels}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata}


def _healthy() -> Object:
    """The status of a node with nothing wrong."""
    condition = {"type": "Ready", "status": "True", "reason": "KubeletReady"}
    moments = {"lastHeartbeatTime": now(), "lastTransitionTime": now()}
    return {"capacity": ROOM, "allocatable": ROOM, "conditions": [condition | moments]}
