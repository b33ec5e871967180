"""Seeds: scripts with agreed marks that lie unrecognised among those of a window."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from assessment import assessors, queries
from assessment.domain import sampling, standards
from assessment.domain.windows import WindowState, london_date
from assessment.models import ReferenceMarking, ReferenceScript, Window
from headship_contracts.assessment.events import ScriptAllocated
from kit import Transaction


def give(
    tx: Transaction, window: Window, only: UUID | None = None, until: datetime | None = None
) -> int:
    """Lay seeds among the scripts of each marker, or of one; no marker gets one twice.

    Where scripts are claimed a seed is the marker's `until` then, as what they claimed is. One
    whose time is over comes again with the next claim.
    """
    if window.state != WindowState.MARKING or window.seed_percent == 0:
        return 0
    if window.pull and until is None:
        return 0  # they come with what is claimed
    seeds = queries.assessors.references_of(tx, window.paper_id, "seed")
    if not seeds:
        return 0
    if only is not None and until is not None:
        for held in queries.assessors.lapsed_seeds(tx, window.id, only, assessors.now()):
            held.fence, held.lease_until = held.fence + 1, until
    seen = queries.assessors.seeds_seen(tx, window.paper_id)
    desks = queries.desks.numbers_by_marker(tx, window.id)
    had = queries.assessors.seeds_by_marker(tx, window.id)
    given = 0
    for staff_id, numbers in desks.items():
        if only is not None and staff_id != only:
            continue
        wanted = standards.seeds_due(len(numbers), window.seed_percent) - had.get(staff_id, 0)
        fresh = [seed for seed in seeds if (staff_id, seed.id) not in seen]
        fresh.sort(key=lambda seed: sampling.lot(window.nonce or "", str(staff_id), str(seed.id)))
        for seed in fresh[: max(0, wanted)]:
            _give_seed(tx, window, staff_id, seed, numbers, until)
            given += 1
    tx.flush()
    return given


def _give_seed(
    tx: Transaction,
    window: Window,
    staff_id: UUID,
    seed: ReferenceScript,
    numbers: set[int],
    until: datetime | None,
) -> None:
    """It looks like a script of the window: a number that its marker has not, and a message."""
    free = [n for n in range(1, (window.scripts or 0) + 1) if n not in numbers]
    number = min(
        free or [max(numbers) + 1],
        key=lambda n: sampling.lot(window.nonce or "", str(seed.id), str(staff_id), str(n)),
    )
    numbers.add(number)
    marking = ReferenceMarking(
        id=uuid4(),
        reference=seed,
        staff_id=staff_id,
        round=1,
        window_id=window.id,
        number=number,
        state="waiting",
        due_on=london_date(tx.at) + timedelta(days=window.paper.marking_days),
        given_at=tx.at,
        shown_as=uuid4(),
        lease_until=until,
        started_at=None if until is None else tx.at,
        fence=1,
    )
    tx.add(marking)
    tx.emit(
        ScriptAllocated(
            revision=tx.next_revision(None),
            allocation_id=marking.id,
            script_id=marking.shown_as or marking.id,
            staff_id=staff_id,
            role="first",
            due_on=marking.due_on,
        )
    )
