"""Telling what headship made on a server from what the provider has there.

A user or role that takes the password that we derive for it was made by us, and needs nothing. One
that bears our mark was made by us under another administrator's password, and gets the new one.
Any other is somebody else's.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

MARK: Final = "headship"
"""A broker user's tag, and a database role's comment."""

_SALT = 4
_DIGESTS: Final = {
    "rabbit_password_hashing_sha256": hashlib.sha256,
    "rabbit_password_hashing_sha512": hashlib.sha512,
}


def is_our_user(user: Mapping[str, Any]) -> bool:
    """Whether a user, as the broker's management API tells it, bears our mark."""
    tags = user.get("tags", [])
    return MARK in (tags.split(",") if isinstance(tags, str) else tags)


def takes_password(user: Mapping[str, Any], password: str) -> bool:
    """Whether this is a user's password, by the salted digest that the broker tells of it."""
    digest = _DIGESTS.get(user.get("hashing_algorithm", ""))
    kept = base64.b64decode(user.get("password_hash") or "")
    if digest is None or len(kept) <= _SALT:
        return False
    salt, expected = kept[:_SALT], kept[_SALT:]
    return hmac.compare_digest(digest(salt + password.encode()).digest(), expected)
