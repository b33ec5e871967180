"""The retention job: what nobody needs any more goes, after a look at what that would be."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from headship_contracts.protection import RetentionDue, RetentionReport
from kit.audit.pruning import prune
from kit.bus.outage import is_outage
from kit.db.transaction import ServiceDatabase, Transaction
from kit.log import reason
from kit.personal import erasing
from kit.personal.clearing import about, clear, count, telling
from kit.personal.erasing import Decision, Keeping
from kit.personal.holdings import Custody, Holding, Subject
from kit.personal.retention import Rules, earlier

Due = tuple[Holding, ColumnElement[bool]]
"""A holding, and the condition of its rows that are due."""

Deal = Callable[[Transaction, Holding, ColumnElement[bool]], int]
"""Deletes or counts such rows."""

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

    What a decided erasure still waits for goes in any case: that was decided by a person. Nobody's
    trouble keeps the others' data: raises RetentionFailed at the end, once all else is done.
    """
    night = _Night(db, keeping, at, clear if apply else count)
    night.erase()
    night.look_through()
    if apply:
        night.do("the audit trail", lambda tx: night.note("audit", prune(tx)))
    told = {kind: rows for kind, rows in sorted(night.rows.items()) if rows}
    what = "records were deleted" if apply else "records would be deleted"
    _log.info(what, extra={"service": keeping.custody.service, "rows": told})
    if night.failures:
        raise RetentionFailed(f"{night.failures} parts of the retention job failed: see the log")


class RetentionFailed(Exception):
    """Not all that is due has gone; the log says of whom, and why."""


class _Night:
    """The parts of one run, each in a transaction of its own."""

    def __init__(self, db: ServiceDatabase, keeping: Keeping, at: datetime, deal: Deal) -> None:
        self._db, self._keeping, self._at, self._deal = db, keeping, at, deal
        self.rows: Counter[str] = Counter()
        self.failures = 0

    def erase(self) -> None:
        """What decisions to erase still waited for."""
        with self._db.transaction(at=self._at) as tx:
            decisions = erasing.due(tx, self._at)
        for one in decisions:
            self.do(f"erasure {one.erasure_id}", partial(self._carry_out, one))

    def look_through(self) -> None:
        """Everybody whose training has ended, some at a time; who cannot be dealt with together,
        one by one. Then what goes by its own age."""
        custody, rules = self._keeping.custody, self._keeping.rules
        with self._db.transaction(at=self._at) as tx:  # before any row goes: it may tell of an end
            ended = _ended(tx, custody, rules)
        for some in ended.some_at_a_time:
            of_them = partial(_due_of, custody=custody, rules=rules, ended=ended)
            if self.do(None, partial(self._clear, partial(of_them, some=some))):
                continue
            with self._db.transaction(at=self._at) as tx:
                everyone = list(_one_by_one(tx, custody, some))
            known = {one for each in everyone for one in _ids(each)}
            everyone += [Subject((), (one,)) for one in some.application_ids if one not in known]
            for one in everyone:
                who = " ".join(map(str, _ids(one)))
                self.do(who, partial(self._clear, partial(of_them, some=one)))
        for due in _old(custody, rules, self._at):
            self.do(due[0].title, partial(self._clear, partial(_only, due)))

    def do(self, what: str | None, work: Callable[[Transaction], None]) -> bool:
        """Whether it went well. One that has a name is told and counted if not."""
        before = self.rows.copy()
        try:
            with self._db.transaction(at=self._at) as tx:
                work(tx)
        except Exception as error:
            if is_outage(error):
                raise
            self.rows = before
            if what is not None:
                self.failures += 1
                told = {"service": self._keeping.custody.service, "what": what}
                _log.error("retention failed", extra=told | {"reason": reason(error)})
            return False
        return True

    def note(self, kind: str, rows: int) -> None:
        self.rows[kind] += rows

    def _carry_out(self, decision: Decision, tx: Transaction) -> None:
        erasing.carry_out(tx, self._keeping, decision)

    def _clear(self, due: Callable[[Transaction], Iterable[Due]], tx: Transaction) -> None:
        for holding, where in due(tx):
            self.note(holding.kind, self._deal(tx, holding, where))


def _only(due: Due, _tx: Transaction) -> list[Due]:
    return [due]


@dataclass(frozen=True)
class _Ended:
    """Whose training ended at least so many months ago: their ids, and all of them in batches."""

    over: Mapping[int, frozenset[UUID]]
    some_at_a_time: tuple[Subject, ...]

    def of(self, some: Subject, months: int) -> Subject:
        """Those among them."""
        over = self.over[months]
        return Subject(
            tuple(one for one in some.person_ids if one in over),
            tuple(one for one in some.application_ids if one in over),
        )


def _ended(tx: Transaction, custody: Custody, rules: Rules) -> _Ended:
    found = {
        months: list(custody.ended_before(tx, earlier(tx.at, months)))
        for months in sorted({rule.months for rule in rules.by_kind.values()})
    }
    over = {
        months: frozenset(one for each in some for one in _ids(each))
        for months, some in found.items()
    }
    seen: set[UUID] = set()
    batches = []
    for each in (one for some in found.values() for one in some):
        new = Subject(
            tuple(one for one in each.person_ids if one not in seen),
            tuple(one for one in each.application_ids if one not in seen),
        )
        seen.update(_ids(new))
        if _ids(new):
            batches.append(new)
    return _Ended(over, tuple(batches))


def _due(tx: Transaction, custody: Custody, rules: Rules) -> Iterator[Due]:
    """Each holding with the condition of its rows whose time is over; children first."""
    ended = _ended(tx, custody, rules)
    for some in ended.some_at_a_time:
        yield from _due_of(tx, custody=custody, rules=rules, ended=ended, some=some)
    yield from _old(custody, rules, tx.at)


def _old(custody: Custody, rules: Rules, at: datetime) -> Iterator[Due]:
    """What goes by its own age."""
    for holding in custody.holdings:
        if holding.old is not None:
            before = earlier(at, rules.months(holding.kind))
            yield holding, telling(holding, holding.old(before))


def _due_of(
    tx: Transaction, *, custody: Custody, rules: Rules, ended: _Ended, some: Subject
) -> Iterator[Due]:
    for holding in custody.holdings:
        if holding.old is not None:
            continue
        over = ended.of(some, rules.by_kind[holding.kind].months)
        if not _ids(over):
            continue
        longer = _kept_longer(custody, rules, holding.kind)
        if not longer:
            yield holding, about(holding, over)
            continue
        for one in _one_by_one(tx, custody, over):
            there = _present(tx, custody, one, longer)
            needed = [rules.months(holding.kind, there)]
            if holding.kind == custody.ending:
                needed += [rules.months(kind, there) for kind in there]
            if ended.over[max(needed)].issuperset(one.person_ids or one.application_ids):
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
