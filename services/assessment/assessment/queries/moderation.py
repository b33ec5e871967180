"""Moderations, and the scripts that they draw from."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from assessment.models import Allocation, Mark, Moderation, Script
from assessment.queries.locking import locked
from headship_contracts.assessment.moderation import ListModerations
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def of_window(tx: Transaction, window_id: UUID) -> list[Moderation]:
    """A window's moderations, locked, by marker."""
    mine = select(Moderation).where(Moderation.window_id == window_id).order_by(Moderation.staff_id)
    return list(tx.scalars(locked(mine, Moderation)))


def is_under_way(tx: Transaction, window_id: UUID) -> bool:
    """Whether more may be drawn of any marker's scripts of a window."""
    open_ones = select(Moderation.id).where(
        Moderation.window_id == window_id, Moderation.state == "sampling"
    )
    return tx.scalars(open_ones.limit(1)).one_or_none() is not None


def find(tx: Transaction, moderation_id: UUID) -> Moderation:
    """One moderation. Raises NotFound."""
    found = tx.get(Moderation, moderation_id)
    if found is None:
        raise NotFound("moderation_not_found", str(moderation_id))
    return found


def lock_of_script(tx: Transaction, script: Script, staff_id: UUID) -> Moderation | None:
    """The moderation of a marker in a script's window, locked."""
    wanted = select(Moderation).where(
        Moderation.window_id == script.window_id, Moderation.staff_id == staff_id
    )
    return tx.scalars(locked(wanted, Moderation)).one_or_none()


def page_of(tx: Transaction, request: ListModerations) -> tuple[Sequence[Moderation], str | None]:
    """A page of a window's moderations."""
    mine = select(Moderation).where(Moderation.window_id == request.window_id)
    keys = (Moderation.staff_id,)
    return page(tx, mine, keys=keys, cursor=request.cursor, limit=request.limit)


def first_marks(tx: Transaction, window_id: UUID) -> list[tuple[Script, UUID, Mark]]:
    """(script, first marker, first marks) of each of a window's scripts that has first marks."""
    given = (
        select(Script, Allocation.staff_id, Mark)
        .join(Allocation, Allocation.script_id == Script.id)
        .join(Mark, Mark.allocation_id == Allocation.id)
        .where(Script.window_id == window_id, Allocation.role == "first")
        .order_by(Script.number)
    )
    return [(script, staff_id, mark) for script, staff_id, mark in tx.execute(given)]


def counted_out(tx: Transaction, held: Moderation, *, drawn_only: bool = False) -> set[int]:
    """Numbers of a moderation's frame, or of its draw, that were disregarded before a check."""
    drawn = {number for step in held.drawn for number in step}
    wanted = select(Script.number, Script.moderated).where(
        Script.window_id == held.window_id, Script.disregarded
    )
    among = drawn if drawn_only else set(held.frame)
    return {
        number
        for number, moderated in tx.execute(wanted)
        if number in among and (moderated or number not in drawn)
    }


def scripts_of(tx: Transaction, window_id: UUID, numbers: Sequence[int]) -> list[Script]:
    """These of a window's scripts, locked."""
    wanted = (
        select(Script)
        .where(Script.window_id == window_id, Script.number.in_(list(numbers)))
        .order_by(Script.number)
    )
    return list(tx.scalars(locked(wanted, Script)))
