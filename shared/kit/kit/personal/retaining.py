"""The retention job: what nobody needs any more goes, after a look at what that would be."""

import logging
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from headship_contracts.protection import RetentionDue, RetentionReport
from kit.audit.pruning import prune
from kit.db.transaction import ServiceDatabase, Transaction
from kit.personal import erasing
from kit.personal.clearing import about, clear, count, telling
from kit.personal.erasing import Keeping
from kit.personal.holdings import Custody, Holding, Subject
from kit.personal.retention import Rules, earlier

_log = logging.getLogger(__name__)


def report(tx: Transaction, keeping: Keeping) -> RetentionReport:
    """What the next run would delete or blank, by kind and table. Nothing is changed."""
    custody, rules = keeping.custody, keeping.rules
    found: Counter[tuple[str, str]] = Counter()
    for holding, where in _due(tx, custody, rules):
        found[holding.kind, holding.table] += count(tx, holding, where)
    return RetentionReport(
        at=tx.at,
        due=[
            RetentionDue(kind=kind, table=table, rows=rows, months=rules.months(kind, ()))
            for (kind, table), rows in sorted(found.items())
            if rows
        ],
        erasures_due=len(erasing.due(tx, tx.at)),
    )


def run(db: ServiceDatabase, keeping: Keeping, at: datetime, *, apply: bool) -> None:
    """One night's run: logs what is due, by kind; with `apply` it goes.

    What a decided erasure still waits for goes in any case: that was decided by a person.
    """
    custody, rules = keeping.custody, keeping.rules
    with db.transaction(at=at) as tx:
        for decision in erasing.due(tx, at):
            erasing.carry_out(tx, keeping, decision)
    with db.transaction(at=at) as tx:
        cleared: Counter[str] = Counter()
        for holding, where in _due(tx, custody, rules):
            cleared[holding.kind] += (clear if apply else count)(tx, holding, where)
        if apply:
            cleared["audit"] += prune(tx)
    told = {kind: rows for kind, rows in sorted(cleared.items()) if rows}
    what = "records were deleted" if apply else "records would be deleted"
    _log.info(what, extra={"service": custody.service, "rows": told})


def _due(
    tx: Transaction, custody: Custody, rules: Rules
) -> Iterator[tuple[Holding, ColumnElement[bool]]]:
    """Each holding with the condition of its rows whose time is over; children first."""
    ended = {  # all of them before the first row goes: it may tell of an end
        months: list(custody.ended_before(tx, earlier(tx.at, months)))
        for months in {rule.months for rule in rules.by_kind.values()}
    }
    over = {months: {one for each in some for one in _ids(each)} for months, some in ended.items()}
    for holding in custody.holdings:
        if holding.old is not None:
            before = earlier(tx.at, rules.months(holding.kind))
            yield holding, telling(holding, holding.old(before))
            continue
        longer = _kept_longer(custody, rules, holding.kind)
        for subject in ended[rules.by_kind[holding.kind].months]:
            if not longer:
                yield holding, about(holding, subject)
                continue
            for one in _one_by_one(tx, custody, subject):
                there = _present(tx, custody, one, longer)
                needed = [rules.months(holding.kind, there)]
                if holding.kind == custody.ending:
                    needed += [rules.months(kind, there) for kind in there]
                if over[max(needed)].issuperset(one.person_ids or one.application_ids):
                    yield holding, about(holding, one)


def _kept_longer(custody: Custody, rules: Rules, kind: str) -> set[str]:
    """Kinds that are kept longer and with which this one stays, where there is any of them."""
    others = custody.kinds if kind == custody.ending else rules.by_kind[kind].with_kinds
    return {other for other in others if rules.months(other) > rules.by_kind[kind].months}


def _present(tx: Transaction, custody: Custody, one: Subject, kinds: set[str]) -> set[str]:
    return {
        holding.kind
        for holding in custody.holdings
        if holding.kind in kinds and count(tx, holding, about(holding, one))
    }


def _one_by_one(tx: Transaction, custody: Custody, some: Subject) -> Iterator[Subject]:
    """Each of these people with all their applications; of who goes on each application alone."""
    application, person = custody.applications
    theirs: dict[UUID, tuple[UUID, ...]] = dict.fromkeys(some.person_ids, ())
    whose = select(application, person).where(
        or_(application.in_(some.application_ids), person.in_(some.person_ids))
    )
    for application_id, person_id in tx.execute(whose).all():
        if person_id in theirs:
            theirs[person_id] += (application_id,)
        else:
            yield Subject(application_ids=(application_id,))
    for person_id, application_ids in theirs.items():
        yield Subject((person_id,), application_ids)


def _ids(some: Subject) -> tuple[UUID, ...]:
    return some.person_ids + some.application_ids
