"""From the closed window to scripts on markers' desks."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

from assessment import metrics, queries, roles, schemas, scripts, similar_pairs
from assessment.domain import allocation as rules
from assessment.domain import sampling
from assessment.domain.allocation import Marker, Placement, Role, Unplaced
from assessment.domain.windows import WindowState, london_date
from assessment.models import Allocation, Script, StaffMember, Window
from headship_contracts.assessment.events import ScriptAllocated
from headship_contracts.assessment.marking import (
    MarkingPrepared,
    PrepareMarking,
    QueueItem,
    ReallocateScript,
)
from headship_contracts.errors import Refused
from kit import Transaction

ROLE_OF_STATE = {
    "first_marking": Role.FIRST,
    "second_marking": Role.SECOND,
    "adjudication": Role.ADJUDICATOR,
}
"""In which role a script in this state needs someone."""


def prepare(tx: Transaction, request: PrepareMarking) -> MarkingPrepared:
    """Number the scripts and draw the sample, once; then allocate whatever lacks a marker."""
    roles.require(tx, roles.LEADS)
    window = queries.windows.lock(tx, request.window_id)
    if window.state == WindowState.CANCELLED:
        raise Refused("window_cancelled", f"{window.batch} did not take place")
    if window.state in (WindowState.SCHEDULED, WindowState.OPEN):
        raise Refused("window_not_closed", f"marking begins after {window.closes_at:%Y-%m-%d}")
    if window.state == WindowState.RELEASED:
        raise Refused("already_released", f"the results of {window.batch} are out")
    if window.state == WindowState.CLOSED:
        _number_and_draw(tx, window, request.nonce or secrets.token_hex(16))
    unallocated = _allocate_all(tx, window)
    return MarkingPrepared(
        window_id=window.id,
        batch=window.batch,
        scripts=window.scripts or 0,
        sampled=len(window.sample or []),
        nonce_sha256=window.nonce_sha256 or "",
        allocated=(window.scripts or 0) - len(unallocated),
        unallocated=unallocated,
    )


def give_out(tx: Transaction, some: Sequence[Script], role: Role) -> list[UUID]:
    """Find someone for each of these scripts of one window; gives the ids of those without.

    The scripts are locked.
    """
    if not some:
        return []
    window = some[0].window
    seed = f"{sampling.seed_of(window.batch, window.nonce or '')}/{role}"
    wanted = roles.ADJUDICATORS if role is Role.ADJUDICATOR else roles.MARKERS
    loads = queries.marking.loads(tx, window.id)
    markers = [
        _marker(member, loads, role) for member in queries.marking.staff_with_role(tx, wanted)
    ]
    placements = rules.allocate(_unplaced(tx, some, role), markers, seed=seed)
    without = []
    for script, placement in zip(some, placements, strict=True):
        _note(tx, script, role, placement, seed)
        if placement.staff_id is None:
            tx.count(metrics.scripts_without_marker.labels(role=role))
            without.append(script.id)
        else:
            _give(tx, script, role, UUID(placement.staff_id))
    return without


def reallocate(tx: Transaction, request: ReallocateScript) -> QueueItem:
    """Take an unmarked script back and give it to somebody who never had it."""
    roles.require(tx, roles.LEADS)
    former = queries.marking.lock_allocation(tx, request.allocation_id)
    script, role = former.script, Role(former.role)
    if former.state != "waiting":
        raise Refused(f"already_{former.state}", "only a script that waits can be given away")
    former.state = "withdrawn"
    former.revision = tx.next_revision(former.revision)
    tx.flush()  # only one may have a script in one role
    staff_id = str(former.staff_id)
    scripts.record(tx, script, "withdrawn", "lead_decides", staff_id=staff_id, role=role)
    if give_out(tx, [script], role):
        raise Refused("no_marker_without_conflict", f"nobody else may mark script {script.number}")
    return schemas.queue_item(queries.marking.waiting_allocation(tx, script.id))


def _number_and_draw(tx: Transaction, window: Window, nonce: str) -> None:
    """The numbers follow the digests of the texts: they tell neither authors nor times, and the
    same texts get the same numbers again."""
    sent = queries.submissions.to_mark(tx, window.id)
    paper = window.paper
    size = sampling.sample_size(
        len(sent), percent=paper.sample_percent, minimum=paper.sample_minimum
    )
    window.nonce, window.nonce_sha256 = nonce, sampling.commitment_to(nonce)
    window.sample = list(sampling.draw(window.batch, nonce, scripts=len(sent), size=size))
    window.scripts = len(sent)
    window.state = WindowState.MARKING
    window.revision = tx.next_revision(window.revision)
    drawn = set(window.sample)
    for number, submission in enumerate(sent, start=1):
        tx.add(
            Script(
                window=window,
                number=number,
                submission=submission,
                application=submission.candidate.application,
                attempt=submission.candidate.attempt,
                in_sample=number in drawn,
                state="first_marking",
                steps=0,
            )
        )
    tx.flush()
    similar_pairs.hold_new_scripts(tx, window)


def _allocate_all(tx: Transaction, window: Window) -> list[UUID]:
    held = queries.marking.allocated_roles(tx, window.id)
    lacking: dict[Role, list[Script]] = {role: [] for role in Role}
    for script in queries.marking.lock_scripts_of(tx, window.id):
        role = ROLE_OF_STATE.get(script.state)
        if role is not None and role not in held.get(script.id, set()):
            lacking[role].append(script)
    return [script_id for role in Role for script_id in give_out(tx, lacking[role], role)]


def _unplaced(tx: Transaction, some: Sequence[Script], role: Role) -> list[Unplaced]:
    """Scripts by their numbers, which the draw can be repeated with.

    Who had this script is out. Who had an earlier attempt is out as a marker, but may adjudicate:
    that is asked only where two others disagree, and there are few who may.
    """
    had: dict[UUID, set[str]] = {script.id: set() for script in some}
    mine = {script.application_id: script for script in some}
    for application_id, script_id, staff_id in queries.marking.who_had(tx, mine):
        script = mine[application_id]
        if script_id == script.id or role is not Role.ADJUDICATOR:
            had[script.id].add(str(staff_id))
    return [
        Unplaced(
            script_id=str(script.number),
            school_urn=script.application.school_urn,
            trust_id=script.application.trust_id,
            delivery_partner_id=_text(script.application.delivery_partner_id),
            coach_staff_id=_text(script.application.coach_staff_id),
            marked_by=frozenset(had[script.id]),
        )
        for script in some
    ]


def _marker(member: StaffMember, loads: dict[UUID, int], role: Role) -> Marker:
    """A lead can see whose marks are whose, and so adjudicates only where no moderator can."""
    return Marker(
        staff_id=str(member.staff_id),
        school_urn=member.school_urn,
        trust_id=member.trust_id,
        delivery_partner_id=_text(member.delivery_partner_id),
        load=loads.get(member.staff_id, 0),
        rank=1 if role is Role.ADJUDICATOR and set(roles.LEADS).intersection(member.roles) else 0,
    )


def _give(tx: Transaction, script: Script, role: Role, staff_id: UUID) -> None:
    allocation = Allocation(
        id=uuid4(),
        script=script,
        staff_id=staff_id,
        role=role,
        state="waiting",
        due_on=london_date(tx.at) + timedelta(days=script.window.paper.marking_days),
        allocated_at=tx.at,
        revision=tx.next_revision(None),
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


def _note(tx: Transaction, script: Script, role: Role, placed: Placement, seed: str) -> None:
    scripts.record(
        tx,
        script,
        "allocated" if placed.staff_id else "not_allocated",
        "least_loaded_without_conflict",
        role=role,
        staff_id=placed.staff_id,
        eligible=placed.eligible,
        load_before=placed.load_before,
        conflicts=placed.conflicts,
        seed=seed,
    )


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)
