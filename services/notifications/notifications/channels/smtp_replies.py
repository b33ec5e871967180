"""What a mail server's answers mean."""

import re

from notifications.domain.blame import by_code
from notifications.domain.wording import in_a_line

TAKEN = 250

_NO_SUCH_MAILBOX = (550, 551, 553)
_UNKNOWN = re.compile(
    r"no such|unknown|not found|not exist|n't exist|unrout|invalid|disabled|not a valid",
    re.IGNORECASE,
)
"""Of a recipient, in the words of a server that tells no more than the code: with the same codes it
says that it does not relay, or does not like us.
"""
_ABOUT_US = re.compile(r"\b(helo|ehlo|client host|sender address|sender verify)\b", re.IGNORECASE)

_SENT_ENOUGH = re.compile(
    r"(?<![\d.])5\.(4\.5|1\.90|7\.705)(?!\.?\d)"  # Google's; Exchange Online's
    r"|(daily|hourly)[\w ]{0,30}(limit|quota)|submission *quota",
    re.IGNORECASE,
)
_BY_ONE = re.compile(r"mailbox|receiv|you are trying to", re.IGNORECASE)


def is_bad_address(code: int, words: str, of_recipient: bool) -> bool:
    """Whether nothing will ever arrive at this address. A full mailbox, or a refusal of what we
    wrote, says nothing of it.
    """
    told = by_code(words)
    if told is not None:
        return told
    return of_recipient and code in _NO_SUCH_MAILBOX and bool(_UNKNOWN.search(words))


def is_about_us(words: str) -> bool:
    """Whether a server has waited until the recipient was named to refuse who asks, as Postfix does
    by default: that is ours to put right.
    """
    return bool(_ABOUT_US.search(words))


def has_sent_enough(words: str) -> bool:
    """Whether a server takes no more from us for hours, whoever it is for; a recipient who takes no
    more is none of it.
    """
    return bool(_SENT_ENOUGH.search(words)) and not _BY_ONE.search(words)


def told(error: Exception) -> str:
    """An error in a line."""
    return in_a_line(f"{type(error).__name__}: {error}")


def text_of(words: bytes | str) -> str:
    """What the server said, in a line."""
    return in_a_line(words if isinstance(words, str) else words.decode("utf-8", "replace"))
