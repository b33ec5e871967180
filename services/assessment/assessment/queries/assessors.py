"""Those who mark: what was settled for them, and what they keep off."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from assessment.models import (
    Assessor,
    BankedComment,
    DeclaredConflict,
    DeliveryPartner,
    ReferenceMarking,
    ReferenceScript,
    StaffMember,
)
from assessment.queries.locking import lock_or_add, locked
from headship_contracts.assessment.assessors import ListAssessors, ListConflicts
from headship_contracts.assessment.standardisation import (
    ListChecks,
    ListComments,
    ListReferenceScripts,
)
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def lock(tx: Transaction, staff_id: UUID, *, probation: int) -> Assessor:
    """What is settled for a marker, locked; a new marker begins on probation."""
    if tx.get(StaffMember, staff_id) is None:
        raise NotFound("staff_not_found", str(staff_id))
    return lock_or_add(tx, Assessor, staff_id, probation_left=probation, link_number=0, revision=0)


def left(tx: Transaction, staff_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these who are no active members of staff any more."""
    gone = select(StaffMember.staff_id).where(
        StaffMember.staff_id.in_(list(staff_ids)), StaffMember.active.is_(False)
    )
    return set(tx.scalars(gone))


def settled(tx: Transaction, staff_ids: Iterable[UUID]) -> dict[UUID, Assessor]:
    """What is settled for these, where anything is."""
    found = select(Assessor).where(Assessor.staff_id.in_(list(staff_ids)))
    return {assessor.staff_id: assessor for assessor in tx.scalars(found)}


def page_of(tx: Transaction, request: ListAssessors) -> tuple[Sequence[Assessor], str | None]:
    """A page of all for whom something is settled."""
    keys = (Assessor.staff_id,)
    return page(tx, select(Assessor), keys=keys, cursor=request.cursor, limit=request.limit)


def page_of_conflicts(
    tx: Transaction, request: ListConflicts
) -> tuple[Sequence[DeclaredConflict], str | None]:
    """A page of what a marker declared."""
    mine = select(DeclaredConflict).where(DeclaredConflict.staff_id == request.staff_id)
    keys = (DeclaredConflict.declared_at, DeclaredConflict.id)
    return page(tx, mine, keys=keys, cursor=request.cursor, limit=request.limit)


def declared(tx: Transaction, staff_ids: Iterable[UUID]) -> dict[UUID, set[str]]:
    """What each of these declared and did not withdraw, as `kind:key`."""
    standing = select(DeclaredConflict).where(
        DeclaredConflict.staff_id.in_(list(staff_ids)), DeclaredConflict.withdrawn_at.is_(None)
    )
    found: dict[UUID, set[str]] = {}
    for one in tx.scalars(standing):
        found.setdefault(one.staff_id, set()).add(f"{one.kind}:{one.key}")
    return found


def inactive_hubs(tx: Transaction) -> set[UUID]:
    """Delivery partners that are suspended or removed: their staff get no scripts."""
    resting = select(DeliveryPartner.delivery_partner_id).where(DeliveryPartner.status != "active")
    return set(tx.scalars(resting))


def references_of(tx: Transaction, paper_id: UUID, purpose: str) -> list[ReferenceScript]:
    """The reference scripts of a paper that are in use."""
    wanted = (
        select(ReferenceScript)
        .where(
            ReferenceScript.paper_id == paper_id,
            ReferenceScript.purpose == purpose,
            ReferenceScript.retired.is_(False),
        )
        .order_by(ReferenceScript.added_at, ReferenceScript.id)
    )
    return list(tx.scalars(wanted))


