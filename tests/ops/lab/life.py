"""The life of one pod that a scheduler has bound to a node: started, probed, started again, ended.

What a kubelet does with it, done with one local process in the place of its container. What it has
come to is told to the API server as a kubelet tells it.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from control_plane import ControlPlane, Object, Refused
from pods import Ended, Pod
from probes import Probe

LOOK_EVERY = 0.1
FIRST_WAIT, LONGEST_WAIT = 10.0, 300.0
"""Seconds before a container that ended a second time is started again, and at most."""

CONDITIONS = ("Initialized", "ContainersReady", "Ready")
NODES_ADDRESS = "127.0.0.1"

Begin = Callable[[int], Pod]
"""How often it has been started before → the pod's process, started."""


def now() -> str:
    """As the API server writes moments."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Gone(Exception):
    """The pod is no longer among those of the API server, as after a forced deletion."""


@dataclass
class Life:
    """One pod's. `address` is what the API server is told; nothing listens there.

    `end` and `abandon` may be called while `run` runs, from another thread.
    """

    told: Object
    plane: ControlPlane
    address: str
    begin: Begin
    undo: ExitStack
    """What is given back when it is over."""
    pod: Pod | None = None
    ended: Ended | None = None
    restarts: int = 0
    has_been_ready: bool = False
    over: bool = False
    """Whether nothing is left to do for it."""
    _ending: bool = False
    _abandoned: bool = False
    _since: dict[str, tuple[bool, str]] = field(default_factory=dict)
    _reported: Object | None = None
    _started_at: str = field(default_factory=now)

    @property
    def name(self) -> str:
        return str(self.told["metadata"]["name"])

    @property
    def path(self) -> str:
        """Where the API server has it."""
        return f"/api/v1/namespaces/{self.told['metadata']['namespace']}/pods/{self.name}"

    def end(self) -> None:
        """It has been deleted: let it end as its manifest says."""
        self._ending = True

    def abandon(self) -> None:
        """Kill its process, and do no more."""
        self._abandoned = True
        if self.pod is not None:
            self.pod.kill()

    def run(self) -> None:
        """All of it, until it is gone. Raises Refused where the API server will not hear of it."""
        try:
            with suppress(Gone):
                self._live()
                self._leave()
        finally:
            self.abandon()
            self.undo.close()
            self.over = True

    def _live(self) -> None:
        while not self._is_called_off():
            self.pod = self.begin(self.restarts)
            code = self._attend(self.pod)
            if code is None:
                return
            if self._stays_down(code):
                self._report(_terminated(code), "Failed" if code else "Succeeded")
                self._sleep_until(None)
                return
            self.restarts += 1
            self._report({"waiting": {"reason": "CrashLoopBackOff"}}, last=_terminated(code))
            self._sleep_until(time.monotonic() + _wait(self.restarts))

    def _attend(self, pod: Pod) -> int | None:
        """Ask the probes until the process has ended: its code, or None when it is called off."""
        startup = Probe(pod, "startupProbe")
        readiness, liveness = Probe(pod, "readinessProbe"), Probe(pod, "livenessProbe")
        while not self._is_called_off():
            code = pod.process.poll()
            if code is not None:
                return code
            if not startup.passes:
                startup.ask()
            else:
                readiness.ask()
                liveness.ask()
            if startup.has_failed or liveness.has_failed:
                pod.kill()
                continue
            ready = startup.passes and readiness.passes
            self.has_been_ready |= ready
            self._report(self._running(), ready=ready, is_up=startup.passes)
            time.sleep(LOOK_EVERY)
        return None

    def _running(self) -> Object:
        return {"running": {"startedAt": self._started_at}}

    def _stays_down(self, code: int) -> bool:
        policy = self.told["spec"]["restartPolicy"]
        return policy == "Never" or (policy == "OnFailure" and code == 0)

    def _leave(self) -> None:
        """End the process of a pod that was deleted, and let the API server forget it."""
        if self._abandoned:
            return
        if self.pod is not None and self.pod.process.poll() is None:
            if "lifecycle" in self.pod.container:
                self.ended = self.pod.stop()
                self._report(_terminated(self.ended.code), "Running")
            else:  # a Job's, past its deadline
                self.pod.kill()
        with suppress(Refused):  # somebody who would not wait has had it forgotten before
            uid = self.told["metadata"]["uid"]
            at_once = {"gracePeriodSeconds": 0, "preconditions": {"uid": uid}}
            self.plane.delete(self.path, at_once)

    def _is_called_off(self) -> bool:
        return self._ending or self._abandoned

    def _sleep_until(self, moment: float | None) -> None:
        while not self._is_called_off() and (moment is None or time.monotonic() < moment):
            time.sleep(LOOK_EVERY)

    def _report(
        self,
        state: Object,
        phase: str = "Running",
        *,
        ready: bool = False,
        is_up: bool = False,
        last: Object | None = None,
    ) -> None:
        """Tell the API server, if it has not been told the same."""
        container = self.told["spec"]["containers"][0]
        known = {"image": container["image"], "imageID": "", "name": container["name"]}
        counted = {"ready": ready, "restartCount": self.restarts, "started": is_up}
        status = known | counted | {"state": state} | ({"lastState": last} if last else {})
        told = {
            "phase": phase,
            "podIP": self.address,
            "hostIP": NODES_ADDRESS,
            "startTime": self._started_at,
            "containerStatuses": [status],
            "conditions": self._conditions(ready),
        }
        if told == self._reported:
            return
        try:
            self.plane.merge(f"{self.path}/status", {"status": told})
        except Refused:
            if self._abandoned or self._is_forgotten():
                raise Gone from None
            raise
        self._reported = told

    def _conditions(self, ready: bool) -> list[dict[str, Any]]:
        """With the moments since which they hold: from these `minReadySeconds` is counted."""
        holds = {"PodScheduled": True} | dict.fromkeys(CONDITIONS, ready) | {"Initialized": True}
        for kind, value in holds.items():
            if self._since.get(kind, (None, ""))[0] is not value:
                self._since[kind] = (value, now())
        return [
            {"type": kind, "status": str(value), "lastTransitionTime": since}
            for kind, (value, since) in self._since.items()
        ]

    def _is_forgotten(self) -> bool:
        try:
            found = self.plane.ask(self.path)
        except Refused:
            return True
        return bool(found["metadata"]["uid"] != self.told["metadata"]["uid"])


def _terminated(code: int) -> Object:
    """As a container's state. A process that a signal ended has 128 and its number as code."""
    reason = "Error" if code else "Completed"
    return {"terminated": {"exitCode": code if code >= 0 else 128 - code, "reason": reason}}


def _wait(restarts: int) -> float:
    """Seconds before the next start: none before the first, then twice as many each time."""
    return 0.0 if restarts == 1 else float(min(FIRST_WAIT * 2 ** (restarts - 2), LONGEST_WAIT))
