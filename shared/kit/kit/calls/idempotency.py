"""Idempotency keys: the same key and body get the first answer, whatever happened in between.

The key is written with the answer, at the end of the transaction that did the work. Who comes
second does the work too, waits at the unique key for the first one's commit, loses all it did, and
gets the first answer. So a call that is not repeated, as nearly all are, costs one statement more.
"""

import hashlib
import json
from dataclasses import MISSING, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from headship_contracts.errors import Conflict, Invalid
from headship_contracts.messages import Request
from kit.db.tables import idempotency
from kit.identity import Caller

LONGEST_KEY = 128
"""Characters; a hub's name has room before it in the column."""


class KeyTaken(Exception):
    """The key has been used, by this very call or by another."""


def check_key(key: Any, request: type[Request[Any]]) -> str:
    """The key as it was sent, if it is one and the request can take one; else raises Invalid."""
    if not request.wire.writes:
        problem = f"{request.wire.method} changes nothing and takes no key"
    elif not isinstance(key, str) or not 1 <= len(key) <= LONGEST_KEY or not _is_text(key):
        problem = f"must be a text of 1 to {LONGEST_KEY} characters"
    else:
        return key
    raise Invalid(
        "invalid_fields", "the idempotency key is not right", {"idempotency_key": [problem]}
    )


def _is_text(told: str) -> bool:
    """Whether the database can keep it: no zero byte, and no half of a surrogate pair."""
    try:
        told.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in told


def scoped(key: str, caller: Caller) -> str:
    """The key as it is stored: two hubs may choose the same one, and never meet.

    All others belong to the house: what one began, another may repeat.
    """
    return f"{caller.name}/{key}" if caller.kind == "hub" else key


def digest(request: Request[Any]) -> bytes:
    """What makes two requests the same: all fields that differ from their default.

    So a field that a later version adds, with its default, changes nothing.
    """
    dumped = request.dump()
    told = {
        member.name: dumped[member.name]
        for member in fields(request)
        if getattr(request, member.name) != _default(member)
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()


def answered(tx: Session, method: str, key: str, body: bytes) -> dict[str, Any] | None:
    """The answer that was given under this key, if any.

    Raises Conflict `idempotency_key_reused` if the key was used for another body.
    """
    known = tx.connection().execute(_KNOWN, {"of": method, "under": key}).one_or_none()
    if known is None:
        return None
    if bytes(known.body_sha256) != body:
        raise Conflict("idempotency_key_reused", f"{method} had another body under this key")
    answer: dict[str, Any] | None = known.answer
    return answer


def keep(tx: Session, method: str, key: str, body: bytes, answer: dict[str, Any]) -> None:
    """Write the key and the answer. If another transaction has the key and is not done, wait.

    Raises KeyTaken if it was used before: roll back, and see what was `answered`.
    """
    connection = tx.connection()
    told = {
        "method": method,
        "key": key,
        "body_sha256": body,
        "answer": answer,
        "created_at": datetime.now(UTC),
    }
    if not connection.execute(_KEEP[connection.dialect.name], told).rowcount:
        raise KeyTaken


# These run in every write, so they are made once, and past the session's own bookkeeping.
_KEEP = {
    "postgresql": postgresql_insert(idempotency).on_conflict_do_nothing(),
    "sqlite": sqlite_insert(idempotency).on_conflict_do_nothing(),
}
_KNOWN = select(idempotency.c.body_sha256, idempotency.c.answer).where(
    idempotency.c.method == bindparam("of"), idempotency.c.key == bindparam("under")
)


def _default(member: Any) -> Any:
    if member.default_factory is not MISSING:
        return member.default_factory()
    return member.default
