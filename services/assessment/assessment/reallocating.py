"""A marker drops out: what they have not begun goes to others, and as little else as can be."""

from typing import Any
from uuid import UUID

from assessment import allocation, assessors, queries, roles, schemas, seeds
from assessment.allocation_problem import Plan, as_problem, keep_run, unplaced
from assessment.domain import sampling
from assessment.domain.allocation import Role
from assessment.domain.windows import WindowState
from assessment.models import Allocation, Window
from headship_contracts.assessment.allocation import Reallocated, ReallocateMarker
from headship_contracts.errors import Refused
from kit import Caller, Transaction
from kit.db import ServiceDatabase


def reallocate_marker(
    db: ServiceDatabase, request: ReallocateMarker, caller: Caller, plan: Plan
) -> Reallocated:
    """Give away what a marker has not begun.

    First with all other desks as they are: nothing can move fewer. Only if that leaves scripts
    without a marker may others, not begun, move as well.
    """
    with db.transaction(caller=caller) as tx:
        roles.require(tx, roles.LEADS)
        window = queries.windows.lock(tx, request.window_id)
        if window.state != WindowState.MARKING:
            raise Refused("not_in_marking", f"{window.batch} is {window.state}")
        problem = _reallocation(tx, window, request.staff_id, widely=False)
        widest = _reallocation(tx, window, request.staff_id, widely=True)
    planned = plan(problem)
    if any(one["short"] for one in planned["scripts"]):
        again = plan(widest)
        if _short(again) < _short(planned):
            problem, planned = widest, again
    with db.transaction(caller=caller) as tx:
        window = queries.windows.lock(tx, request.window_id)
        return _move(tx, window, request, problem, planned)


def _reallocation(
    tx: Transaction, window: Window, staff_id: UUID, *, widely: bool
) -> dict[str, Any]:
    """The unmarked scripts of a marker who drops out; widely, of all markers, none begun."""
    waiting = [
        one
        for one in queries.desks.lock_waiting_of_window(tx, window.id)
        if one.started_at is None
        and one.role != Role.ADJUDICATOR
        and not one.script.moderated
        and (widely or one.staff_id == staff_id)
    ]
    desks = queries.desks.live(tx, window.id)
    had = dict(zip(
        (one.id for one in waiting),
        unplaced(tx, [one.script for one in waiting], Role.FIRST),
        strict=True,
    ))  # fmt: skip
    markers = assessors.markers(tx, window, roles.MARKERS)
    lifted: dict[str, int] = {}
    problems = []
    for one in waiting:
        mine = str(one.staff_id)
        lifted[mine] = lifted.get(mine, 0) + 1
        about = as_problem(had[one.id], one.script)
        stays = one.staff_id != staff_id
        problems.append(
            about
            | {
                "id": str(one.id),
                "needs": 1,
                "roles": [one.role],
                "allocation_id": str(one.id),
                "marked_by": [who for who in about["marked_by"] if who != mine or not stays],
                "beside": [
                    str(who)
                    for role, who in desks.get(one.script_id, {}).items()
                    if role != one.role
                ],
                "keeps": [mine] if stays else [],
            }
        )
    return {
        "scripts": problems,
        "markers": [
            schemas.marker_of(marker)
            | {"load": marker.load - lifted.get(marker.staff_id, 0)}
            | ({"barred": "drops_out"} if marker.staff_id == str(staff_id) else {})
            for marker in markers
        ],
        "seed": sampling.seed_of(window.batch, window.nonce or ""),
    }


def _move(
    tx: Transaction,
    window: Window,
    request: ReallocateMarker,
    problem: dict[str, Any],
    planned: dict[str, Any],
) -> Reallocated:
    run = keep_run(tx, window, problem, planned, "marker_drops_out")
    moved, without = 0, []
    waiting = {one.id: one for one in queries.desks.lock_waiting_of_window(tx, window.id)}
    going: list[tuple[Allocation, dict[str, Any]]] = []
    for one in planned["scripts"]:
        held = waiting.get(UUID(one["id"]))
        if held is None or held.started_at is not None:
            continue  # begun or marked meanwhile
        if one["staff"] == [str(held.staff_id)]:
            continue
        if one["staff"]:
            going.append((held, one))
        else:
            without.append(held.script_id)
    for held, _ in going:
        allocation.take_away(tx, held, "marker_drops_out")
    for held, one in going:
        allocation.carry(tx, held.script, Role(held.role), UUID(one["staff"][0]), one, run, planned)
        moved += 1
    mine = [one for one in waiting.values() if one.staff_id == request.staff_id]
    seeds.clear(tx, window, request.staff_id)
    return Reallocated(
        window_id=window.id,
        moved=moved,
        kept_started=sum(one.started_at is not None for one in mine),
        unallocated=without,
    )


def _short(planned: dict[str, Any]) -> int:
    return sum(one["short"] for one in planned["scripts"])
