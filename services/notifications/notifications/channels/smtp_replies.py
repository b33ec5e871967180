"""What a mail server's answers mean."""

import re

TAKEN = 250

_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_SUCH_MAILBOX = (550, 551, 553)
"""Of a recipient, from a server that tells no more than the code."""


def is_bad_address(code: int, words: str, of_recipient: bool) -> bool:
    """Whether nothing will ever arrive at this address: RFC 3463's subjects `1`, and `2.1` (a
    mailbox that is closed). A full mailbox, or a refusal of what we wrote, says nothing of it.
    """
    told = _ENHANCED.search(words)
    if told is not None:
        _class, subject, detail = told.groups()
        return (subject == "1" and detail not in ("7", "8")) or (subject, detail) == ("2", "1")
    return of_recipient and code in _NO_SUCH_MAILBOX


def told(error: Exception) -> str:
    """An error in a line."""
    return f"{type(error).__name__}: {error}"[:300]


def text_of(words: bytes | str) -> str:
    """What the server said, in a line."""
    text = words if isinstance(words, str) else words.decode("utf-8", "replace")
    return " ".join(text.split())[:300]
