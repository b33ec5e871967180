"""The calls that may be made to DfE: one budget for all replicas, for the push and for the sync.

It lies in the database; each process takes a block of calls at a time and gives back what it does
not use. One that dies keeps its block to itself: too few calls are made then, never too many.
"""

import time
from datetime import timedelta

from sqlalchemy import select

from enrolment.dfe.errors import DfeBusy
from enrolment.domain import traffic as rules
from enrolment.models import Budget
from enrolment.traffic.writes import wall
from kit import Transaction
from kit.db import ServiceDatabase

PATIENCE = timedelta(seconds=20)
"""Longer waits are for the timers: a push or sync that stands still helps nobody."""

KEPT_FOR = 10.0
"""Seconds after which an unused block is out of date: its calls would come on top of others."""


class Allowance:
    """Calls for one run of the push or of the sync. Give back what is left with `close`."""

    def __init__(self, db: ServiceDatabase, limit: int, *, for_writes: bool) -> None:
        self._db = db
        self._limit = limit
        self._for_writes = for_writes
        self._mine = 0
        self._taken_at = 0.0

    def take(self) -> None:
        """One call, perhaps after a short wait. Raises DfeBusy where the wait would be long."""
        if time.monotonic() - self._taken_at > KEPT_FOR:
            self._mine = 0
        waited = timedelta()
        while self._mine == 0:
            wait = self._take_block()
            if wait is None:
                break
            if waited + wait > PATIENCE:
                raise DfeBusy("our own limit of calls to DfE is reached", wait)
            time.sleep(wait.total_seconds())
            waited += wait
        self._mine -= 1

    def close(self) -> None:
        """Give back what was not used."""
        if self._mine and time.monotonic() - self._taken_at <= KEPT_FOR:
            with self._db.transaction() as tx:
                row = _lock(tx, self._limit)
                _write(row, _read(row, self._limit).give_back(self._mine))
        self._mine = 0

    def _take_block(self) -> timedelta | None:
        """Take a block; where there is none, how long to wait for it."""
        with self._db.transaction() as tx:
            row = _lock(tx, self._limit)
            budget = _read(row, self._limit).at(wall())
            self._mine, left = budget.take(for_writes=self._for_writes)
            _write(row, left)
        self._taken_at = time.monotonic()
        return None if self._mine else budget.wait(for_writes=self._for_writes)


def _lock(tx: Transaction, limit: int) -> Budget:
    wanted = select(Budget).where(Budget.name == "dfe").with_for_update()
    row = tx.scalars(wanted.execution_options(populate_existing=True)).one()
    if row.filled_at is None:
        row.left, row.filled_at = rules.Budget(limit=limit, left=0, filled_at=wall()).burst, wall()
    return row


def _read(row: Budget, limit: int) -> rules.Budget:
    return rules.Budget(limit=limit, left=row.left, filled_at=row.filled_at or wall())


def _write(row: Budget, budget: rules.Budget) -> None:
    row.left, row.filled_at = budget.left, budget.filled_at
