"""Answering the broker for the deliveries of one consumer: in runs, one frame instead of many."""

import logging
from collections.abc import Sequence
from typing import Any

from amqp.exceptions import AMQPError

_log = logging.getLogger(__name__)


class Answers:
    """Acknowledgements wait for earlier deliveries of the channel, then leave together.

    Nothing is acknowledged early: at worst a delivery that is done comes a second time. The
    consumer has its channel to itself; with a new channel, what is open is the broker's again.
    """

    def __init__(self) -> None:
        self._channel: Any = None
        self._done: dict[int, bool] = {}

    def took(self, message: Any) -> None:
        """A delivery has come. To be called in the order in which they come."""
        if message.channel is not self._channel:
            self._channel, self._done = message.channel, {}
        self._done[message.delivery_tag] = False

    def is_open(self, message: Any) -> bool:
        """Whether the broker still waits for an answer, on a connection that is there."""
        known = message.channel is self._channel and message.channel.connection is not None
        return known and self._done.get(message.delivery_tag) is False

    def ack(self, messages: Sequence[Any]) -> None:
        """They are done. One alone leaves at once; many wait for what came before them."""
        done = [message for message in messages if self.is_open(message)]
        if len(done) == 1:
            del self._done[done[0].delivery_tag]
            self._tell("basic_ack", done[0].delivery_tag)
        else:
            self._done |= dict.fromkeys((message.delivery_tag for message in done), True)
        self._let_go()

    def _let_go(self) -> None:
        last = None
        for tag, is_done in self._done.items():
            if not is_done:
                break
            last = tag
        if last is not None:
            self._done = {tag: done for tag, done in self._done.items() if tag > last}
            self._tell("basic_ack", last, multiple=True)

    def ack_each(self, messages: Sequence[Any]) -> None:
        """They are done, and none waits for what came before it. Those before which nothing is open
        leave together: to write a frame is half of what a message costs that is refused."""
        self._done |= {one.delivery_tag: True for one in messages if self.is_open(one)}
        self._let_go()
        alone = [tag for tag, is_done in self._done.items() if is_done]
        for tag in alone:
            del self._done[tag]
        for tag in alone:
            self._tell("basic_ack", tag)

    def requeue(self, message: Any) -> None:
        """Give it back, to be delivered again."""
        if self.is_open(message):
            del self._done[message.delivery_tag]
            self._tell("basic_reject", message.delivery_tag, requeue=True)
            self._let_go()

    def _tell(self, method: str, tag: int, **options: bool) -> None:
        if self._channel.connection is None:
            return
        try:
            getattr(self._channel, method)(tag, **options)
        except (AMQPError, OSError) as error:
            _log.warning("lost the broker in an answer", extra={"reason": type(error).__name__})
