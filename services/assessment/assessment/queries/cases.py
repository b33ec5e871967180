"""Circumstances, appeals and their evidence."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from assessment.models import (
    Allocation,
    Appeal,
    AppealStage,
    CaseEvidence,
    Circumstances,
    Script,
)
from assessment.queries.locking import locked
from headship_contracts.assessment.appeals import ListAppeals
from headship_contracts.assessment.circumstances import ListCircumstances, ListEvidence
from headship_contracts.errors import NotFound
from kit import Transaction
from kit.paging import page


def require_circumstances(
    tx: Transaction, circumstances_id: UUID, *, lock: bool = False
) -> Circumstances:
    """A case of extenuating circumstances. Raises NotFound."""
    wanted = select(Circumstances).where(Circumstances.id == circumstances_id)
    found = tx.scalars(locked(wanted, Circumstances) if lock else wanted).one_or_none()
    if found is None:
        raise NotFound("circumstances_not_found", str(circumstances_id))
    return found


def open_circumstances(tx: Transaction, window_id: UUID) -> list[Circumstances]:
    """Cases of a window that wait for a decision, oldest first."""
    mine = select(Circumstances).where(
        Circumstances.window_id == window_id, Circumstances.state == "filed"
    )
    return list(tx.scalars(mine.order_by(Circumstances.filed_at, Circumstances.id)))


def with_circumstances(tx: Transaction, window_id: UUID) -> set[UUID]:
    """Applications whose case of a window waits for its decision, or got them more time; and those
    whose case of another window had them sit again, or later."""
    here, decided = Circumstances.window_id == window_id, Circumstances.state == "decided"
    mine = select(Circumstances.application_id).where(
        or_(
            and_(here, Circumstances.state == "filed"),
            and_(here, decided, Circumstances.outcome == "extend"),
            and_(~here, decided, Circumstances.outcome.in_(("defer", "disregard_attempt"))),
        )
    )
    return set(tx.scalars(mine))


def overdue_circumstances(tx: Transaction, today: date) -> list[Circumstances]:
    """Cases that should have been decided before today, those due first first."""
    late = select(Circumstances).where(Circumstances.state == "filed", Circumstances.due_on < today)
    return list(tx.scalars(late.order_by(Circumstances.due_on, Circumstances.id)))


def overdue_appeals(tx: Transaction, today: date) -> list[tuple[Appeal, AppealStage]]:
    """Appeals, with their stage, that should have been decided before today."""
    late = (
        select(Appeal, AppealStage)
        .join(
            AppealStage,
            and_(AppealStage.appeal_id == Appeal.id, AppealStage.stage == Appeal.stage),
        )
        .where(Appeal.state == "open", AppealStage.due_on < today)
    )
    rows = tx.execute(late.order_by(AppealStage.due_on, Appeal.id))
    return [(appeal, stage) for appeal, stage in rows]


def page_of_circumstances(
    tx: Transaction, request: ListCircumstances, today: date
) -> tuple[Sequence[Circumstances], str | None]:
    """A page of cases, those due first first."""
    wanted = select(Circumstances)
    if request.window_id is not None:
        wanted = wanted.where(Circumstances.window_id == request.window_id)
    if request.application_id is not None:
        wanted = wanted.where(Circumstances.application_id == request.application_id)
    if request.state is not None:
        wanted = wanted.where(Circumstances.state == request.state)
    if request.overdue:
        wanted = wanted.where(Circumstances.state == "filed", Circumstances.due_on < today)
    keys = (Circumstances.due_on, Circumstances.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def evidence_counts(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, int]:
    """Files that came with each of these cases of circumstances."""
    counted = (
        select(CaseEvidence.circumstances_id, func.count())
        .where(CaseEvidence.circumstances_id.in_(list(ids)))
        .group_by(CaseEvidence.circumstances_id)
    )
    return {case: number for case, number in tx.execute(counted) if case is not None}


def page_of_evidence(
    tx: Transaction, request: ListEvidence
) -> tuple[Sequence[CaseEvidence], str | None]:
    """A page of a case's evidence."""
    wanted = select(CaseEvidence).where(
        CaseEvidence.circumstances_id == request.circumstances_id
        if request.circumstances_id is not None
        else CaseEvidence.appeal_id == request.appeal_id
    )
    keys = (CaseEvidence.added_at, CaseEvidence.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def require_appeal(tx: Transaction, appeal_id: UUID, *, lock: bool = False) -> Appeal:
    """An appeal. Raises NotFound."""
    wanted = select(Appeal).where(Appeal.id == appeal_id)
    found = tx.scalars(locked(wanted, Appeal) if lock else wanted).one_or_none()
    if found is None:
        raise NotFound("appeal_not_found", str(appeal_id))
    return found


def latest_appeal(tx: Transaction, result_id: UUID) -> Appeal | None:
    """The latest appeal against a result, if there is one."""
    mine = select(Appeal).where(Appeal.result_id == result_id).order_by(Appeal.received_at.desc())
    return tx.scalars(mine.limit(1)).one_or_none()


def stages_of(tx: Transaction, appeal_ids: Iterable[UUID]) -> dict[UUID, list[AppealStage]]:
    """The stages of these appeals, in the order in which they began."""
    wanted = select(AppealStage).where(AppealStage.appeal_id.in_(list(appeal_ids)))
    found: dict[UUID, list[AppealStage]] = {}
    for stage in tx.scalars(wanted.order_by(AppealStage.begun_at, AppealStage.stage)):
        found.setdefault(stage.appeal_id, []).append(stage)
    return found


def page_of_appeals(
    tx: Transaction, request: ListAppeals, today: date
) -> tuple[Sequence[Appeal], str | None]:
    """A page of appeals."""
    wanted = select(Appeal).options(joinedload(Appeal.result, innerjoin=True))
    if request.state is not None:
        wanted = wanted.where(Appeal.state == request.state)
    if request.application_id is not None:
        wanted = wanted.where(Appeal.application_id == request.application_id)
    if request.overdue:
        late = exists().where(
            AppealStage.appeal_id == Appeal.id,
            AppealStage.decision.is_(None),
            AppealStage.due_on < today,
        )
        wanted = wanted.where(Appeal.state == "open", late)
    keys = (Appeal.received_at, Appeal.id)
    return page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)


def marks_in_window(tx: Transaction, staff_id: UUID, window_id: UUID) -> bool:
    """Whether a member of staff has, or had, any script of a window."""
    had = (
        select(Allocation.id)
        .join(Allocation.script)
        .where(Script.window_id == window_id, Allocation.staff_id == staff_id)
    )
    return tx.scalar(select(had.exists())) or False