def page_of_references(
    tx: Transaction, request: ListReferenceScripts
) -> tuple[Sequence[ReferenceScript], str | None]:
    """A page of a paper's reference scripts."""
    wanted = select(ReferenceScript).where(ReferenceScript.paper_id == request.paper_id)
    keys = (ReferenceScript.added_at, ReferenceScript.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def latest_markings(
    tx: Transaction, paper_id: UUID, staff_ids: Iterable[UUID]
) -> dict[tuple[UUID, UUID], ReferenceMarking]:
    """(staff, reference) → the latest marking of a paper's standardisation scripts in use."""
    wanted = (
        select(ReferenceMarking)
        .join(ReferenceMarking.reference)
        .where(
            ReferenceScript.paper_id == paper_id,
            ReferenceScript.purpose == "standardisation",
            ReferenceScript.retired.is_(False),
            ReferenceMarking.staff_id.in_(list(staff_ids)),
        )
        .order_by(ReferenceMarking.round)
    )
    return {(one.staff_id, one.reference_id): one for one in tx.scalars(wanted)}


def seeds_seen(tx: Transaction, paper_id: UUID) -> set[tuple[UUID, UUID]]:
    """(staff, reference) of every seed of the paper that was ever on a desk."""
    wanted = (
        select(ReferenceMarking.staff_id, ReferenceMarking.reference_id)
        .join(ReferenceMarking.reference)
        .where(ReferenceScript.paper_id == paper_id)
    )
    return {(staff, reference) for staff, reference in tx.execute(wanted)}


def last_seeds(
    tx: Transaction, staff_id: UUID, number: int, *, since: datetime | None
) -> list[ReferenceMarking]:
    """The seeds that a marker marked last, latest first; none that was retired meanwhile."""
    wanted = (
        select(ReferenceMarking)
        .where(
            ReferenceMarking.staff_id == staff_id,
            ReferenceMarking.window_id.is_not(None),
            ReferenceMarking.state == "marked",
            ~ReferenceScript.retired,
        )
        .join(ReferenceMarking.reference)
        .order_by(ReferenceMarking.marked_at.desc())
        .limit(number)
    )
    if since is not None:
        wanted = wanted.where(ReferenceMarking.marked_at > since)
    return list(tx.scalars(wanted))


def lock_marking(tx: Transaction, marking_id: UUID) -> ReferenceMarking | None:
    """A reference script on a desk, locked; None if that is no id of one."""
    wanted = select(ReferenceMarking).where(ReferenceMarking.id == marking_id)
    return tx.scalars(
        wanted.with_for_update(of=ReferenceMarking).execution_options(populate_existing=True)
    ).one_or_none()


def lock_claims_of(tx: Transaction, staff_id: UUID) -> None:
    """Let nothing be claimed by this marker meanwhile: two claims would each see the desk as it
    was before the other."""
    member = select(StaffMember.staff_id).where(StaffMember.staff_id == staff_id)
    tx.execute(member.with_for_update(key_share=True))


def lock_seeds_of(tx: Transaction, window_id: UUID, staff_id: UUID) -> list[ReferenceMarking]:
    """Seeds of a window that this marker has, or had, in their latest rounds. They are locked, and
    so is what else the marker claims meanwhile."""
    lock_claims_of(tx, staff_id)
    mine = (
        select(ReferenceMarking)
        .where(ReferenceMarking.window_id == window_id, ReferenceMarking.staff_id == staff_id)
        .order_by(ReferenceMarking.round)
    )
    latest = {one.reference_id: one for one in tx.scalars(locked(mine, ReferenceMarking))}
    return list(latest.values())


def seeds_marked(tx: Transaction, window_id: UUID) -> list[ReferenceMarking]:
    """What markers made of the seeds among a window's scripts, in the order of marking."""
    marked = select(ReferenceMarking).where(
        ReferenceMarking.window_id == window_id, ReferenceMarking.state == "marked"
    )
    return list(tx.scalars(marked.order_by(ReferenceMarking.marked_at, ReferenceMarking.id)))


def page_of_checks(
    tx: Transaction, request: ListChecks
) -> tuple[Sequence[ReferenceMarking], str | None]:
    """A page of marked reference scripts of a paper."""
    wanted = (
        select(ReferenceMarking)
        .join(ReferenceMarking.reference)
        .where(ReferenceScript.paper_id == request.paper_id, ReferenceMarking.state == "marked")
    )
    if request.staff_id is not None:
        wanted = wanted.where(ReferenceMarking.staff_id == request.staff_id)
    keys = (ReferenceMarking.marked_at, ReferenceMarking.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def page_of_comments(
    tx: Transaction, request: ListComments
) -> tuple[Sequence[BankedComment], str | None]:
    """A page of the comments that are offered."""
    wanted = select(BankedComment).where(
        BankedComment.paper_id == request.paper_id, BankedComment.retired.is_(False)
    )
    if request.criterion is not None:
        wanted = wanted.where(
            func.coalesce(BankedComment.criterion, request.criterion) == request.criterion
        )
    keys = (BankedComment.added_at, BankedComment.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def same_comment(
    tx: Transaction, paper_id: UUID, criterion: str | None, text: str
) -> BankedComment | None:
    """The comment with these words that is offered already."""
    wanted = select(BankedComment).where(
        BankedComment.paper_id == paper_id,
        BankedComment.criterion.is_not_distinct_from(criterion),
        BankedComment.text == text,
        BankedComment.retired.is_(False),
    )
    return tx.scalars(wanted.limit(1)).one_or_none()


def seeds_by_marker(tx: Transaction, window_id: UUID) -> dict[UUID, int]:
    """How many seeds of a window each marker has, or marked."""
    counted = (
        select(ReferenceMarking.staff_id, func.count())
        .where(ReferenceMarking.window_id == window_id, ReferenceMarking.state != "withdrawn")
        .group_by(ReferenceMarking.staff_id)
    )
    return dict(tx.execute(counted).all())
