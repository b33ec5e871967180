"""Seals each row of a dossier in the transaction that writes it, whoever's story that is."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, event, func, select
from sqlalchemy.orm import Session

from assessment.domain import seals as rules
from assessment.models import (
    Allocation,
    Appeal,
    AppealStage,
    Base,
    Candidate,
    CaseEvidence,
    Circumstances,
    DecisionStep,
    Extension,
    Mark,
    Moderation,
    Result,
    Script,
    Seal,
)
from assessment.sealed_rows import SEALED, name_of, values_of
from kit import Transaction
from kit.db.bulk import insert_rows


@event.listens_for(Transaction, "after_flush")
def seal_what_was_written(session: Session, _: Any) -> None:
    """Seal new and changed rows of scripts, in the order of their tables above."""
    written = [
        row
        for row in (*session.new, *session.dirty)
        if type(row) in SEALED and (row in session.new or session.is_modified(row))
    ]
    if not written or not isinstance(session, Transaction):
        return
    order = list(SEALED)
    written.sort(key=lambda row: (order.index(type(row)), name_of(row)))
    begun = [row for row in written if isinstance(row, Script) and row in session.new]
    by_script = _already_there(session, begun)
    for row in written:
        for script_id in _scripts_of(session, row):
            by_script.setdefault(script_id, []).append(row)
    if by_script:
        insert_rows(session, Seal.__table__, list(_seals(session, by_script)))  # type: ignore[arg-type]


def _seals(tx: Transaction, by_script: dict[UUID, list[Base]]) -> Iterator[dict[str, Any]]:
    heads = _heads(tx, list(by_script))
    digests: dict[int, str] = {}
    for script_id, written in by_script.items():
        position, previous = heads.get(script_id, (0, rules.BEGINNING))
        for row in written:
            position += 1
            if id(row) not in digests:
                digests[id(row)] = rules.digest_of(values_of(row))
            at = rules.plain(tx.at)
            seal = rules.sealed(previous, position, at, name_of(row), digests[id(row)])
            previous = seal.sha256
            yield {
                "script_id": script_id,
                "position": position,
                "at": tx.at,
                "row": seal.row,
                "row_sha256": seal.row_sha256,
                "sha256": seal.sha256,
            }


def _heads(tx: Transaction, script_ids: Sequence[UUID]) -> dict[UUID, tuple[int, str]]:
    """The last seal of each of these scripts; who writes about a script has locked it."""
    last = (
        select(Seal.script_id, func.max(Seal.position).label("position"))
        .where(Seal.script_id.in_(script_ids))
        .group_by(Seal.script_id)
        .subquery()
    )
    found = select(Seal.script_id, Seal.position, Seal.sha256).join(
        last, (Seal.script_id == last.c.script_id) & (Seal.position == last.c.position)
    )
    return {script: (position, digest) for script, position, digest in tx.execute(found)}


def _scripts_of(tx: Transaction, row: Base) -> Iterable[UUID]:
    """The scripts whose dossiers a row belongs to."""
    if isinstance(row, Script):
        return [row.id]
    if isinstance(row, (DecisionStep, Allocation, Result)):
        return [row.script_id]
    if isinstance(row, Mark):
        return [_the(tx, Allocation, row.allocation_id).script_id]
    if isinstance(row, Appeal):
        return [_the(tx, Result, row.result_id).script_id]
    if isinstance(row, AppealStage):
        return _scripts_of(tx, _the(tx, Appeal, row.appeal_id))
    if isinstance(row, CaseEvidence) and row.appeal_id is not None:
        return _scripts_of(tx, _the(tx, Appeal, row.appeal_id))
    if isinstance(row, CaseEvidence):
        return _scripts_of(tx, _the(tx, Circumstances, row.circumstances_id))
    if isinstance(row, Circumstances):
        return _scripts_where(
            tx, Script.application_id == row.application_id, Script.window_id == row.window_id
        )
    if isinstance(row, Moderation) and row.closed_at is not None:
        numbers = {*row.frame, *map(int, row.mandatory)}
        return _scripts_where(
            tx, Script.window_id == row.window_id, Script.number.in_(sorted(numbers))
        )
    return []  # a paper, a window, a submission, an extension: sealed when a script of it begins


def _scripts_where(tx: Transaction, *conditions: ColumnElement[bool]) -> list[UUID]:
    """The scripts whose chains a row that belongs to several of them goes on: locked, in order."""
    wanted = select(Script.id).where(*conditions).order_by(Script.id).with_for_update()
    with tx.no_autoflush:
        return list(tx.scalars(wanted))


def _already_there(tx: Transaction, begun: Sequence[Script]) -> dict[UUID, list[Base]]:
    """What there was before these scripts: it is sealed as it is when a script begins."""
    if not begun:
        return {}
    rows: dict[UUID, list[Base]] = {}
    extensions = _extensions(tx, begun)
    with tx.no_autoflush:
        cases = list(
            tx.scalars(
                select(Circumstances).where(
                    Circumstances.window_id.in_({script.window.id for script in begun})
                )
            )
        )
        evidence = list(
            tx.scalars(
                select(CaseEvidence).where(
                    CaseEvidence.circumstances_id.in_([case.id for case in cases])
                )
            )
        )
    for script in begun:
        submission = script.submission
        mine = [case for case in cases if case.application_id == script.application.application_id]
        ids = {case.id for case in mine}
        rows[script.id] = [
            script.window.paper,
            script.window,
            submission.candidate,
            submission,
            *(one for one in extensions if one.candidate_id == submission.candidate_id),
            *mine,
            *(one for one in evidence if one.circumstances_id in ids),
        ]
    return rows


def _extensions(tx: Transaction, begun: Sequence[Script]) -> list[Extension]:
    wanted = select(Extension).join(Extension.candidate)
    of_window = Candidate.window_id.in_({script.window.id for script in begun})
    with tx.no_autoflush:
        return list(tx.scalars(wanted.where(of_window)))


def _the(tx: Transaction, model: type[Any], key: Any) -> Any:
    with tx.no_autoflush:
        return tx.get_one(model, key)
