"""Erasing somebody: what may go goes at once, the rest when its time has come."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol, Self
from uuid import UUID

from sqlalchemy import Text, cast, delete, insert, or_, select, update

from headship_contracts.messages import Event
from headship_contracts.protection import ErasedRecords, KeptRecords
from kit.audit.trail import CHANGE
from kit.db.tables import erasures, idempotency
from kit.db.transaction import Transaction
from kit.personal.clearing import about, clear, count
from kit.personal.holdings import Custody, Subject
from kit.personal.retention import Rules


@dataclass(frozen=True)
class Cleared:
    """What has gone, and what has to stay until when."""

    erased: list[ErasedRecords]
    kept: list[KeptRecords]

    @property
    def next_on(self) -> date | None:
        """The day on which more may go."""
        return min((one.until for one in self.kept), default=None)


class Decided(Protocol):
    """The event with which enrolment tells that somebody's data is to go."""

    erasure_id: UUID
    person_ids: list[UUID]
    application_ids: list[UUID]
    ended_on: date


@dataclass(frozen=True)
class Decision:
    """Somebody's data is to go. `ended_on`: the last day of training, from which terms run."""

    erasure_id: UUID
    subject: Subject
    ended_on: date

    @classmethod
    def of(cls, event: Decided) -> Self:
        """As enrolment has told it."""
        subject = Subject(tuple(event.person_ids), tuple(event.application_ids))
        return cls(event.erasure_id, subject, event.ended_on)


Tell = Callable[[Transaction, Decision, Cleared], None]


@dataclass(frozen=True)
class Keeping:
    """What is held of people in a service, how long, and what it says when more of an erasure is
    done."""

    custody: Custody
    rules: Rules
    tell: Tell


def telling_by(kind: Callable[..., Event]) -> Tell:
    """Says with the service's own event `PersonErased` all that has gone, and what is left."""

    def tell(tx: Transaction, decision: Decision, cleared: Cleared) -> None:
        tx.emit(
            kind(
                revision=tx.next_revision(None),
                erasure_id=decision.erasure_id,
                erased=cleared.erased,
                kept=cleared.kept,
            )
        )

    return tell


def carry_out(tx: Transaction, keeping: Keeping, decision: Decision) -> None:
    """Erase here what may go, and tell what has to stay."""
    keeping.tell(tx, decision, erase(tx, keeping.custody, keeping.rules, decision))


def erase(tx: Transaction, custody: Custody, rules: Rules, decision: Decision) -> Cleared:
    """Handle a decision to erase; a second time it only does what may go since then, or what has
    come since then where it was decided anew. Gives all that has gone so far, and what is left."""
    here = erasures.c.erasure_id == decision.erasure_id
    before = tx.scalar(select(erasures.c.erased).where(here))
    _forget_answers(tx, custody, decision.subject)
    cleared = _clear(tx, custody, rules, decision, before or [])
    told = {
        "person_ids": [str(one) for one in decision.subject.person_ids],
        "application_ids": [str(one) for one in decision.subject.application_ids],
        "ended_on": decision.ended_on,
        "erased": [one.dump() for one in cleared.erased],
        "kept": [one.dump() for one in cleared.kept],
        "next_on": cleared.next_on,
    }
    if before is not None:
        tx.execute(update(erasures).where(here).values(told))
    else:
        new = {"erasure_id": decision.erasure_id, "handled_at": tx.at}
        tx.execute(insert(erasures).values(new | told))
    tx.audit((CHANGE, "person", one) for one in decision.subject.person_ids)
    return cleared


def due(tx: Transaction, at: datetime) -> list[Decision]:
    """Decisions by which more may go now."""
    rows = tx.execute(select(erasures).where(erasures.c.next_on <= at.date())).all()
    return [
        Decision(
            row.erasure_id, Subject(_ids(row.person_ids), _ids(row.application_ids)), row.ended_on
        )
        for row in rows
    ]


def _forget_answers(tx: Transaction, custody: Custody, subject: Subject) -> None:
    """What was kept for callers who repeat a call, wherever it names somebody."""
    kept = cast(idempotency.c.answer, Text)
    named = [kept.contains(str(one)) for one in custody.records(tx, subject)]
    if named:
        tx.execute(delete(idempotency).where(or_(*named)))


def _clear(
    tx: Transaction,
    custody: Custody,
    rules: Rules,
    decision: Decision,
    before: Sequence[Mapping[str, Any]],
) -> Cleared:
    subject, ended_on = decision.subject, decision.ended_on
    found = {holding: count(tx, holding, about(holding, subject)) for holding in custody.holdings}
    present = {holding.kind for holding, rows in found.items() if rows}
    erased = Counter({one["kind"]: one["rows"] for one in before})
    kept: Counter[str] = Counter()
    for holding in custody.holdings:
        until = rules.until_on_request(holding.kind, ended_on, present)
        if until <= tx.at.date():
            erased[holding.kind] += clear(tx, holding, about(holding, subject))
        else:
            kept[holding.kind] += found[holding]
    return Cleared(
        [ErasedRecords(kind=kind, rows=rows) for kind, rows in sorted(erased.items()) if rows],
        [
            KeptRecords(
                kind=kind,
                rows=rows,
                until=rules.until_on_request(kind, ended_on, present),
                why=f"{rules.by_kind[kind].why} ({rules.by_kind[kind].source})",
            )
            for kind, rows in sorted(kept.items())
            if rows
        ],
    )


def _ids(told: Iterable[str]) -> tuple[UUID, ...]:
    return tuple(UUID(one) for one in told)
