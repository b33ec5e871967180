"""The chain of seals over everything that is kept about a script.

Each row that a dossier is made of is sealed when it is written and whenever it changes: the seal
holds the SHA-256 of the row's values, and its own SHA-256 is over the seal before it. So a row that
is altered, added or taken away behind the service's back no longer fits the chain, and a third
party with the dossier can compute it all again.

So could whoever can write the rows. Therefore the last seal of each chain is signed with a secret
that no database holds, and the signature of a shorter chain is not kept: neither can a chain be
made anew, nor its end be taken away.
"""

import hmac
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

ERASED_TEXT = "(erased) "
"""Before the SHA-256 of a text that was erased: what was sealed of it stands there in its stead."""

BEGINNING = ""
"""What stands for the seal before the first."""


WITHOUT_SEAL = "was added without a seal"
MISSING = "is missing"


@dataclass(frozen=True)
class Seal:
    """`row` is table/key; `row_sha256` is over its values, `sha256` over all and the one before.

    `form` says which of the row's columns were sealed; a wrong one gives another `row_sha256`.
    """

    position: int
    at: str
    row: str
    row_sha256: str
    sha256: str
    form: int = 1


@dataclass(frozen=True)
class Head:
    """How far a chain is signed, and the signature over its seal of that position."""

    position: int
    mac: str


@dataclass(frozen=True)
class Flaw:
    """A row that does not fit, and how."""

    row: str
    what: str


def plain(value: Any) -> Any:
    """A value of a row as JSON: the same before it is stored and when it is read again."""
    if isinstance(value, str):
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value  # a number of a JSON column comes back as it went
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, (date, UUID)):
        return str(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, Sequence):
        return [plain(one) for one in value]
    raise TypeError(f"no row holds a {type(value).__name__}")


def is_erased(text: str) -> bool:
    """Whether this stands where a text was that has been erased."""
    return re.fullmatch(re.escape(ERASED_TEXT) + "[0-9a-f]{64}", text) is not None


def text_digest(text: str) -> str:
    """What is sealed of a private text: its SHA-256, also after the text itself was erased."""
    if is_erased(text):
        return text.removeprefix(ERASED_TEXT)
    return sha256(text.encode()).hexdigest()


def digest_of(values: Mapping[str, Any]) -> str:
    """SHA-256, hexadecimal, of plain values as JSON with sorted names and no spaces."""
    return sha256(_canonical(values).encode()).hexdigest()


def sealed(previous: str, position: int, at: str, row: str, row_sha256: str, form: int = 1) -> Seal:
    """The seal that follows `previous`, the SHA-256 of the one before."""
    content = _canonical([previous, position, at, row, row_sha256])
    return Seal(position, at, row, row_sha256, sha256(content.encode()).hexdigest(), form)


def signature(secret: str, script_id: UUID, position: int, sha256_of_seal: str) -> str:
    """HMAC-SHA-256, hexadecimal, of a script's seal at this position (RFC 2104)."""
    content = _canonical([str(script_id), position, sha256_of_seal])
    return hmac.new(secret.encode(), content.encode(), sha256).hexdigest()


def is_signed(secrets: Sequence[str], script_id: UUID, head: Head, sha256_of_seal: str) -> bool:
    """Whether one of the secrets made the signature."""
    return any(
        hmac.compare_digest(signature(one, script_id, head.position, sha256_of_seal), head.mac)
        for one in secrets
    )


def signature_of_erasure(
    secret: str, window_id: UUID, number: int, erased_on: date, certificate: UUID | None
) -> str:
    """HMAC-SHA-256, hexadecimal, of what is kept of a script that was erased."""
    content = _canonical(["erased", *map(plain, (window_id, number, erased_on, certificate))])
    return hmac.new(secret.encode(), content.encode(), sha256).hexdigest()


def is_cut(chain: Sequence[Seal], head: Head | None) -> bool:
    """Whether seals are gone that were signed: nobody can confirm what they said."""
    return head is not None and not 0 < head.position <= len(chain)


def unsigned(
    chain: Sequence[Seal], script_id: UUID, head: Head | None, secrets: Sequence[str]
) -> list[Flaw]:
    """What of a chain no secret stands for."""
    if not chain and head is None:
        return []
    row = f"dossier_heads/{script_id}"
    if head is None:
        return [Flaw(row, "is missing: the seals are not signed")]
    if is_cut(chain, head):
        return [Flaw(f"seals/{len(chain) + 1}", f"is missing: {head.position} were signed")]
    if not is_signed(secrets, script_id, head, chain[head.position - 1].sha256):
        return [Flaw(row, "was changed, or signed with a secret that is not in SEAL_SECRETS")]
    if head.position < len(chain):
        first = chain[head.position]
        what = f"is not signed: made without the secret, or over a changed row; seals {first.row}"
        return [Flaw(f"seals/{first.position}", what)]
    return []


def flaws(chain: Sequence[Seal], digests: Mapping[str, str]) -> list[Flaw]:
    """What does not fit between a chain and the rows as they are now, by their digests."""
    found = list(_broken(chain))
    latest = {seal.row: seal.row_sha256 for seal in chain}
    found += [
        Flaw(row, MISSING if row not in digests else "was changed")
        for row, digest in latest.items()
        if digests.get(row) != digest
    ]
    found += [Flaw(row, WITHOUT_SEAL) for row in digests if row not in latest]
    return found


def _broken(chain: Sequence[Seal]) -> Iterable[Flaw]:
    previous = BEGINNING
    for position, seal in enumerate(chain, start=1):
        again = sealed(previous, seal.position, seal.at, seal.row, seal.row_sha256, seal.form)
        if seal.position != position:
            yield Flaw(f"seals/{position}", "is missing")
            return
        if again != seal:
            yield Flaw(f"seals/{position}", f"was changed; it seals {seal.row}")
            return
        previous = seal.sha256


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
