"""Scripts on markers' desks: who has, or had, which, and in what state."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager, joinedload

from assessment.domain.allocation import Role
from assessment.domain.windows import WindowState
from assessment.models import (
    Allocation,
    DecisionStep,
    ReferenceMarking,
    ReferenceScript,
    Script,
    Window,
)
from assessment.queries import marking
from assessment.queries.locking import locked
from headship_contracts.assessment.marking import MarkingQueue
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def waiting_for(tx: Transaction, script_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """With whom each of these scripts lies, for those that lie with someone."""
    waiting = (
        select(Allocation.script_id, Allocation.staff_id)
        .where(Allocation.script_id.in_(list(script_ids)), Allocation.state == "waiting")
        .order_by(Allocation.role.desc())  # of two the first marker
    )
    return dict(tx.execute(waiting).all())


def loads(tx: Transaction, window_id: UUID) -> dict[UUID, int]:
    """How many of a window's scripts lie, or lay, with each member of staff."""
    counted = (
        select(Allocation.staff_id, func.count())
        .join(Allocation.script)
        .where(Script.window_id == window_id, Allocation.state != "withdrawn")
        .group_by(Allocation.staff_id)
    )
    return dict(tx.execute(counted).all())


def allocated_roles(tx: Transaction, window_id: UUID) -> dict[UUID, set[Role]]:
    """The roles in which each of a window's scripts lies, or lay, with someone."""
    held = (
        select(Allocation.script_id, Allocation.role)
        .join(Allocation.script)
        .where(Script.window_id == window_id, Allocation.state != "withdrawn")
    )
    found: dict[UUID, set[Role]] = {}
    for script_id, role in tx.execute(held):
        found.setdefault(script_id, set()).add(Role(role))
    return found


