"""Signed links for people: each for one purpose and one subject, until it expires.

A token tells its subject to whoever holds it, so a subject is an id and never a name. Whatever
must be revocable keeps a number in its record and puts that into the subject.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

from headship_contracts.errors import NotFound, Refused

LONGEST_TOKEN = 1_000
"""Characters; a longer one was never ours."""


class Links:
    """Signs and reads links with the secrets of the setting LINK_SECRETS.

    The first secret signs, all are accepted: put a new one in front, and drop the old one when
    the last link that it signed has expired.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("LINK_SECRETS is missing: links need a secret to be signed with")
        self._secrets = list(reversed(secrets))  # itsdangerous signs with the last

    def sign(self, purpose: str, subject: str, expires_at: datetime) -> str:
        """A token that fits into a URL and is read only for the same purpose."""
        until = int(expires_at.timestamp())
        token: str = self._serializer(purpose).dumps([subject, until])
        return token

    def read(self, purpose: str, token: str, at: datetime) -> str:
        """The token's subject. Raises NotFound `link_unknown` or Refused `link_expired`."""
        if len(token) > LONGEST_TOKEN:
            raise NotFound("link_unknown")
        try:
            subject, until = self._serializer(purpose).loads(token)
        except BadData as error:
            raise NotFound("link_unknown") from error
        if at.timestamp() >= until:
            told = datetime.fromtimestamp(until, UTC).isoformat()
            raise Refused("link_expired", f"it was good until {told}")
        return str(subject)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secrets,
            salt=f"headship.link.{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


_links: Links | None = None


def use(secrets: Sequence[str]) -> None:
    """Take these secrets for this process, if there are any; starting a service does it."""
    global _links
    if secrets:
        _links = Links(secrets)


def sign(purpose: str, subject: str, expires_at: datetime) -> str:
    """A token for `subject`, good for one purpose and until `expires_at`."""
    return _in_use().sign(purpose, subject, expires_at)


def read(purpose: str, token: str, at: datetime) -> str:
    """The token's subject. Raises NotFound `link_unknown` or Refused `link_expired`."""
    return _in_use().read(purpose, token, at)


def _in_use() -> Links:
    if _links is None:
        raise ValueError("LINK_SECRETS is missing: links need a secret to be signed with")
    return _links
