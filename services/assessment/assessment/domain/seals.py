"""The chain of seals over everything that is kept about a script.

Each row that a dossier is made of is sealed when it is written and whenever it changes: the seal
holds the SHA-256 of the row's values, and its own SHA-256 is over the seal before it. So a row that
is altered, added or taken away behind the service's back no longer fits the chain, and a third
party with the dossier can compute it all again.
"""

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


@dataclass(frozen=True)
class Seal:
    """`row` is table/key; `row_sha256` is over its values, `sha256` over all and the one before."""

    position: int
    at: str
    row: str
    row_sha256: str
    sha256: str


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


def sealed(previous: str, position: int, at: str, row: str, row_sha256: str) -> Seal:
    """The seal that follows `previous`, the SHA-256 of the one before."""
    content = _canonical([previous, position, at, row, row_sha256])
    return Seal(position, at, row, row_sha256, sha256(content.encode()).hexdigest())


def flaws(chain: Sequence[Seal], digests: Mapping[str, str]) -> list[Flaw]:
    """What does not fit between a chain and the rows as they are now, by their digests."""
    found = list(_broken(chain))
    latest = {seal.row: seal.row_sha256 for seal in chain}
    found += [
        Flaw(row, "is missing" if row not in digests else "was changed")
        for row, digest in latest.items()
        if digests.get(row) != digest
    ]
    found += [Flaw(row, "was added without a seal") for row in digests if row not in latest]
    return found


def _broken(chain: Sequence[Seal]) -> Iterable[Flaw]:
    previous = BEGINNING
    for position, seal in enumerate(chain, start=1):
        again = sealed(previous, seal.position, seal.at, seal.row, seal.row_sha256)
        if seal.position != position:
            yield Flaw(f"seals/{position}", "is missing")
            return
        if again != seal:
            yield Flaw(f"seals/{position}", f"was changed; it seals {seal.row}")
            return
        previous = seal.sha256


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
