"""Scripts, who marks them, and what was decided."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from assessment.domain.allocation import Role
from assessment.models import (
    Allocation,
    DecisionStep,
    DeliveryPartner,
    Mark,
    Result,
    Script,
    StaffMember,
)
from assessment.queries.locking import locked
from headship_contracts.assessment.marking import ListDecisions, ListScripts, MarkingQueue
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def lock_script(tx: Transaction, script_id: UUID) -> Script:
    """A script, locked. Raises NotFound."""
    script = tx.scalars(locked(_scripts().where(Script.id == script_id), Script)).one_or_none()
    if script is None:
        raise NotFound("script_not_found", str(script_id))
    return script


def lock_scripts_of(tx: Transaction, window_id: UUID) -> list[Script]:
    """A window's scripts, locked, by number."""
    mine = _scripts().where(Script.window_id == window_id).order_by(Script.number)
    return list(tx.scalars(locked(mine, Script)))


def page_of_scripts(tx: Transaction, request: ListScripts) -> tuple[Sequence[Script], str | None]:
    """A page of a window's scripts."""
    wanted = _scripts().where(Script.window_id == request.window_id)
    if request.state is not None:
        wanted = wanted.where(Script.state == request.state)
    return page(tx, wanted, keys=(Script.number,), cursor=request.cursor, limit=request.limit)


def applications_of(tx: Transaction, window_id: UUID) -> list[UUID]:
    """Whose scripts a window has."""
    return list(tx.scalars(select(Script.application_id).where(Script.window_id == window_id)))


def waiting_for(tx: Transaction, script_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """With whom each of these scripts lies, for those that lie with someone."""
    waiting = select(Allocation.script_id, Allocation.staff_id).where(
        Allocation.script_id.in_(list(script_ids)), Allocation.state == "waiting"
    )
    return dict(tx.execute(waiting).all())


def staff_with_role(tx: Transaction, roles: Iterable[str]) -> list[StaffMember]:
    """Active staff with one of these roles, but not of a hub that is suspended or removed."""
    active = (
        select(StaffMember)
        .outerjoin(
            DeliveryPartner,
            DeliveryPartner.delivery_partner_id == StaffMember.delivery_partner_id,
        )
        .where(StaffMember.active, func.coalesce(DeliveryPartner.status, "active") == "active")
        .order_by(StaffMember.staff_id)
    )
    wanted = set(roles)
    return [member for member in tx.scalars(active) if wanted.intersection(member.roles)]


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
    lock_script(tx, found.script_id)
    return tx.scalars(
        locked(select(Allocation).where(Allocation.id == allocation_id), Allocation)
    ).one()


def waiting_allocation(tx: Transaction, script_id: UUID) -> Allocation:
    """With whom a script lies that waits to be marked."""
    waiting = select(Allocation).where(
        Allocation.script_id == script_id, Allocation.state == "waiting"
    )
    return tx.scalars(waiting).one()


def waiting_allocations(tx: Transaction, script_id: UUID) -> list[Allocation]:
    """All with whom a script lies unmarked. The script is locked."""
    waiting = select(Allocation).where(
        Allocation.script_id == script_id, Allocation.state == "waiting"
    )
    return list(tx.scalars(locked(waiting, Allocation)))


def script_of(tx: Transaction, application_id: UUID, window_id: UUID) -> UUID | None:
    """A participant's script of a window, if marking has begun."""
    mine = select(Script.id).where(
        Script.application_id == application_id, Script.window_id == window_id
    )
    return tx.scalars(mine).one_or_none()


def page_of_queue(
    tx: Transaction, request: MarkingQueue
) -> tuple[Sequence[Allocation], str | None]:
    """A page of what lies with a member of staff, what is due first first."""
    mine = (
        select(Allocation)
        .join(Allocation.script)
        .join(Script.submission)
        .options(contains_eager(Allocation.script).contains_eager(Script.submission))
        .where(Allocation.staff_id == request.staff_id, Allocation.state == "waiting")
    )
    keys = (Allocation.due_on, Allocation.id)
    return page(tx, mine, keys=keys, cursor=request.cursor, limit=request.limit)


def marks_by_role(tx: Transaction, script_id: UUID) -> dict[Role, Mark]:
    """The marks that a script has."""
    given = (
        select(Mark)
        .join(Mark.allocation)
        .options(contains_eager(Mark.allocation))
        .where(Allocation.script_id == script_id)
    )
    return {Role(mark.allocation.role): mark for mark in tx.scalars(given)}


def marks_of_window(tx: Transaction, window_id: UUID) -> dict[UUID, dict[Role, Mark]]:
    """All marks of a window's scripts."""
    given = (
        select(Mark)
        .join(Mark.allocation)
        .join(Allocation.script)
        .options(contains_eager(Mark.allocation))
        .where(Script.window_id == window_id)
    )
    found: dict[UUID, dict[Role, Mark]] = {}
    for mark in tx.scalars(given):
        found.setdefault(mark.allocation.script_id, {})[Role(mark.allocation.role)] = mark
    return found


def page_of_decisions(
    tx: Transaction, request: ListDecisions
) -> tuple[Sequence[DecisionStep], str | None]:
    """A page of what was decided about a script."""
    mine = select(DecisionStep).where(DecisionStep.script_id == request.script_id)
    keys = (DecisionStep.position,)
    return page(tx, mine, keys=keys, cursor=request.cursor, limit=request.limit)


def result(tx: Transaction, application_id: UUID, attempt: int | None) -> Result:
    """An application's result of this attempt, or its latest. Raises NotFound."""
    mine = (
        select(Result)
        .options(joinedload(Result.script, innerjoin=True))
        .where(Result.application_id == application_id)
        .order_by(Result.attempt.desc())
        .limit(1)
    )
    if attempt is not None:
        mine = mine.where(Result.attempt == attempt)
    found = tx.scalars(mine).one_or_none()
    if found is None:
        raise NotFound("result_not_found", f"nothing is released for {application_id}")
    return found


def lock_result(tx: Transaction, application_id: UUID, attempt: int | None) -> Result:
    """A result and its script, both locked, the script first. Raises NotFound."""
    found = result(tx, application_id, attempt)
    lock_script(tx, found.script_id)
    return tx.scalars(locked(select(Result).where(Result.id == found.id), Result)).one()


def _scripts() -> Select[Script]:
    return (
        select(Script)
        .join(Script.application)
        .join(Script.submission)
        .join(Script.window)
        .options(
            contains_eager(Script.application),
            contains_eager(Script.submission),
            contains_eager(Script.window),
        )
    )
