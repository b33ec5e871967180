"""The seam behind which mail leaves: a channel is opened, takes one mail at a time, is closed.

`hand_over` returns when the other side has taken the mail, and raises one of the three errors
below when it has not, or may not have.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A message ready to go out. `mail_id` is its Message-ID, the same at every attempt."""

    message_id: str
    mail_id: str
    template: str
    sender: str
    recipient: str
    subject: str
    plain: str
    html: str
    at: datetime  # domain time


class NotNow(Exception):
    """Not taken, for a reason that may pass: try again later. The text is the reason."""


class NotEver(Exception):
    """Not taken, and never will be: this address or this mail is refused."""


class NotKnown(Exception):
    """It may have been taken: the connection broke before the answer."""


class Sender(Protocol):
    """An open channel."""

    def hand_over(self, mail: Mail) -> None:
        """Returns once the mail is taken. Raises NotNow, NotEver or NotKnown."""


class Channel(Protocol):
    """A way out. `repeatable`: handing a mail over twice is the same as once."""

    repeatable: bool

    @contextmanager
    def open(self) -> Iterator[Sender]:
        """Connect at the first mail, and part at the end."""
