"""What a mail server's answers mean."""

import re

from notifications.domain.wording import in_a_line

TAKEN = 250

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_NO_SUCH_MAILBOX = (550, 551, 553)
_UNKNOWN = re.compile(
    r"no such|unknown|not found|not exist|n't exist|unrout|invalid|disabled|not a valid",
    re.IGNORECASE,
)
"""Of a recipient, in the words of a server that tells no more than the code: with the same codes it
says that it does not relay, or does not like us.
"""
_ABOUT_US = re.compile(r"\b(helo|ehlo|client host|sender address|sender verify)\b", re.IGNORECASE)


def is_bad_address(code: int, words: str, of_recipient: bool) -> bool:
    """Whether nothing will ever arrive at this address: RFC 3463's subjects `1`, and `2.1` (a
    mailbox that is closed). A full mailbox, or a refusal of what we wrote, says nothing of it.
    """
    told = _ENHANCED.search(words)
    if told is not None:
        _class, subject, detail = told.groups()
        return (subject == "1" and detail not in ("7", "8")) or (subject, detail) == ("2", "1")
    return of_recipient and code in _NO_SUCH_MAILBOX and bool(_UNKNOWN.search(words))


def is_about_us(words: str) -> bool:
    """Whether a server has waited until the recipient was named to refuse who asks, as Postfix does
    by default: that is ours to put right.
    """
    return bool(_ABOUT_US.search(words))


def told(error: Exception) -> str:
    """An error in a line."""
    return in_a_line(f"{type(error).__name__}: {error}")


def text_of(words: bytes | str) -> str:
    """What the server said, in a line."""
    return in_a_line(words if isinstance(words, str) else words.decode("utf-8", "replace"))
