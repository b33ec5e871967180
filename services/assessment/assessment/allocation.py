"""Scripts on markers' desks: given, taken away, given to somebody else."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from assessment import allocation_problem, assessors, metrics, queries, roles, schemas, scripts
from assessment.domain import allocation as rules
from assessment.domain import sampling
from assessment.domain.allocation import Placement, Role
from assessment.domain.windows import london_date
from assessment.models import Allocation, AllocationRun, OpenScript, Script
from headship_contracts.assessment.events import ScriptAllocated, ScriptWithdrawn
from headship_contracts.assessment.marking import QueueItem, ReallocateScript
from headship_contracts.errors import Refused
from kit import Transaction


def give_out(
    tx: Transaction,
    some: Sequence[Script],
    role: Role,
    *,
    among: tuple[str, ...] | None = None,
) -> list[UUID]:
    """Find someone for each of these scripts of one window; gives the ids of those without.

    The scripts are locked. In a window whose scripts are claimed they go on the pile. `among`: the
    roles of those who are asked, if not those usual for the part.
    """
    if not some:
        return []
    window = some[0].window
    if window.pull and among is None:
        for script in some:
            put_on_the_pile(tx, script, role)
        return []
    seed = f"{sampling.seed_of(window.batch, window.nonce or '')}/{role}"
    wanted = among or (roles.ADJUDICATORS if role is Role.ADJUDICATOR else roles.MARKERS)
    standardise = wanted == roles.MARKERS
    markers = assessors.markers(tx, window, wanted, standardise=standardise)
    met = queries.desks.met(tx, window.id, [script.id for script in some])
    placements = rules.allocate(
        allocation_problem.unplaced(tx, some, role),
        markers,
        seed=seed,
        met={str(script.number): met.get(script.id, {}) for script in some},
    )
    without = []
    for script, placement in zip(some, placements, strict=True):
        _note(tx, script, role, placement, seed)
        if placement.staff_id is None:
            tx.count(metrics.scripts_without_marker.labels(role=role))
            without.append(script.id)
        else:
            give(tx, script, role, UUID(placement.staff_id), excluded=placement.excluded)
    return without


def give(tx: Transaction, script: Script, role: Role, staff_id: UUID, **more: Any) -> Allocation:
    """Lay a script on a desk; `more` are the allocation's own fields."""
    allocation = Allocation(
        id=uuid4(),
        script=script,
        staff_id=staff_id,
        role=role,
        state="waiting",
        due_on=london_date(tx.at) + timedelta(days=script.window.paper.marking_days),
        allocated_at=tx.at,
        revision=tx.next_revision(None),
        reminders=0,
        **{"fence": 1} | more,
    )
    tx.add(allocation)
    tx.emit(
        ScriptAllocated(
            revision=allocation.revision,
            allocation_id=allocation.id,
            script_id=script.id,
            staff_id=staff_id,
            role=role,
            due_on=allocation.due_on,
        )
    )
    return allocation


def carry(
    tx: Transaction,
    script: Script,
    role: Role,
    staff_id: UUID,
    found: dict[str, Any],
    run: AllocationRun,
    planned: dict[str, Any],
) -> None:
    """Give a script out as planned, and note by which plan."""
    give(tx, script, role, staff_id, run_id=run.id, excluded=found["excluded"])
    scripts.record(
        tx,
        script,
        "allocated",
        "optimal_plan",
        role=role,
        staff_id=str(staff_id),
        run_id=str(run.id),
        gap=planned["gap"],
        seed=run.seed,
        eligible=len(planned["markers"]) - len(found["excluded"]),
    )


def take_away(tx: Transaction, held: Allocation, reason: str) -> None:
    """Take a script back, unmarked. It and its script are locked."""
    held.state = "withdrawn"
    held.revision = tx.next_revision(held.revision)
    tx.flush()  # only one may have a script in one role
    staff_id = str(held.staff_id)
    scripts.record(tx, held.script, "withdrawn", reason, staff_id=staff_id, role=held.role)
    tx.emit(
        ScriptWithdrawn(
            revision=held.revision,
            allocation_id=held.id,
            script_id=held.script_id,
            staff_id=held.staff_id,
            role=held.role,
            reason=reason,
        )
    )


def clear(tx: Transaction, script: Script, reason: str) -> None:
    """Nobody marks this script, which is locked, any more: it leaves all desks and the pile."""
    for held in queries.desks.waiting_allocations(tx, script.id):
        take_away(tx, held, reason)
    for place in queries.pile.places_of(tx, script.id):
        place.state, place.staff_id, place.lease_until = "done", None, None


def reallocate(tx: Transaction, request: ReallocateScript) -> QueueItem:
    """Take an unmarked script back and give it to somebody who never had it."""
    roles.require(tx, roles.LEADS)
    former = queries.desks.lock_allocation(tx, request.allocation_id)
    script, role = former.script, Role(former.role)
    if former.state != "waiting":
        raise Refused(f"already_{former.state}", "only a script that waits can be given away")
    if former.started_at is not None and not request.even_started:
        raise Refused("already_started", "its marker has begun: ask with even_started to move it")
    take_away(tx, former, "lead_decides")
    among = roles.ADJUDICATORS if script.moderated and role is Role.SECOND else None
    if give_out(tx, [script], role, among=among):
        raise Refused("no_marker_without_conflict", f"nobody else may mark script {script.number}")
    tx.flush()
    given = queries.desks.waiting_allocation(tx, script.id, role)
    if given is None:
        return schemas.queue_item(former)  # it is on the pile
    return schemas.queue_item(given)


def put_on_the_pile(tx: Transaction, script: Script, role: Role) -> None:
    """Let markers claim it, in an order that the nonce decides: it tells nothing of the script."""
    known = queries.pile.held(tx, script.id, role)
    if known is not None:
        known.state, known.staff_id, known.lease_until = "open", None, None
        return
    seed = sampling.seed_of(script.window.batch, script.window.nonce or "")
    tx.add(
        OpenScript(
            script_id=script.id,
            window_id=script.window_id,
            role=role,
            place=sampling.lot(seed, str(script.number), role),
            state="open",
            fence=0,
        )
    )
    scripts.record(tx, script, "put_on_the_pile", "claimed_by_markers", role=role)


def _note(tx: Transaction, script: Script, role: Role, placed: Placement, seed: str) -> None:
    scripts.record(
        tx,
        script,
        "allocated" if placed.staff_id else "not_allocated",
        "least_loaded_without_conflict",
        role=role,
        staff_id=placed.staff_id,
        possible=placed.possible,
        eligible=placed.eligible,
        load_before=placed.load_before,
        conflicts=placed.conflicts,
        seed=seed,
    )
