"""Those who mark: what is settled for them, what they keep off, and their own address."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from assessment import queries, roles
from assessment.applications import TOLD_BY_SESSIONS
from assessment.domain.allocation import Marker
from assessment.domain.windows import london_date
from assessment.models import Assessor, DeclaredConflict, StaffMember, Window
from headship_contracts.assessment.assessors import (
    AssessorPage,
    AssessorRecord,
    ConflictPage,
    ConflictRecord,
    DeclareConflict,
    ListAssessors,
    ListConflicts,
    SetAssessor,
    StopAssessor,
    WithdrawConflict,
)
from headship_contracts.errors import Invalid, NotFound, Refused
from headship_contracts.messages import Done
from kit import Transaction

IDS = ("application", "participant", "delivery_partner")
"""Kinds of conflict whose key is an id."""


def settle(tx: Transaction, request: SetAssessor, *, probation: int) -> AssessorRecord:
    """Settle what a marker takes; whoever was stopped may resume, on probation."""
    roles.require(tx, roles.LEADS)
    assessor = queries.assessors.lock(tx, request.staff_id, probation=probation)
    assessor.trained_for, assessor.capacity = request.trained_for, request.capacity
    assessor.available_until = request.available_until
    if request.resume and assessor.stopped_because is not None:
        assessor.stopped_because, assessor.probation_left = None, probation
        assessor.resumed_at = tx.at
    if request.probation is not None:
        assessor.probation_left = request.probation
    assessor.revision = tx.next_revision(assessor.revision)
    return _record(tx, assessor)


def stop(tx: Transaction, request: StopAssessor, *, probation: int) -> AssessorRecord:
    """No more scripts for this marker."""
    roles.require(tx, roles.LEADS)
    assessor = queries.assessors.lock(tx, request.staff_id, probation=probation)
    assessor.stopped_because = request.reason
    assessor.revision = tx.next_revision(assessor.revision)
    return _record(tx, assessor)


def list_all(tx: Transaction, request: ListAssessors) -> AssessorPage:
    """Those for whom something is settled."""
    roles.require(tx, roles.LEADS)
    found, cursor = queries.assessors.page_of(tx, request)
    return AssessorPage(items=[_record(tx, one) for one in found], next_cursor=cursor)


def declare(tx: Transaction, request: DeclareConflict) -> ConflictRecord:
    """Keep a conflict that the marker, or the lead for them, declares."""
    roles.require_self_or(tx, request.staff_id, roles.LEADS)
    if tx.get(StaffMember, request.staff_id) is None:
        raise NotFound("staff_not_found", str(request.staff_id))
    key = request.key.strip()
    if request.kind in IDS:
        try:
            key = str(UUID(key))
        except ValueError as error:
            told = {"key": [f"a conflict with a {request.kind} needs its id, a UUID"]}
            raise Invalid("key_not_an_id", "the conflict cannot be kept", told) from error
    conflict = DeclaredConflict(
        staff_id=request.staff_id,
        kind=request.kind,
        key=key,
        reason=request.reason,
        declared_at=tx.at,
        declared_by=str(tx.caller),
    )
    tx.add(conflict)
    tx.flush()
    return _conflict(conflict)


def withdraw(tx: Transaction, request: WithdrawConflict) -> Done:
    """A declared conflict holds no longer."""
    conflict = tx.get(DeclaredConflict, request.conflict_id, with_for_update=True)
    if conflict is None:
        raise NotFound("conflict_not_found", str(request.conflict_id))
    if conflict.declared_by == TOLD_BY_SESSIONS:
        roles.require(tx, roles.LEADS)
    roles.require_self_or(tx, conflict.staff_id, roles.LEADS)
    if conflict.withdrawn_at is not None:
        raise Refused("already_withdrawn", f"on {conflict.withdrawn_at:%Y-%m-%d}")
    conflict.withdrawn_at = tx.at
    return Done()


def list_conflicts(tx: Transaction, request: ListConflicts) -> ConflictPage:
    """What a marker declared."""
    roles.require_self_or(tx, request.staff_id, roles.LEADS)
    found, cursor = queries.assessors.page_of_conflicts(tx, request)
    return ConflictPage(items=[_conflict(one) for one in found], next_cursor=cursor)


def markers(
    tx: Transaction, window: Window, wanted: tuple[str, ...], *, standardise: bool = True
) -> list[Marker]:
    """All staff with one of these roles, as the rules know them: also who is barred, and why.

    A lead can see whose marks are whose, and so comes after those who are none (`rank`).
    """
    members = queries.marking.staff_with_role(tx, wanted)
    return _as_markers(tx, window, members, wanted, standardise)


def marker(
    tx: Transaction, window: Window, wanted: tuple[str, ...], staff_id: UUID
) -> Marker | None:
    """One of them, if this member of staff has one of the roles."""
    member = tx.get(StaffMember, staff_id)
    if member is None or not set(wanted).intersection(member.roles):
        return None
    (found,) = _as_markers(tx, window, [member], wanted, wanted == roles.MARKERS)
    return found


def _as_markers(
    tx: Transaction,
    window: Window,
    members: Sequence[StaffMember],
    wanted: tuple[str, ...],
    standardise: bool,
) -> list[Marker]:
    ids = [member.staff_id for member in members]
    settled, declared = queries.assessors.settled(tx, ids), queries.assessors.declared(tx, ids)
    loads, resting = queries.desks.loads(tx, window.id), queries.assessors.inactive_hubs(tx)
    unready = not_standardised(tx, window.paper_id, ids) if standardise else set()
    found = []
    for member in members:
        own = settled.get(member.staff_id)
        hub = member.delivery_partner_id
        found.append(
            Marker(
                staff_id=str(member.staff_id),
                school_urn=member.school_urn,
                trust_id=member.trust_id,
                delivery_partner_id=None if hub is None else str(hub),
                load=loads.get(member.staff_id, 0),
                rank=int("assessor" not in wanted and "lead" in member.roles),
                capacity=None if own is None else own.capacity,
                barred=_barred(tx, window, member, own, resting, unready),
                declared=frozenset(declared.get(member.staff_id, ())),
            )
        )
    return found


def not_standardised(tx: Transaction, paper_id: UUID, staff_ids: list[UUID]) -> set[UUID]:
    """Which of these have not marked the paper's standardisation scripts alike yet."""
    needed = {one.id for one in queries.assessors.references_of(tx, paper_id, "standardisation")}
    if not needed:
        return set()
    latest = queries.assessors.latest_markings(tx, paper_id, staff_ids)
    done: dict[UUID, set[UUID]] = {}
    for (staff_id, reference_id), one in latest.items():
        if one.agrees:
            done.setdefault(staff_id, set()).add(reference_id)
    return {staff_id for staff_id in staff_ids if not needed <= done.get(staff_id, set())}


