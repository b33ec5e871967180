"""Signs where each script's seals end."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import insert, select, update

from assessment import seal_keys
from assessment.domain import seals as rules
from assessment.models import DossierHead
from kit import Transaction

End = tuple[int, str]
"""Position and SHA-256 of a script's last seal."""

Heads = Mapping[UUID, rules.Head]


def heads(tx: Transaction, script_ids: Sequence[UUID]) -> Heads:
    """How far each of these scripts is signed."""
    table = DossierHead.__table__.c
    found = select(table.script_id, table.position, table.mac)
    return {
        script_id: rules.Head(position, mac)
        for script_id, position, mac in tx.execute(found.where(table.script_id.in_(script_ids)))
    }


def still_signed(
    script_ids: Collection[UUID], ends: Mapping[UUID, End], signed: Heads
) -> set[UUID]:
    """Those whose last seal is signed, and those that have none yet."""
    return {
        script_id
        for script_id in script_ids
        if _is_signed(script_id, ends.get(script_id), signed.get(script_id))
    }


def sign(tx: Transaction, ends: Mapping[UUID, End], signed: Heads) -> None:
    """Sign these last seals in the place of what was signed before."""
    secret = seal_keys.secrets()[0]
    rows = [
        {
            "script_id": script_id,
            "position": position,
            "mac": rules.signature(secret, script_id, position, digest),
        }
        for script_id, (position, digest) in ends.items()
    ]
    new = [row for row in rows if row["script_id"] not in signed]
    old = [row for row in rows if row["script_id"] in signed]
    if new:
        tx.execute(insert(DossierHead), new)
    if old:
        tx.execute(update(DossierHead), old)


def _is_signed(script_id: UUID, end: End | None, head: rules.Head | None) -> bool:
    if end is None or head is None:
        return end is None and head is None
    position, digest = end
    return head.position == position and rules.is_signed(
        seal_keys.secrets(), script_id, head, digest
    )
