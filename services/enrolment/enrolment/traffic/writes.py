"""What DfE must be told: written down with the decision, sent by `push`.

A story owes DfE a write with `owe(tx, application, kind, body, ...)` in its own transaction, and
shows the decision as not answered yet. Kinds and their `body` (DfE's attributes):

| kind | body | subject |
|---|---|---|
| accept | funded_place, schedule_identifier, where given | |
| reject | {} | |
| change_funded_place | funded_place | |
| defer, withdraw | course_identifier, reason | |
| resume | course_identifier | |
| change_schedule | course_identifier, schedule_identifier, cohort ("2026") if it changes | |
| declare | declaration_type, declaration_date, course_identifier, ... | our declaration's id |
| void | {} (a paid one is clawed back) | our declaration's id |
| change_delivery_partner | delivery_partner_id (a second one stays) | our declaration's id |
| outcome | course_identifier, state, completion_date | our outcome's id |

A body never names the participant: the id at DfE may change before the write is sent. Writes of one
application are sent in the order in which they were owed, each once the one before it is settled.
The answer is heard in `answers.py`, in the transaction that settles the write.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from enrolment import queries, schemas
from enrolment.models import Application, DfeWrite, Traffic
from headship_contracts.enrolment.dfe import (
    DfeStatus,
    DfeStatusRecord,
    DfeWritePage,
    ListDfeWrites,
)
from kit import Transaction
from kit.correlation import current_correlation
from kit.paging import page

PUSH_TIMER = "push_to_dfe"


def owe(
    tx: Transaction,
    application: Application,
    kind: str,
    body: Mapping[str, Any],
    *,
    subject: str | None = None,
    **kept: Any,
) -> None:
    """DfE must be told `body`; `kept` is for us, for when it says yes."""
    tx.add(
        DfeWrite(
            application_id=application.id,
            kind=kind,
            subject=subject or kind,
            payload={"body": dict(body), **kept},
            state="owed",
            correlation_id=current_correlation(),
            created_at=wall(),
        )
    )
    tx.wake(PUSH_TIMER)


def wall() -> datetime:
    """Real time: retries and leases never use the domain's clock."""
    return datetime.now(UTC)


def list_dfe_writes(tx: Transaction, request: ListDfeWrites) -> DfeWritePage:
    """Oldest first."""
    wanted = select(DfeWrite)
    if request.state is not None:
        wanted = wanted.where(DfeWrite.state == request.state)
    if request.kind is not None:
        wanted = wanted.where(DfeWrite.kind == request.kind)
    if request.application_id is not None:
        wanted = wanted.where(DfeWrite.application_id == request.application_id)
    found, cursor = page(
        tx, wanted, keys=(DfeWrite.id,), cursor=request.cursor, limit=request.limit
    )
    return DfeWritePage(items=[schemas.write_record(w) for w in found], next_cursor=cursor)


def let_go_on(tx: Transaction) -> None:
    """Send again at once, whatever stopped it."""
    traffic = queries.lock_traffic(tx, "push")
    traffic.stopped_until = None
    tx.wake(PUSH_TIMER)


def dfe_status(tx: Transaction, _request: DfeStatus) -> DfeStatusRecord:
    """Whether DfE is reachable, and what it is owed."""
    push, sync = tx.get_one(Traffic, "push"), tx.get_one(Traffic, "sync")
    stopped = push.stopped_until is not None and push.stopped_until > wall()
    pauses = sync.stopped_until is not None and sync.stopped_until > wall()
    counted = queries.writes_by_state(tx)
    return DfeStatusRecord(
        stopped_because=push.problem if stopped else None,
        stopped_until=push.stopped_until if stopped else None,
        reading_stopped_because=sync.problem if pauses else None,
        reading_stopped_until=sync.stopped_until if pauses else None,
        unauthorised="unauthorised" in (push.stopped_by, sync.stopped_by),
        owed=counted.get("owed", 0) + counted.get("sending", 0),
        in_doubt=counted.get("in_doubt", 0),
        refused=counted.get("refused", 0),
        last_sync_at=sync.finished_at,
        last_sync_problem=sync.problem,
    )