def now() -> datetime:
    """Real time, which leases go by."""
    return datetime.now(UTC)


def _barred(
    tx: Transaction,
    window: Window,
    member: StaffMember,
    own: Assessor | None,
    resting: set[UUID],
    unready: set[UUID],
) -> str | None:
    if not member.active:
        return "not_active"
    if member.delivery_partner_id in resting:
        return "hub_not_active"
    if own is not None and own.stopped_because is not None:
        return "stopped"
    if own is not None and own.trained_for is not None and window.course not in own.trained_for:
        return "not_trained"
    due_on = london_date(tx.at) + timedelta(days=window.paper.marking_days)
    if own is not None and own.available_until is not None and own.available_until < due_on:
        return "leaves_before_due"
    return "not_standardised" if member.staff_id in unready else None


def _record(tx: Transaction, assessor: Assessor) -> AssessorRecord:
    member = tx.get(StaffMember, assessor.staff_id)
    return AssessorRecord(
        staff_id=assessor.staff_id,
        active=member is not None and member.active,
        trained_for=assessor.trained_for,
        capacity=assessor.capacity,
        available_until=assessor.available_until,
        probation_left=assessor.probation_left,
        stopped_because=assessor.stopped_because,
    )


def _conflict(conflict: DeclaredConflict) -> ConflictRecord:
    return ConflictRecord(
        conflict_id=conflict.id,
        staff_id=conflict.staff_id,
        kind=conflict.kind,
        key=conflict.key,
        reason=conflict.reason,
        declared_at=conflict.declared_at,
        withdrawn_at=conflict.withdrawn_at,
    )
