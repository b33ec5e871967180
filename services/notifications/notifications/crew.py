"""Hands mails over, as many beside each other as the channel has places."""

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self
from uuid import UUID

from notifications import metrics
from notifications.channels import Channel, Mail, NoPlace, NotEver, NotKnown, NotNow, Sender
from notifications.settling import Attempt

LINGER_SECONDS = 0.05
"""How long an answer waits for others, to be kept in one transaction with them."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ended:
    """A hand that can go on no more, and why."""

    error: BaseException


class Crew:
    """One hand for each place; with a channel that needs none, everything is done at once."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self.places = channel, channel.places
        self._waiting: queue.Queue[Mail | None] = queue.Queue()
        self._done: queue.Queue[Attempt | Ended] = queue.Queue()
        self._hands: list[threading.Thread] = []
        self._without_place = 0  # of the hands
        self._alone = ExitStack()
        self._sender: Sender | None = None
        self._mine: deque[Attempt] = deque()

    def __enter__(self) -> Self:
        if not self._channel.beside or self.places == 1:
            self._sender = self._alone.enter_context(self._channel.open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _hand in self._hands:
            self._waiting.put(None)
        for hand in self._hands:
            hand.join()
        self._alone.close()

    def give(self, mails: Sequence[Mail], in_hand: int) -> None:
        """Hand these over beside the `in_hand` that are not told of yet; no more than there are
        places free. There is a hand for each: what is marked as in hand is in one.
        """
        if self._sender is not None:
            self._mine.extend(hand_over(self._sender, mail) for mail in mails)
            return
        for mail in mails:
            self._waiting.put(mail)
        wanted = min(self.places, in_hand + len(mails))
        while len(self._hands) - self._without_place < wanted:
            hand = threading.Thread(target=self._work, daemon=True)
            self._hands.append(hand)
            hand.start()

    def results(self, in_hand: int) -> list[Attempt]:
        """What has become of some of those in hand: at least one, and half of them if they end
        soon, since each answer costs a commit of its own otherwise.
        """
        if self._sender is not None:
            found = list(self._mine)
            self._mine.clear()
            return found
        told = [self._done.get()]
        enough = max(1, in_hand // 2)
        end = time.monotonic() + LINGER_SECONDS
        while len(told) < enough or not self._done.empty():
            try:
                told.append(self._done.get(timeout=max(end - time.monotonic(), 0.001)))
            except queue.Empty:
                break
        return [self._noted(one) for one in told]

    def _noted(self, one: Attempt | Ended) -> Attempt:
        if isinstance(one, Ended):
            raise one.error
        if not isinstance(one.error, NoPlace):
            return one
        self._without_place += 1
        if self.places == 1:  # nobody here could take it over
            return replace(one, error=NotNow(str(one.error)))
        self.places -= 1
        return one

    def _work(self) -> None:
        try:
            with self._channel.open() as sender:
                while (mail := self._waiting.get()) is not None:
                    attempt = hand_over(sender, mail)
                    self._done.put(attempt)
                    if isinstance(attempt.error, NoPlace):
                        return
        except BaseException as error:  # told where it is noticed: who waits for it would hang
            self._done.put(Ended(error))


def hand_over(sender: Sender, mail: Mail) -> Attempt:
    """One mail, and what the channel said."""
    message_id = UUID(mail.message_id)
    try:
        with metrics.handing_over.time():
            reference = sender.hand_over(mail)
    except (NotNow, NotEver, NotKnown) as error:
        return Attempt(message_id, error)
    except Exception as error:  # a bug: it must not hold up the mails behind this one
        _log.exception("handing a mail over failed", extra={"message_id": mail.message_id})
        return Attempt(message_id, NotKnown(type(error).__name__))
    return Attempt(message_id, None, reference)
