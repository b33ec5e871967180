"""What stays of a script that is erased: that it was, when, and by which decision; signed, so that
whoever takes a script away behind the service's back cannot say the same."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import ORMExecuteState

from assessment import seal_keys
from assessment.domain import seals as rules
from assessment.domain.windows import london_date
from assessment.models import ErasedScript, Script
from kit import Transaction

NOTED = "scripts_erased"


@event.listens_for(Transaction, "do_orm_execute")
def note_what_is_erased(state: ORMExecuteState) -> None:
    """Before scripts are deleted, which only an erasure or the end of their time does."""
    tx = state.session
    mapper = state.bind_mapper
    if not state.is_delete or mapper is None or mapper.class_ is not Script:
        return
    assert isinstance(tx, Transaction)
    whereclause: Any = state.statement.whereclause  # type: ignore[attr-defined]
    going = tx.execute(select(Script.window_id, Script.number).where(whereclause)).all()
    if not going:
        return
    keys = [(row.window_id, row.number) for row in going]
    tx.execute(insert(ErasedScript), [_row(tx, *key, None) for key in keys])
    tx.info.setdefault(NOTED, []).extend(keys)


def certify(tx: Transaction, certificate: UUID) -> None:
    """What was erased in this transaction so far was by this decision."""
    keys: Iterable[tuple[UUID, int]] = tx.info.pop(NOTED, ())
    rows = [_row(tx, *key, certificate) for key in keys]
    if rows:
        tx.execute(update(ErasedScript), rows)


def _row(tx: Transaction, window_id: UUID, number: int, certificate: UUID | None) -> dict[str, Any]:
    row = {
        "window_id": window_id,
        "number": number,
        "erased_on": london_date(tx.at),
        "certificate": certificate,
    }
    return row | {"mac": rules.signature_of_erasure(seal_keys.secrets()[0], **row)}
