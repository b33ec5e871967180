"""After a group has run: each message acknowledged, sent on, or kept until the database is back."""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kit.bus import parked
from kit.bus.consumer import Outcome, Result
from kit.bus.handler import Handler
from kit.bus.retry import ERROR, SENT_AGAIN, Onward, RetryPolicy, onward
from kit.db import ServiceDatabase
from kit.failpoints import reach
from kit.transport.answers import Answers
from kit.transport.publisher import ConfirmedPublisher
from kit.transport.telling import Teller

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failed:
    """A message whose handler failed, why, and the copy that goes on."""

    message: Any
    outcome: Outcome
    onward: Onward


@dataclass(frozen=True)
class Settler:
    """For one handler's queue."""

    handler: Handler
    database: ServiceDatabase
    policy: RetryPolicy
    amqp_uri: str = field(repr=False)
    answers: Answers
    teller: Teller
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    """For failures: of two groups with the same event, the second sees that the first parked it."""

    @property
    def queue(self) -> str:
        return self.handler.full_name(self.database.service)

    def settle(self, messages: Sequence[Any], outcomes: Sequence[Outcome]) -> list[Any]:
        """Answer for all messages but those that met an outage, which it gives back."""
        kept: list[Any] = []
        done: list[Any] = []
        failed: list[Failed] = []
        for message, outcome in zip(messages, outcomes, strict=True):
            if outcome.result is Result.OUTAGE:
                kept.append(message)
            elif outcome.error is not None:
                failed.append(Failed(message, outcome, self._onward(message, outcome)))
            else:
                done.append(message)
                self._tell(message, outcome, str(outcome.result))
        if done:
            self.answers.ack(done)
            reach("handler.after_ack")
        if failed:
            with self.one_at_a_time:
                self._settle_failed(failed)
        return kept

    def _settle_failed(self, failed: list[Failed]) -> None:
        repeats, failed = self._repeats(failed)
        if repeats:
            self.answers.ack(repeats)
        if failed:
            self._send_on(failed)

    def _onward(self, message: Any, outcome: Outcome) -> Onward:
        return onward(
            self.database.service,
            self.queue,
            self.policy,
            raw_body(message),
            message.headers,
            outcome.result,
            outcome.error or RuntimeError(outcome.result),
            datetime.now(UTC),
        )

    def _send_on(self, failed: list[Failed]) -> None:
        """Publish the copies, then acknowledge the originals: a crash between gives two of them,
        never none. What cannot be sent goes back to the queue."""
        steps = {"park" if one.onward.parks else "retry" for one in failed}
        _reach(steps, "before_publish")
        with ConfirmedPublisher(self.amqp_uri) as publisher:
            refused = publisher.publish([one.onward.message for one in failed])
        _reach(steps, "after_publish")
        for one in failed:
            sent = one.onward.message
            if sent.id in refused:
                told = {"queue": self.queue, "event_id": sent.id, "answer": refused[sent.id]}
                _log.error("a failed event could not be sent on", extra=told)
                self.answers.requeue(one.message)
            elif one.onward.parks:
                parked.record(self.database, self.queue, sent.id, sent.headers[ERROR])
                reach("park.after_record")
                self._tell(one.message, one.outcome, "parked")
            else:
                self._tell(one.message, one.outcome, "retried")
        self.answers.ack([one.message for one in failed])
        _reach(steps, "after_ack")

    def _repeats(self, failed: list[Failed]) -> tuple[list[Any], list[Failed]]:
        """Messages of events that are among the dead letters already, and what is left."""
        repeats: list[Any] = []
        left: list[Failed] = []
        parking: set[str] = set()
        for one in failed:
            event = one.onward.message.id
            if one.onward.parks and (event in parking or self._is_parked(one)):
                repeats.append(one.message)
                self._tell(one.message, one.outcome, "duplicate")
                continue
            if one.onward.parks:
                parking.add(event)
            left.append(one)
        return repeats, left

    def _is_parked(self, one: Failed) -> bool:
        """A letter from before what was sent again on purpose may be lost, and does not count."""
        if SENT_AGAIN in one.message.headers:
            return False
        return parked.is_parked(self.database, self.queue, one.onward.message.id)

    def _tell(self, message: Any, outcome: Outcome, word: str) -> None:
        self.teller.tell(raw_body(message), message.headers, outcome, word)


def _reach(steps: set[str], place: str) -> None:
    for step in sorted(steps):
        reach(f"{step}.{place}")


def raw_body(message: Any) -> bytes:
    """The body as it travelled; the library gives text where the sender named an encoding."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)
