"""Seals each row of a dossier in the transaction that writes it, whoever's story that is."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, event, func, select
from sqlalchemy.orm import Session

from assessment import queries, signing
from assessment.domain import seals as rules
from assessment.models import (
    Adjustment,
    Allocation,
    AllocationRun,
    Appeal,
    AppealStage,
    Base,
    Candidate,
    CaseEvidence,
    Circumstances,
    DecisionStep,
    Deferral,
    Extension,
    Mark,
    Moderation,
    Result,
    Script,
    Seal,
    SimilarityCase,
    Submission,
    Window,
)
from assessment.sealed_rows import (
    FORM,
    SEALED,
    name_of,
    values_before,
    values_of,
    was_changed,
)
from kit import Transaction
from kit.db.bulk import insert_rows

log = logging.getLogger(__name__)


@event.listens_for(Transaction, "after_flush")
def seal_what_was_written(session: Session, _: Any) -> None:
    """Seal new and changed rows of scripts, in the order of their tables above."""
    written = [
        row
        for row in (*session.new, *session.dirty)
        if type(row) in SEALED and (row in session.new or was_changed(row))
    ]
    if not written or not isinstance(session, Transaction):
        return
    order = list(SEALED)
    written.sort(key=lambda row: (order.index(type(row)), name_of(row)))
    begun = [row for row in written if isinstance(row, Script) and row in session.new]
    by_script = _already_there(session, begun)
    for row in written:
        for script_id in _scripts_of(session, row):
            rows = by_script.setdefault(script_id, [])
            if isinstance(row, Allocation) and row in session.new and row.run_id is not None:
                rows.append(_the(session, AllocationRun, row.run_id))
            rows.append(row)
    append(session, by_script)


def append(
    tx: Transaction, by_script: Mapping[UUID, Sequence[Base]], *, confirmed: bool = False
) -> None:
    """Seal these rows as they are, and sign where the chain ends then.

    A chain whose end was not signed before, or a row that had been changed since it was sealed, is
    gone on with but not signed, so that the check finds it; except where a lead has `confirmed` it.
    """
    if not by_script:
        return
    ends = _ends(tx, list(by_script))
    signed = signing.heads(tx, list(by_script))
    sound = set(by_script)
    if not confirmed:
        sound = signing.still_signed(by_script, ends, signed) - _touched(tx, by_script)
    insert_rows(tx, Seal.__table__, list(_seals(tx, by_script, ends)))  # type: ignore[arg-type]
    signing.sign(tx, {script_id: ends[script_id] for script_id in sound}, signed)


def _seals(
    tx: Transaction, by_script: Mapping[UUID, Sequence[Base]], ends: dict[UUID, signing.End]
) -> Iterator[dict[str, Any]]:
    """The next seals, as rows of their table; `ends` goes on with them."""
    digests: dict[int, str] = {}
    at = rules.plain(tx.at)
    for script_id, written in by_script.items():
        position, previous = ends.setdefault(script_id, (0, rules.BEGINNING))
        for row in written:
            position += 1
            if id(row) not in digests:
                digests[id(row)] = rules.digest_of(values_of(row))
            seal = rules.sealed(previous, position, at, name_of(row), digests[id(row)], FORM)
            previous = seal.sha256
            yield {"script_id": script_id, **vars(seal), "at": tx.at}
        ends[script_id] = (position, previous)


def _ends(tx: Transaction, script_ids: Sequence[UUID]) -> dict[UUID, signing.End]:
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


def _touched(tx: Transaction, by_script: Mapping[UUID, Sequence[Base]]) -> set[UUID]:
    """Scripts of which a row that is written now was not as it had been sealed."""
    changed = {name_of(row): row for rows in by_script.values() for row in rows if row in tx.dirty}
    if not changed:
        return set()
    found = (
        select(Seal.script_id, Seal.row, Seal.row_sha256, Seal.form)
        .where(Seal.script_id.in_(list(by_script)), Seal.row.in_(list(changed)))
        .order_by(Seal.position)
    )
    latest = {(script, name): (digest, form) for script, name, digest, form in tx.execute(found)}
    touched = set()
    for (script_id, name), (digest, form) in latest.items():
        before = values_before(changed[name], form)
        if before is not None and rules.digest_of(before) != digest:
            log.warning("a row was changed since it was sealed", extra={"row": name})
            touched.add(script_id)
    return touched


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
    if isinstance(row, (Adjustment, Deferral)):
        return _scripts_where(tx, Script.application_id == row.application_id)
    if isinstance(row, Moderation) and row.closed_at is not None:
        numbers = {*row.frame, *map(int, row.mandatory)}
        return _scripts_where(
            tx, Script.window_id == row.window_id, Script.number.in_(sorted(numbers))
        )
    if isinstance(row, SimilarityCase) and row.decided_at is not None:
        return _scripts_where(tx, Script.submission_id.in_((row.submission_a, row.submission_b)))
    return _once_begun(tx, row)


def _once_begun(tx: Transaction, row: Base) -> Iterable[UUID]:
    """The scripts that have begun, of what there is before: a script seals it when it begins."""
    if row in tx.new:
        return []
    if isinstance(row, Submission):
        return _scripts_where(tx, Script.submission_id == row.id)
    if isinstance(row, Candidate):
        return _scripts_where(tx, Script.submission.has(Submission.candidate_id == row.id))
    if isinstance(row, Window):
        return _scripts_where(tx, Script.window_id == row.id)
    return []


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
        pairs = queries.similarity.decided(tx, [script.submission.id for script in begun])
    whose = {script.application.application_id for script in begun}
    own_times: list[Base] = [
        *_of_applications(tx, Adjustment, whose),
        *_of_applications(tx, Deferral, whose),
    ]
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
        application_id = script.application.application_id
        mine = [case for case in cases if case.application_id == application_id]
        ids = {case.id for case in mine}
        rows[script.id] = [
            script.window.paper,
            script.window,
            submission.candidate,
            submission,
            *(one for one in own_times if one.application_id == application_id),  # type: ignore[attr-defined]
            *(one for one in extensions if one.candidate_id == submission.candidate_id),
            *mine,
            *(one for one in pairs if submission.id in (one.submission_a, one.submission_b)),
            *(one for one in evidence if one.circumstances_id in ids),
        ]
    return rows


def _extensions(tx: Transaction, begun: Sequence[Script]) -> list[Extension]:
    wanted = select(Extension).join(Extension.candidate)
    of_window = Candidate.window_id.in_({script.window.id for script in begun})
    with tx.no_autoflush:
        return list(tx.scalars(wanted.where(of_window)))


def _of_applications(tx: Transaction, model: Any, whose: Collection[UUID]) -> list[Base]:
    with tx.no_autoflush:
        return list(tx.scalars(select(model).where(model.application_id.in_(whose))))


def _the(tx: Transaction, model: type[Any], key: Any) -> Any:
    with tx.no_autoflush:
        return tx.get_one(model, key)
