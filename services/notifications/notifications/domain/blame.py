"""Whose fault it is that a mail was not taken, in the words of mail servers.

A code of RFC 3463 says it where there is one that says anything; its second number is the subject:
1 the address, 2 the mailbox, 4 the way there, 7 what is permitted.
"""

import re

ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")

_NOBODY_THERE = frozenset({"0", "1", "2", "3", "4", "5", "6", "9", "10"})
"""Details of subject 1. The others tell of the sender, or are Exchange's for how much was sent."""

_REJECTED = re.compile(r"recipient address rejected: access denied", re.IGNORECASE)
"""With 5.4.1: Exchange Online of a mailbox that it does not have, before it has read the mail."""

_NO_DOMAIN = re.compile(
    r"(host|domain)( or domain)?( name)? not found|domain\b.{0,80}\b(not exist|nonexistent)",
    re.IGNORECASE,
)
_TOO_OFTEN = re.compile(r"at a rate", re.IGNORECASE)
_NOBODY = re.compile(
    r"no such (user|mailbox|recipient|address|person|account)"
    r"|unknown (local )?(user|mailbox|recipient|address)"
    r"|(user|mailbox|recipient|address)( is)? (unknown|not found)"
    r"|unrout\w+ address"
    r"|no mailbox (here )?by that name"
    r"|relevant MX records point to non-existent hosts",
    re.IGNORECASE,
)


def by_code(told: str) -> bool | None:
    """Whether nothing will ever arrive at the address; None: no code says so or otherwise."""
    for _class, subject, detail in ENHANCED.findall(told):
        if (subject, detail) == ("0", "0"):
            continue
        if subject == "1":
            return detail in _NOBODY_THERE
        if subject == "4":
            return bool(_NO_DOMAIN.search(told) or (detail == "1" and _REJECTED.search(told)))
        return (subject, detail) == ("2", "1") and not _TOO_OFTEN.search(told)
    return None


def by_words(told: str) -> bool:
    """The same, of what tells no code."""
    return bool(_NOBODY.search(told))
