"""Claiming the next script from the pile: a lease, and a fence that only its holder can pass."""

from datetime import timedelta

from assessment import allocation, assessors, metrics, queries, roles, schemas, seeds
from assessment.domain.allocation import Marker, Role
from assessment.domain.windows import WindowState
from assessment.models import Allocation, ReferenceMarking, Window
from headship_contracts.assessment.allocation import (
    ClaimedScript,
    ClaimScript,
    RenewLease,
    ReturnScript,
)
from headship_contracts.assessment.marking import QueueItem
from headship_contracts.errors import NotFound, Refused
from headship_contracts.messages import Done
from kit import Transaction


def claim(tx: Transaction, request: ClaimScript) -> ClaimedScript:
    """The next script that this marker may have is theirs until the lease is over."""
    roles.require_self(tx, request.staff_id)
    window = queries.windows.get(tx, request.window_id)
    if window.state != WindowState.MARKING or not window.pull:
        raise Refused("nothing_to_claim", f"no scripts of {window.batch} are to be claimed")
    queries.assessors.lock_claims_of(tx, request.staff_id)
    marker, parts = _claimer(tx, window, request)
    now = assessors.now()
    until = now + timedelta(seconds=request.seconds)
    is_marker = Role.FIRST in parts
    seed = seeds.claim(tx, window, request.staff_id, until) if is_marker else None
    if seed is not None:
        return _claimed(schemas.reference_item(seed))
    claimed = queries.pile.claim_next(tx, window.id, marker, parts, now=now, until=until)
    if claimed is None:
        raise Refused("nothing_to_claim", "no script is left that you may mark")
    script = queries.marking.lock_script(tx, claimed.script_id)
    lost = queries.desks.waiting_allocation(tx, script.id, claimed.role)
    if lost is not None:
        allocation.take_away(tx, lost, "lease_lost")
        tx.count(metrics.leases_lost)
    held = allocation.give(
        tx,
        script,
        claimed.role,
        request.staff_id,
        fence=claimed.fence,
        lease_until=until,
        started_at=tx.at,
    )
    tx.flush()
    return _claimed(schemas.queue_item(held))


def renew(tx: Transaction, request: RenewLease) -> ClaimedScript:
    """More time for a claimed script."""
    seed = queries.assessors.lock_marking(tx, request.allocation_id)
    if seed is not None and seed.staff_id == request.staff_id:
        roles.require_self(tx, request.staff_id)
        _require_lease(seed, request.fence)
        assert seed.lease_until is not None
        until = assessors.now() + timedelta(seconds=request.seconds)
        seed.lease_until = max(seed.lease_until, until)
        return _claimed(schemas.reference_item(seed))
    held = queries.desks.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    _require_lease(held, request.fence)
    extend(tx, held, timedelta(seconds=request.seconds))
    return _claimed(schemas.queue_item(held))


def give_back(tx: Transaction, request: ReturnScript) -> Done:
    """Put a claimed script back on the pile."""
    seed = queries.assessors.lock_marking(tx, request.allocation_id)
    if seed is not None and seed.staff_id == request.staff_id:
        roles.require_self(tx, request.staff_id)
        _require_lease(seed, request.fence)
        seeds.take_back(tx, seed, "returned")
        return Done()
    held = queries.desks.lock_allocation(tx, request.allocation_id)
    roles.require_own(tx, held, request.staff_id)
    _require_lease(held, request.fence)
    allocation.take_away(tx, held, "returned")
    allocation.put_on_the_pile(tx, held.script, Role(held.role))
    return Done()


def require_fence(held: Allocation | ReferenceMarking, fence: int | None) -> None:
    """Raise Refused `lease_lost` unless the script is still this holder's to save."""
    if held.state == "withdrawn":
        code = "allocation_withdrawn" if held.lease_until is None else "lease_lost"
        raise Refused(code, "this script was given to somebody else")
    if held.state == "marked":
        raise Refused("already_marked", "the marks of this script are in")
    if fence is not None and fence != held.fence:
        raise Refused("lease_lost", "this script has been taken by somebody else since")
    if held.lease_until is None:
        return
    if fence is None:
        raise Refused("fence_missing", "a claimed script is saved with its fence")
    if held.lease_until <= assessors.now():
        raise Refused("lease_lost", f"your claim ended at {held.lease_until:%H:%M} UTC")


def _require_lease(held: Allocation | ReferenceMarking, fence: int | None) -> None:
    require_fence(held, fence)
    if held.lease_until is None:
        raise Refused("no_lease", "this script was allocated: it is nobody's to claim")


def extend(tx: Transaction, held: Allocation, time: timedelta) -> None:
    """The lease goes on from now, on the desk and on the pile; it is never cut short."""
    place = queries.pile.held(tx, held.script_id, held.role)
    if place is None or held.lease_until is None:
        return
    held.lease_until = max(held.lease_until, assessors.now() + time)
    place.lease_until = held.lease_until


def settle(tx: Transaction, held: Allocation) -> None:
    """A claimed script is marked: its place on the pile is done."""
    place = queries.pile.held(tx, held.script_id, held.role)
    if place is not None:
        place.state = "done"


def _claimer(tx: Transaction, window: Window, request: ClaimScript) -> tuple[Marker, list[Role]]:
    """The one who claims, and what they may: to mark as an assessor, to adjudicate as others."""
    mine, parts = None, []
    for wanted, roles_of in (
        (roles.MARKERS, [Role.FIRST, Role.SECOND]),
        (roles.ADJUDICATORS, [Role.ADJUDICATOR]),
    ):
        marker = assessors.marker(tx, window, wanted, request.staff_id)
        if marker is not None:
            parts += roles_of
            if mine is None or marker.barred is None:
                mine = marker
    if mine is None:
        raise NotFound("staff_not_found", f"{request.staff_id} neither marks nor adjudicates")
    if mine.barred is not None:
        raise Refused(mine.barred, "you cannot mark scripts of this window now")
    if mine.full:
        raise Refused("no_room", f"you have the {mine.capacity} scripts that you take")
    return mine, parts


def _claimed(item: QueueItem) -> ClaimedScript:
    assert item.lease_until is not None
    return ClaimedScript(
        allocation_id=item.allocation_id,
        script_id=item.script_id,
        number=item.number,
        kind=item.kind,
        words=item.words,
        due_on=item.due_on,
        fence=item.fence,
        lease_until=item.lease_until,
    )
