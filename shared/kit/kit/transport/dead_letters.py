"""The dead letters of a service: read, sent back to their handler, or thrown away, by a person.

Letters are taken from the queue without being acknowledged, and only those that were dealt with
are; so a tool that dies in the middle loses none. A replay may run twice, which the inbox sees to.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from amqp.exceptions import NotFound
from kombu import Queue
from sqlalchemy import Engine

from kit.bus import parked
from kit.bus.outgoing import Outgoing
from kit.bus.reading import key, sent_at
from kit.bus.retry import (
    ATTEMPTS,
    ERROR,
    ERROR_TYPE,
    FIRST_SEEN,
    PREFIX,
    QUEUE,
    SENT_AGAIN,
    STACK,
    attempts_of,
    handed_on,
)
from kit.topology import dead_queue, retry_exchange
from kit.transport.broker import to_broker
from kit.transport.publisher import ConfirmedPublisher
from kit.transport.settling import raw_body

BY_BROKER = "ParkedByBroker"
GIVE_BACK_SECONDS = 5.0
_BROKER_SAYS = {
    "delivery_limit": "delivered too often without an answer: its handler ends the process",
    "expired": "it waited too long",
    "maxlen": "its queue was full",
    "rejected": "it was rejected",
}


class NotReplayed(Exception):
    """Letters stay where they are, because their handlers' queues did not take them."""


class NoQueue(Exception):
    """The broker has no queue for the service's dead letters."""


@dataclass(frozen=True)
class DeadLetter:
    """One event that one handler could not handle. `copies` of it may lie in the queue."""

    event_id: str
    queue: str
    error_type: str
    error: str
    attempts: int
    first_seen: str | None
    stack: str
    body: bytes
    copies: int = 1
    headers: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The body for a person to read."""
        return self.body.decode(errors="replace")


Choice = Callable[[DeadLetter], bool]


def everything(_letter: DeadLetter) -> bool:
    """The choice of all letters."""
    return True


def letters(service: str, amqp_uri: str) -> list[DeadLetter]:
    """The dead letters, oldest first, each (queue, event) once; they stay in the queue."""
    found: dict[tuple[str, str], DeadLetter] = {}
    with _opened(service, amqp_uri) as messages:
        for _, letter in messages:
            known = found.get((letter.queue, letter.event_id))
            copies = known.copies + 1 if known else 1
            found[letter.queue, letter.event_id] = _with_copies(letter, copies)
    return list(found.values())


def replay(service: str, amqp_uri: str, choice: Choice, engine: Engine | None = None) -> int:
    """Send the chosen letters back to their handlers' queues, attempts counted anew; how many.

    `engine`, the service's database where it is at hand, keeps that they were replayed. Raises
    NotReplayed at the end where there were letters whose queue is gone.
    """
    replayed, stay = 0, []
    with _opened(service, amqp_uri) as messages, ConfirmedPublisher(amqp_uri) as publisher:
        for message, letter in messages:
            if not choice(letter):
                continue
            _keep(engine, letter, "replayed")
            if publisher.publish([_again(service, letter)]):
                _keep(engine, letter, "parked")
                stay.append(f"there is no queue {letter.queue} for event {letter.event_id}")
                continue
            message.ack()
            replayed += 1
    if stay:
        lines = "\n".join(stay)
        raise NotReplayed(f"{replayed} replayed, {len(stay)} not:\n{lines}")
    return replayed


def discard(service: str, amqp_uri: str, choice: Choice, engine: Engine | None = None) -> int:
    """Throw the chosen letters away; how many."""
    discarded = 0
    with _opened(service, amqp_uri) as messages:
        for message, letter in messages:
            if choice(letter):
                _keep(engine, letter, "discarded")
                message.ack()
                discarded += 1
    return discarded


def clear(service: str, amqp_uri: str, told_since: datetime) -> tuple[int, int]:
    """Throw away the letters of events told since then, which outboxes tell again; how many, and
    how many stay: older ones, and what is no event of ours, are nowhere else."""
    cleared = 0
    with _opened(service, amqp_uri) as messages:
        for message, letter in messages:
            told_at = sent_at(letter.body)
            if told_at is not None and told_at >= told_since:
                message.ack()
                cleared += 1
    return cleared, len(messages) - cleared


@contextmanager
def _opened(service: str, amqp_uri: str) -> Iterator[list[tuple[Any, DeadLetter]]]:
    """The letters there are now, not those that a replay brings back meanwhile. What was not
    acknowledged is in the queue again at the end, so that who looks next sees all of it."""
    with to_broker(amqp_uri, connect_timeout=5) as connection:
        queue = Queue(dead_queue(service), channel=connection.channel(), no_declare=True)
        try:
            found = list(_messages(queue))
        except NotFound as error:
            raise NoQueue(
                f"the broker has no queue {queue.name} at {connection.as_uri()}: "
                "the topology was not applied there, run headship topology"
            ) from error
        yield found
        _give_back(queue, [message for message, _ in found if not message.acknowledged])


def _give_back(queue: Any, messages: list[Any]) -> None:
    """And wait until the queue has them, which it is told by a way of its own. Another who reads
    the letters just now may hold them, so not for ever."""
    for message in messages:
        message.requeue()
    end = time.monotonic() + GIVE_BACK_SECONDS
    while queue.channel.queue_declare(queue.name, passive=True).message_count < len(messages):
        if time.monotonic() > end:
            return
        time.sleep(0.01)


def _messages(queue: Any) -> Iterator[tuple[Any, DeadLetter]]:
    while (message := queue.get(no_ack=False)) is not None:
        yield message, _letter(message)


def _letter(message: Any) -> DeadLetter:
    headers, body = dict(message.headers), raw_body(message)
    match headers.get("x-death"):  # what the kit parks has none: this was the broker
        case [dict() as death, *_]:
            headers |= _told_by_broker(death)
    first_seen = headers.get(FIRST_SEEN)
    return DeadLetter(
        event_id=key(body),
        queue=str(headers.get(QUEUE, "unknown")),
        error_type=str(headers.get(ERROR_TYPE, "unknown")),
        error=str(headers.get(ERROR, "not put here by the kit")),
        attempts=attempts_of(headers),
        first_seen=first_seen if isinstance(first_seen, str) else None,
        stack=str(headers.get(STACK, "")),
        body=body,
        headers=headers,
    )


def _told_by_broker(death: Mapping[str, Any]) -> dict[str, Any]:
    reason = str(death.get("reason"))
    return {
        QUEUE: death.get("queue"),
        ERROR_TYPE: BY_BROKER,
        ERROR: f"{reason}: {_BROKER_SAYS.get(reason, 'the broker says no more')}",
        STACK: "",
    }


def _with_copies(letter: DeadLetter, copies: int) -> DeadLetter:
    return DeadLetter(**{**vars(letter), "copies": copies})


def _again(service: str, letter: DeadLetter) -> Outgoing:
    kept = {
        name: value
        for name, value in handed_on(letter.headers).items()
        if not name.startswith(PREFIX) or name == FIRST_SEEN
    }
    return Outgoing(
        letter.event_id,
        retry_exchange(service),
        letter.queue,
        letter.body,
        kept | {ATTEMPTS: 0, SENT_AGAIN: True},
    )


def _keep(engine: Engine | None, letter: DeadLetter, state: str) -> None:
    """Before the letter leaves: a quick second failure must not take itself for a repeat."""
    if engine is not None:
        parked.settle(engine, letter.queue, letter.event_id, state)
