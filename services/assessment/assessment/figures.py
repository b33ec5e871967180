"""What the programme team sees of assessment at a glance: counted in its tables, of all windows.

`kit.Figures` has one replica read these each quarter of a minute.
"""

from typing import Any

from prometheus_client import Gauge
from sqlalchemy import Integer, func, select

from assessment import metrics, queries
from assessment.domain.allocation import Role
from assessment.domain.marking import ResultState
from assessment.domain.windows import london_date
from assessment.models import (
    Allocation,
    Appeal,
    Candidate,
    Circumstances,
    OpenScript,
    Result,
    Script,
    Submission,
    Window,
)
from kit import Transaction
from kit.metrics import Series, filled

ROLES = [str(role) for role in Role]
CANDIDATES = ("entered", "submitted", "missed")
SCRIPTS = ("first_marking", "second_marking", "adjudication", "decided")
UNRELEASED = queries.submissions.UNRELEASED


def read(tx: Transaction) -> dict[Gauge, Series]:
    """All of them."""
    return {
        **_marking(tx),
        metrics.candidates: _candidates(tx),
        metrics.scripts: filled(
            _by(tx, Script.state, Script.state.in_(SCRIPTS) & ~Script.disregarded), SCRIPTS
        ),
        metrics.results: _results(tx),
        metrics.cases_open: {
            ("circumstances",): _number(tx, Circumstances.state == "filed"),
            ("appeal",): _number(tx, Appeal.state == "open"),
        },
        metrics.cases_overdue: {
            ("circumstances",): len(queries.cases.overdue_circumstances(tx, london_date(tx.at))),
            ("appeal",): len(queries.cases.overdue_appeals(tx, london_date(tx.at))),
        },
        metrics.names_unchecked: {(): _names_unchecked(tx)},
    }


def _marking(tx: Transaction) -> dict[Gauge, Series]:
    overdue = func.sum((Allocation.due_on < london_date(tx.at)).cast(Integer))
    wanted = (
        select(Allocation.role, func.count(), overdue, func.min(Allocation.allocated_at))
        .where(Allocation.state == "waiting")
        .group_by(Allocation.role)
    )
    lying: dict[tuple[str, ...], float] = {}
    late: dict[tuple[str, ...], float] = {}
    ages: dict[tuple[str, ...], float] = {}
    for role, number, passed, since in tx.execute(wanted):
        lying[role, "desk"], late[role,] = number, passed
        ages[role,] = (tx.at - since).total_seconds()
    for (role,), number in _by(tx, OpenScript.role, OpenScript.state == "open").items():
        lying[role, "pile"] = number
    return {
        metrics.backlog: filled(lying, ROLES, ("desk", "pile")),
        metrics.backlog_overdue: filled(late, ROLES),
        metrics.backlog_oldest: filled(ages, ROLES),
    }


def _candidates(tx: Transaction) -> Series:
    wanted = (
        select(Candidate.state, func.count())
        .join(Candidate.window)
        .where(Window.state.in_(UNRELEASED))
        .group_by(Candidate.state)
    )
    return filled({(state,): number for state, number in tx.execute(wanted)}, CANDIDATES)


def _results(tx: Transaction) -> Series:
    """Of each participant the latest that was not disregarded."""
    latest = (
        select(Result.application_id, func.max(Result.attempt).label("attempt"))
        .where(~Result.disregarded)
        .group_by(Result.application_id)
        .subquery()
    )
    wanted = (
        select(Result.state, func.count())
        .join(
            latest,
            (latest.c.application_id == Result.application_id)
            & (latest.c.attempt == Result.attempt),
        )
        .group_by(Result.state)
    )
    counted = {(state,): number for state, number in tx.execute(wanted)}
    return filled(counted, [str(state) for state in ResultState])


def _names_unchecked(tx: Transaction) -> int:
    wanted = (
        select(func.count())
        .select_from(Submission)
        .join(Submission.candidate)
        .join(Candidate.window)
        .where(Submission.counts, ~Submission.names_checked, Window.state.in_(UNRELEASED))
    )
    return tx.scalar(wanted) or 0


def _by(tx: Transaction, kind: Any, these: Any) -> dict[tuple[str, ...], float]:
    wanted = select(kind, func.count()).where(these).group_by(kind)
    return {(value,): number for value, number in tx.execute(wanted)}


def _number(tx: Transaction, these: Any) -> int:
    return tx.scalar(select(func.count()).where(these)) or 0