def who_had(tx: Transaction, applications: Iterable[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """(application, script, staff) of every allocation of these applications' scripts, ever."""
    held = (
        select(Script.application_id, Script.id, Allocation.staff_id)
        .join(Allocation.script)
        .where(Script.application_id.in_(list(applications)))
    )
    return [(application, script, staff) for application, script, staff in tx.execute(held)]


def lock_allocation(tx: Transaction, allocation_id: UUID) -> Allocation:
    """An allocation and its script, both locked, the script first. Raises NotFound."""
    found = tx.get(Allocation, allocation_id)
    if found is None:
        raise NotFound("allocation_not_found", str(allocation_id))
    marking.lock_script(tx, found.script_id)
    return tx.scalars(
        locked(select(Allocation).where(Allocation.id == allocation_id), Allocation)
    ).one()


def waiting_allocation(tx: Transaction, script_id: UUID, role: Role) -> Allocation | None:
    """With whom a script lies in this role, unmarked."""
    waiting = select(Allocation).where(
        Allocation.script_id == script_id, Allocation.state == "waiting", Allocation.role == role
    )
    return tx.scalars(waiting).one_or_none()


def lock_waiting_of_window(tx: Transaction, window_id: UUID) -> list[Allocation]:
    """What is unmarked on the desks of a window, locked after its scripts."""
    marking.lock_scripts_of(tx, window_id)
    waiting = (
        select(Allocation)
        .join(Allocation.script)
        .options(contains_eager(Allocation.script))
        .where(Script.window_id == window_id, Allocation.state == "waiting")
        .order_by(Script.number, Allocation.role)
    )
    return list(tx.scalars(locked(waiting, Allocation)))


def live(tx: Transaction, window_id: UUID) -> dict[UUID, dict[str, UUID]]:
    """Who has, or had, each of a window's scripts, by role; who lost it is not told."""
    held = (
        select(Allocation.script_id, Allocation.role, Allocation.staff_id)
        .join(Allocation.script)
        .where(Script.window_id == window_id, Allocation.state != "withdrawn")
    )
    found: dict[UUID, dict[str, UUID]] = {}
    for script_id, role, staff_id in tx.execute(held):
        found.setdefault(script_id, {})[role] = staff_id
    return found


def marking_loads(tx: Transaction, window_id: UUID) -> dict[UUID, int]:
    """How many of a window's scripts each marker marks, or marked."""
    held = (
        select(Allocation.staff_id, func.count())
        .join(Allocation.script)
        .where(
            Script.window_id == window_id,
            Allocation.state != "withdrawn",
            Allocation.role != Role.ADJUDICATOR,
        )
        .group_by(Allocation.staff_id)
    )
    return dict(tx.execute(held).all())


def claimed(tx: Transaction, window_id: UUID, staff_id: UUID, now: datetime) -> int:
    """How many of a window's scripts a marker claimed and marked, or holds still."""
    held = (
        select(func.count())
        .select_from(Allocation)
        .join(Allocation.script)
        .where(
            Script.window_id == window_id,
            Allocation.staff_id == staff_id,
            Allocation.role != Role.ADJUDICATOR,
            or_(
                Allocation.state == "marked",
                and_(Allocation.state == "waiting", Allocation.lease_until > now),
            ),
        )
    )
    return tx.scalar(held) or 0


def roles_of(tx: Transaction, script_id: UUID) -> set[str]:
    """The roles in which a script lies, or lay, with someone."""
    held = select(Allocation.role).where(
        Allocation.script_id == script_id, Allocation.state != "withdrawn"
    )
    return set(tx.scalars(held))


def met(tx: Transaction, window_id: UUID, script_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """For each script: with how many of the window's scripts others met those who have it."""
    theirs, shared, other = aliased(Allocation), aliased(Allocation), aliased(Allocation)
    counted = (
        select(theirs.script_id, other.staff_id, func.count())
        .join(shared, shared.staff_id == theirs.staff_id)
        .join(other, and_(other.script_id == shared.script_id, other.staff_id != shared.staff_id))
        .join(Script, Script.id == shared.script_id)
        .where(
            theirs.script_id.in_(list(script_ids)),
            Script.window_id == window_id,
            theirs.state != "withdrawn",
            shared.state != "withdrawn",
            other.state != "withdrawn",
        )
        .group_by(theirs.script_id, other.staff_id)
    )
    found: dict[UUID, dict[str, int]] = {}
    for script_id, staff_id, number in tx.execute(counted):
        found.setdefault(script_id, {})[str(staff_id)] = number
    return found


def page_of_queue(
    tx: Transaction, request: MarkingQueue
) -> tuple[list[Allocation | ReferenceMarking], str | None]:
    """A page of what lies with a member of staff, what is due first first, seeds among the rest."""
    lying = union_all(
        select(Allocation.id, Allocation.due_on).where(
            Allocation.staff_id == request.staff_id, Allocation.state == "waiting"
        ),
        select(ReferenceMarking.id, ReferenceMarking.due_on)
        .outerjoin(Window, Window.id == ReferenceMarking.window_id)
        .where(
            ReferenceMarking.staff_id == request.staff_id,
            ReferenceMarking.state == "waiting",
            or_(Window.id.is_(None), Window.state == WindowState.MARKING),
        ),
    ).subquery("queue")
    keys = (lying.c.due_on, lying.c.id)
    ids, cursor = page(
        tx, select(lying.c.id), keys=keys, cursor=request.cursor, limit=request.limit
    )
    with_text = joinedload(Allocation.script).joinedload(Script.submission)
    allocated = select(Allocation).options(with_text).where(Allocation.id.in_(ids))
    reference = select(ReferenceMarking).where(ReferenceMarking.id.in_(ids))
    found: list[Allocation | ReferenceMarking] = [*tx.scalars(allocated), *tx.scalars(reference)]
    return sorted(found, key=lambda one: (one.due_on, one.id)), cursor


def allocation_step(tx: Transaction, held: Allocation) -> dict[str, Any]:
    """The facts that were noted when a script was given out; none for a claimed one."""
    noted = (
        select(DecisionStep.facts)
        .where(DecisionStep.script_id == held.script_id, DecisionStep.kind == "allocated")
        .order_by(DecisionStep.position.desc())
    )
    mine = (str(held.staff_id), held.role)
    steps = tx.scalars(noted)
    return next((one for one in steps if (one.get("staff_id"), one.get("role")) == mine), {})


def all_of(tx: Transaction, window_id: UUID) -> list[tuple[UUID, str, date, datetime, bool]]:
    """(staff, state, due on, given at, begun) of all that lies, or lay, on a window's desks.

    Seeds as well: they are work, and a reminder that left them out would tell which they are.
    """
    held = (
        select(Allocation)
        .join(Allocation.script)
        .where(Script.window_id == window_id, Allocation.state != "withdrawn")
    )
    seeds = select(ReferenceMarking).where(
        ReferenceMarking.window_id == window_id, ReferenceMarking.state != "withdrawn"
    )
    return [
        *(
            (one.staff_id, one.state, one.due_on, one.allocated_at, one.started_at is not None)
            for one in tx.scalars(held)
        ),
        *(
            (one.staff_id, one.state, one.due_on, one.given_at, one.started_at is not None)
            for one in tx.scalars(seeds)
        ),
    ]


def paper_of(tx: Transaction, allocation_id: UUID) -> UUID:
    """The paper of a script, or a reference script, on a desk. Raises NotFound."""
    live = (
        select(Window.paper_id)
        .join(Script, Script.window_id == Window.id)
        .join(Allocation, Allocation.script_id == Script.id)
        .where(Allocation.id == allocation_id)
    )
    reference = (
        select(ReferenceScript.paper_id)
        .join(ReferenceMarking, ReferenceMarking.reference_id == ReferenceScript.id)
        .where(ReferenceMarking.id == allocation_id)
    )
    found = tx.scalar(live) or tx.scalar(reference)
    if found is None:
        raise NotFound("allocation_not_found", str(allocation_id))
    return found


def waiting_allocations(tx: Transaction, script_id: UUID) -> list[Allocation]:
    """All with whom a script lies unmarked. The script is locked."""
    waiting = select(Allocation).where(
        Allocation.script_id == script_id, Allocation.state == "waiting"
    )
    return list(tx.scalars(locked(waiting, Allocation)))
