"""Why this marker? Who else could have had a script, who could not, and what it would have cost."""

from typing import Any
from uuid import UUID

from assessment import queries, roles
from assessment.models import Allocation, AllocationRun
from headship_contracts.assessment.allocation import (
    AllocationExplained,
    ExplainAllocation,
    GetMarkerGraph,
    MarkerGraph,
    OtherMarker,
)
from headship_contracts.errors import NotFound
from kit import Transaction


def explain(tx: Transaction, request: ExplainAllocation) -> AllocationExplained:
    """Why a script lies with its marker: for leads, since it tells who has it."""
    roles.require(tx, roles.LEADS)
    held = tx.get(Allocation, request.allocation_id)
    if held is None:
        raise NotFound("allocation_not_found", str(request.allocation_id))
    run = None if held.run_id is None else tx.get_one(AllocationRun, held.run_id)
    if run is not None:
        return _by_plan(held, run)
    step = queries.desks.allocation_step(tx, held)
    return _told(
        held,
        "claimed" if held.lease_until is not None else "least_loaded_without_conflict",
        [
            *_excluded(held),
            *(
                OtherMarker(staff_id=UUID(who), scripts=load, cost=load)
                for who, load in sorted(step.get("possible", {}).items())
                if who != str(held.staff_id)
            ),
        ],
        cost=step.get("load_before"),
        seed=step.get("seed"),
    )


def graph(tx: Transaction, request: GetMarkerGraph) -> MarkerGraph:
    """How a window's markers are linked by scripts that two or more of them have."""
    roles.require(tx, roles.ADJUDICATORS)
    window = queries.windows.get(tx, request.window_id)
    parts: dict[UUID, set[UUID]] = {}
    partners: dict[UUID, set[UUID]] = {}
    shared = 0
    for roles_of in queries.desks.live(tx, window.id).values():
        here = set(roles_of.values())
        shared += len(here) > 1
        joined = set().union(*(parts.get(one, {one}) for one in here))
        for one in joined:
            parts[one] = joined
        for one in here:
            partners.setdefault(one, set()).update(here - {one})
    apart = {frozenset(part) for part in parts.values()}
    told = sorted(",".join(sorted(map(str, part))) for part in apart)
    return MarkerGraph(
        window_id=window.id,
        markers=len(parts),
        shared_scripts=shared,
        connected=len(apart) <= 1,
        parts=told,
        fewest_partners=min(map(len, partners.values()), default=0),
    )


def _by_plan(held: Allocation, run: AllocationRun) -> AllocationExplained:
    """As it stood in the plan: what one more script would have cost each of the others."""
    excluded = held.excluded or {}
    mine = next((one for one in run.markers if one["staff_id"] == str(held.staff_id)), None)
    others = [
        OtherMarker(staff_id=UUID(one["staff_id"]), scripts=one["load_after"], cost=one["price"])
        if one["room"] > 0
        else OtherMarker(staff_id=UUID(one["staff_id"]), excluded="full", scripts=one["load_after"])
        for one in run.markers
        if one["staff_id"] not in excluded and one["staff_id"] != str(held.staff_id)
    ]
    return _told(
        held,
        "optimal_plan",
        [*_excluded(held), *others],
        cost=None if mine is None else mine["last_price"],
        gap=f"{run.facts['gap']:.6f}",
        seed=run.seed,
    )


def _excluded(held: Allocation) -> list[OtherMarker]:
    return [
        OtherMarker(staff_id=UUID(who), excluded=why)
        for who, why in sorted((held.excluded or {}).items())
        if who != str(held.staff_id)
    ]


def _told(
    held: Allocation, rule: str, others: list[OtherMarker], **more: Any
) -> AllocationExplained:
    return AllocationExplained(
        allocation_id=held.id,
        script_id=held.script_id,
        staff_id=held.staff_id,
        role=held.role,
        rule=rule,
        at=held.allocated_at,
        others=others,
        **more,
    )
