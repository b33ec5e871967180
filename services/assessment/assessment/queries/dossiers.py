"""Everything that is kept about a script."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from assessment.domain import seals as rules
from assessment.models import (
    Adjustment,
    Allocation,
    Appeal,
    AppealStage,
    Base,
    CaseEvidence,
    Circumstances,
    DecisionStep,
    Deferral,
    DossierHead,
    ErasedScript,
    Extension,
    Mark,
    Result,
    Script,
    Seal,
)
from headship_contracts.assessment.dossiers import VerifyDossiers
from kit import Transaction
from kit.paging import page


def chain_of(tx: Transaction, script_id: UUID) -> list[rules.Seal]:
    """A script's seals, in order."""
    mine = select(Seal).where(Seal.script_id == script_id).order_by(Seal.position)
    return [
        rules.Seal(
            position=seal.position,
            at=rules.plain(seal.at),
            row=seal.row,
            row_sha256=seal.row_sha256,
            sha256=seal.sha256,
            form=seal.form,
        )
        for seal in tx.scalars(mine.execution_options(populate_existing=True))
    ]


def head_of(tx: Transaction, script_id: UUID) -> rules.Head | None:
    """How far a script's seals are signed."""
    found = tx.get(DossierHead, script_id, populate_existing=True)
    return None if found is None else rules.Head(found.position, found.mac)


def page_of_scripts(
    tx: Transaction, request: VerifyDossiers
) -> tuple[Sequence[Script], str | None]:
    """A page of a window's scripts."""
    wanted = select(Script).where(Script.window_id == request.window_id)
    return page(tx, wanted, keys=(Script.number,), cursor=request.cursor, limit=request.limit)


def numbers_of(tx: Transaction, window_id: UUID) -> list[int]:
    """The numbers of a window's scripts, in order."""
    mine = select(Script.number).where(Script.window_id == window_id)
    return list(tx.scalars(mine.order_by(Script.number)))


def erased(tx: Transaction, window_id: UUID) -> list[ErasedScript]:
    """What is kept of a window's scripts that were erased."""
    return list(tx.scalars(select(ErasedScript).where(ErasedScript.window_id == window_id)))


def sealed_elsewhere(tx: Transaction, row: str, script_id: UUID) -> bool:
    """Whether another script's record has a seal over this row, too."""
    others = select(Seal.script_id).where(Seal.row == row, Seal.script_id != script_id)
    return tx.scalar(others.limit(1)) is not None


def rows_about(tx: Transaction, script: Script) -> list[Base]:
    """The rows that belong to a script alone, as they are now."""
    appeals = select(Appeal.id).join(Appeal.result).where(Result.script_id == script.id)
    cases = select(Circumstances.id).where(
        Circumstances.application_id == script.application_id,
        Circumstances.window_id == script.window_id,
    )
    wanted: list[Any] = [
        select(Script).where(Script.id == script.id),
        select(DecisionStep).where(DecisionStep.script_id == script.id),
        select(Allocation).where(Allocation.script_id == script.id),
        select(Mark).join(Mark.allocation).where(Allocation.script_id == script.id),
        select(Result).where(Result.script_id == script.id),
        select(Appeal).where(Appeal.id.in_(appeals)),
        select(AppealStage).where(AppealStage.appeal_id.in_(appeals)),
        select(Circumstances).where(Circumstances.id.in_(cases)),
        select(Adjustment).where(Adjustment.application_id == script.application_id),
        select(Deferral).where(Deferral.application_id == script.application_id),
        select(Extension).where(Extension.candidate_id == script.submission.candidate_id),
        select(CaseEvidence).where(
            or_(CaseEvidence.appeal_id.in_(appeals), CaseEvidence.circumstances_id.in_(cases))
        ),
    ]
    return [
        row for one in wanted for row in tx.scalars(one.execution_options(populate_existing=True))
    ]
