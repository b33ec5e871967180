"""Marking messages as they go out: in hand before a channel has them, sent once it has taken them.

No statements run more often, each for a few messages: they are put together once.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Table, any_, bindparam, case, func, update
from sqlalchemy.sql.dml import ReturningUpdate

from kit import Transaction
from notifications.domain.statuses import WAITING, Status
from notifications.models import Message

_MESSAGES: Table = Message.__table__  # type: ignore[assignment]
_ITS = _MESSAGES.c

KEPT: Final = ("mail_id", "person_id", "recipient", "subject", "body")
"""What is kept of a message when it goes out."""

_GIVEN: Final = ("message_id", *KEPT)

_LATER = case(
    (_ITS.revision >= bindparam("now_revision"), _ITS.revision + 1), else_=bindparam("now_revision")
)
_OF_THE_ROUND = _ITS.claimed_by == bindparam("round_id")


def take_in_hand(
    tx: Transaction,
    round_id: UUID,
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    revision: int,
) -> set[UUID]:
    """Mark messages as in hand, if they are the round's still, and keep what is about to go out:
    each row has its `message_id` and KEPT. Gives back those that were marked.
    """
    about = {"round_id": round_id, "now": now, "now_revision": revision}
    if tx.get_bind().dialect.name == "postgresql":
        many = {f"its_{name}": [row[name] for row in rows] for name in _GIVEN}
        return set(tx.execute(_TAKE_MANY, about | many).scalars())
    each = [{f"its_{name}": row[name] for name in _GIVEN} for row in rows]
    return {one for row in each for one in tx.execute(_TAKE_ONE, about | row).scalars()}


def _taking(given: Mapping[str, Any]) -> ReturningUpdate[Any]:
    return (
        update(_MESSAGES)
        .where(
            _ITS.message_id == given["message_id"],
            _OF_THE_ROUND,
            _ITS.handed_at.is_(None),
            _ITS.status.in_(WAITING),
        )
        .values(
            status=Status.SENDING,
            handed_at=bindparam("now"),
            next_attempt_at=None,
            revision=_LATER,
            **{name: given[name] for name in KEPT},
        )
        .returning(_ITS.message_id)
    )


_TAKE_ONE = _taking({name: bindparam(f"its_{name}") for name in _GIVEN})
_TAKE_MANY = _taking(
    func.unnest(*(bindparam(f"its_{name}", type_=ARRAY(_ITS[name].type)) for name in _GIVEN))
    .table_valued(*(_ITS[name]._copy() for name in _GIVEN))
    .render_derived(name="given")
    .c
)


def mark_sent(tx: Transaction, round_id: UUID, ids: Collection[UUID], revision: int) -> set[UUID]:
    """Messages of a round that were taken at the other side; those that were marked."""
    about = {"ids": list(ids), "round_id": round_id, "at": tx.at, "now_revision": revision}
    return set(tx.execute(_SENT[tx.get_bind().dialect.name], about).scalars())


def _sent(is_one: Any) -> ReturningUpdate[Any]:
    return (
        update(_MESSAGES)
        .where(is_one, _OF_THE_ROUND, _ITS.status == Status.SENDING)
        .values(
            status=Status.SENT,
            reason=None,
            attempts=_ITS.attempts + 1,
            sent_at=bindparam("at"),
            settled_at=bindparam("at"),
            handed_at=None,
            claimed_by=None,
            revision=_LATER,
        )
        .returning(_ITS.message_id)
    )


_SENT = {
    "postgresql": _sent(
        _ITS.message_id == any_(bindparam("ids", type_=ARRAY(_ITS.message_id.type)))
    ),
    "sqlite": _sent(_ITS.message_id.in_(bindparam("ids", expanding=True))),
}
