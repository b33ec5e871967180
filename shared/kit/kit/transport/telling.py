"""What is told of each delivery to a handler: its counters, and one line of the log."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kit import log, metrics
from kit.bus.consumer import Outcome
from kit.bus.handler import Handler
from kit.bus.reading import key
from kit.bus.retry import attempts_of


class Teller:
    """For one handler. Its series exist from the start, so that a rate starts from zero."""

    def __init__(self, service: str, handler: Handler) -> None:
        labels = {"service": service, "queue": handler.queue}
        self._service, self._entrypoint = service, handler.entrypoint
        # found once: prometheus_client looks a series up by its labels in 2 µs, each time
        self._handled = {
            word: metrics.events_handled.labels(**labels, outcome=word)
            for word in metrics.EVENT_OUTCOMES
        }
        self._duration = metrics.event_duration.labels(**labels)
        self._age = metrics.event_age.labels(**labels)

    def tell(self, body: bytes, headers: Mapping[str, Any], outcome: Outcome, word: str) -> None:
        """`word` is one of EVENT_OUTCOMES."""
        self._handled[word].inc()
        self._duration.observe(outcome.seconds)
        envelope = outcome.arrived.envelope if outcome.arrived else None
        if envelope is not None and word == "handled":
            self._age.observe((datetime.now(UTC) - envelope.sent_at).total_seconds())
        if not log.tells_of_runs(outcome.error):
            return
        log.ran(
            self._service,
            self._entrypoint,
            outcome=word,
            seconds=outcome.seconds,
            correlation_id=envelope.correlation_id if envelope else None,
            error=outcome.error,
            event_id=key(body) if envelope is None else str(envelope.event_id),
            event=envelope.name if envelope else None,
            attempts=attempts_of(headers) + 1,
        )
