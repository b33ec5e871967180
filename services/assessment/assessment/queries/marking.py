"""Scripts, who marks them, and what was decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from assessment.domain.allocation import Role
from assessment.models import (
    Allocation,
    DecisionStep,
    Mark,
    Result,
    Script,
    StaffMember,
)
from assessment.queries.locking import locked
from headship_contracts.assessment.marking import ListDecisions, ListScripts
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


def staff_with_role(tx: Transaction, roles: Iterable[str]) -> list[StaffMember]:
    """Staff with one of these roles, active or not."""
    wanted = set(roles)
    known = tx.scalars(select(StaffMember).order_by(StaffMember.staff_id))
    return [member for member in known if wanted.intersection(member.roles)]


def numbers_of(tx: Transaction, script_ids: Iterable[UUID]) -> dict[UUID, int]:
    """The numbers of these scripts."""
    wanted = select(Script.id, Script.number).where(Script.id.in_(list(script_ids)))
    return dict(tx.execute(wanted).all())


def states(tx: Transaction, window_id: UUID) -> dict[str, int]:
    """How many of a window's scripts that count are in each state."""
    mine = (Script.window_id == window_id, ~Script.disregarded)
    counted = select(Script.state, func.count()).where(*mine)
    return dict(tx.execute(counted.group_by(Script.state)).all())


def second_marked(tx: Transaction, window_id: UUID) -> int:
    """How many of a window's decided scripts two have marked."""
    counted = (
        select(func.count())
        .select_from(Allocation)
        .join(Allocation.script)
        .where(
            Script.window_id == window_id,
            Script.state.in_(("decided", "released")),
            Allocation.role == Role.SECOND,
            Allocation.state == "marked",
        )
    )
    return tx.scalar(counted) or 0


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


def latest_change(tx: Transaction, result: Result) -> DecisionStep | None:
    """How a released result was changed last, if it was."""
    changes = select(DecisionStep).where(
        DecisionStep.script_id == result.script_id, DecisionStep.kind == "result_changed"
    )
    return tx.scalars(changes.order_by(DecisionStep.position.desc()).limit(1)).one_or_none()


def told_at(tx: Transaction, result: Result) -> datetime:
    """Since when a result stands as it does: what is asked of it in time is counted from then."""
    change = latest_change(tx, result)
    return result.released_at if change is None else change.at


def state_since(tx: Transaction, result: Result) -> datetime:
    """Since when a result is passed or failed, whatever else was decided of its script since."""
    changes = select(DecisionStep).where(
        DecisionStep.script_id == result.script_id, DecisionStep.kind == "result_changed"
    )
    found = tx.scalars(changes.order_by(DecisionStep.position.desc()))
    turns = (step.at for step in found if step.facts["former"] != step.facts["state"])
    return next(turns, result.released_at)


def script_of(tx: Transaction, application_id: UUID, window_id: UUID) -> UUID | None:
    """A participant's script of a window, if marking has begun."""
    mine = select(Script.id).where(
        Script.application_id == application_id, Script.window_id == window_id
    )
    return tx.scalars(mine).one_or_none()


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
