"""What the entrypoints that answer a request have in common, whoever asks."""

from typing import Any, ClassVar

from nameko.extensions import Entrypoint
from prometheus_client import Counter, Histogram

from kit import metrics
from kit.calls import Served


class Method(Entrypoint):
    """One method of a service, and the counters that tell of its calls.

    A service that would answer what is asked of another one does not start (TypeError).
    """

    requests: ClassVar[Counter]
    duration: ClassVar[Histogram]
    outcomes: ClassVar[tuple[str, ...]]

    def __init__(self, served: Served, **options: Any) -> None:
        self.served = served
        super().__init__(**options)

    def setup(self) -> None:
        asked, here = self.served.request.wire.service, self.container.service_name
        if asked != here:
            raise TypeError(f"{here} cannot answer {asked}.{self.method_name}")
        labels = {"service": here, "method": self.method_name}
        metrics.touch(self.requests, {**labels, "outcome": self.outcomes})
        metrics.touch(self.duration, labels)
