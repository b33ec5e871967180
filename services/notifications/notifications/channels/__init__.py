"""The seam behind which mail leaves: a channel is opened, takes one mail at a time, is closed.

`hand_over` returns when the other side has taken the mail, and raises one of the errors below when
it has not, or may not have.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class File:
    """A file that goes along."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A message ready to go out. `mail_id` is its Message-ID, the same at every attempt.

    `recipient` is as its holder writes it, `wire` as an ordinary mail server takes it (None: only
    one that speaks SMTPUTF8). `bounces_to` is the envelope's sender. `in_doubt`: an earlier attempt
    may have been taken.
    """

    message_id: str
    mail_id: str
    template: str
    sender: str
    sender_name: str = ""
    recipient: str
    wire: str | None = None
    bounces_to: str = ""
    subject: str
    plain: str
    html: str
    markup: str = ""
    at: datetime  # domain time
    unsubscribe_url: str | None = None
    files: Sequence[File] = ()
    in_doubt: bool = False


class NotNow(Exception):
    """Not taken, for a reason that may pass: try again later. The text is the reason."""


class ChannelDown(NotNow):
    """Nobody takes anything there now: no other mail need be tried."""


class Spent(ChannelDown):
    """As much was sent as may be in a day: nothing more is taken before `until` (wall time). None
    has had an attempt.
    """

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason)
        self.until = until


class NoPlace(NotNow):
    """No conversation for this one, while others there go on: it has had no attempt."""


class NotEver(Exception):
    """Not taken, and never will be. `bad_address`: nothing will be that is for this address."""

    def __init__(self, reason: str, *, bad_address: bool = False) -> None:
        super().__init__(reason)
        self.bad_address = bad_address


class NotKnown(Exception):
    """It may have been taken: the connection broke before the answer."""


class Sender(Protocol):
    """An open channel."""

    def hand_over(self, mail: Mail) -> str | None:
        """Returns once the mail is taken, with the other side's reference if it has one.

        Raises NotNow, NotEver or NotKnown.
        """


class Channel(Protocol):
    """A way out. `repeatable`: handing a mail over twice is the same as once. `places`: how many
    mails may be in hand at once; `beside`: whether each of them by a conversation of its own.
    """

    name: str
    repeatable: bool
    places: int
    beside: bool

    @contextmanager
    def open(self) -> Iterator[Sender]:
        """Connect at the first mail, and part at the end."""
