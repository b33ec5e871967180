"""Seeds: scripts with agreed marks that lie unrecognised among those of a window.

Whatever a marker sees or does with one is as with a script: its ids and number, its place in the
queue, when it comes, what is told of it, what becomes of it when it is given back or lost.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from assessment import assessors, queries, schemas
from assessment.domain import sampling, standards
from assessment.domain.windows import WindowState, london_date
from assessment.models import ReferenceMarking, ReferenceScript, Window
from headship_contracts.assessment.events import ScriptAllocated, ScriptWithdrawn
from kit import Transaction


def give(tx: Transaction, window: Window) -> int:
    """Lay seeds among the scripts of each marker; no marker gets one twice.

    Where scripts are claimed, seeds are claimed as well.
    """
    if window.state != WindowState.MARKING or window.seed_percent == 0 or window.pull:
        return 0
    seeds = queries.assessors.references_of(tx, window.paper_id, "seed")
    if not seeds:
        return 0
    seen = queries.assessors.seeds_seen(tx, window.paper_id)
    had = queries.assessors.seeds_by_marker(tx, window.id)
    given = 0
    for staff_id, load in queries.desks.marking_loads(tx, window.id).items():
        wanted = standards.seeds_due(load, window.seed_percent) - had.get(staff_id, 0)
        for seed in _fresh(window, staff_id, seeds, seen)[: max(0, wanted)]:
            _give(tx, window, staff_id, seed)
            given += 1
    tx.flush()
    return given


def claim(
    tx: Transaction, window: Window, staff_id: UUID, until: datetime
) -> ReferenceMarking | None:
    """The seed that comes next on this marker's way through the pile, if the next is one.

    One that was given back, or whose lease is over, comes before others, as a script does. Once no
    script lies on the pile no seed does.
    """
    seeds = queries.assessors.references_of(tx, window.paper_id, "seed")
    now = assessors.now()
    if window.seed_percent == 0 or not seeds or not queries.pile.has_some(tx, window.id, now):
        return None
    mine = queries.assessors.lock_seeds_of(tx, window.id, staff_id)
    lapsed = [
        one
        for one in mine
        if one.state == "waiting" and one.lease_until is not None and one.lease_until <= now
    ]
    given_up = [one for one in mine if one.state == "withdrawn"] + lapsed
    wanted = standards.seeds_before(
        queries.desks.claimed(tx, window.id, staff_id, now),
        window.seed_percent,
        lambda begun: int(sampling.lot(window.nonce or "", str(staff_id), str(begun)), 16),
    )
    if wanted <= len(mine) - len(given_up):
        return None
    claimed = {"lease_until": until, "started_at": tx.at}
    if given_up:
        former = given_up[0]
        if former.state == "waiting":
            take_back(tx, former, "lease_lost")
        again = {"round": former.round + 1, "fence": former.fence + 1}
        return _give(tx, window, staff_id, former.reference, **again, **claimed)
    seen = queries.assessors.seeds_seen(tx, window.paper_id)
    fresh = _fresh(window, staff_id, seeds, seen)
    return _give(tx, window, staff_id, fresh[0], **claimed) if fresh else None


def take_back(tx: Transaction, held: ReferenceMarking, reason: str) -> None:
    """Take a seed, which is locked, from a desk, unmarked."""
    held.state = "withdrawn"
    tx.emit(
        ScriptWithdrawn(
            revision=tx.next_revision(None),
            allocation_id=held.id,
            script_id=held.shown_as or held.id,
            staff_id=held.staff_id,
            role="first",
            reason=reason,
        )
    )


def clear(tx: Transaction, window: Window, staff_id: UUID) -> None:
    """Who drops out has no seeds either that they have not begun."""
    for held in queries.assessors.lock_seeds_of(tx, window.id, staff_id):
        if held.state == "waiting" and held.started_at is None:
            take_back(tx, held, "marker_drops_out")


def _fresh(
    window: Window,
    staff_id: UUID,
    seeds: Iterable[ReferenceScript],
    seen: set[tuple[UUID, UUID]],
) -> list[ReferenceScript]:
    """Seeds that a marker never saw, in an order that a lot decides."""
    return sorted(
        (seed for seed in seeds if (staff_id, seed.id) not in seen),
        key=lambda seed: sampling.lot(window.nonce or "", str(staff_id), str(seed.id)),
    )


def _give(
    tx: Transaction, window: Window, staff_id: UUID, seed: ReferenceScript, **more: Any
) -> ReferenceMarking:
    """Lay a seed on a desk, with a message; `more` are the marking's own fields."""
    lot = sampling.lot(window.nonce or "", str(window.id), str(seed.id))
    shown_as = UUID(hex=lot[:32], version=4)  # a script has one id for all who have it
    marking = ReferenceMarking(
        id=uuid4(),
        reference=seed,
        staff_id=staff_id,
        window_id=window.id,
        number=schemas.shown_number(shown_as),
        state="waiting",
        due_on=london_date(tx.at) + timedelta(days=window.paper.marking_days),
        given_at=tx.at,
        shown_as=shown_as,
        **{"round": 1, "fence": 1} | more,
    )
    tx.add(marking)
    tx.emit(
        ScriptAllocated(
            revision=tx.next_revision(None),
            allocation_id=marking.id,
            script_id=shown_as,
            staff_id=staff_id,
            role="first",
            due_on=marking.due_on,
        )
    )
    tx.flush()
    return marking
