"""A container's probes, asked as often as the manifest says, and what their answers amount to."""

import time

from pods import Pod


class Probe:
    """One probe of a running container, which a container need not have.

    It is first asked at once and then each `periodSeconds`. As a kubelet has it, one good answer
    is enough, and it takes `failureThreshold` bad ones in a row to say no.
    """

    def __init__(self, pod: Pod, name: str) -> None:
        self._pod, self._name = pod, name
        self._told = pod.container.get(name)
        self._due = 0.0
        self._failed = 0
        self.passes = self._told is None
        """Whether it holds by now. What is not probed holds."""

    @property
    def has_failed(self) -> bool:
        """Whether it has failed for as often as it may."""
        return self._told is not None and self._failed >= self._told["failureThreshold"]

    def ask(self) -> None:
        """Ask it if it is time to; returns within its own `timeoutSeconds`."""
        if self._told is None or time.monotonic() < self._due:
            return
        self._due = time.monotonic() + self._told["periodSeconds"]
        if self._pod.answers(self._name):
            self._failed, self.passes = 0, True
            return
        self._failed += 1
        if self.has_failed:
            self.passes = False
