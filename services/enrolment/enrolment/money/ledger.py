"""The ledger: entries of two lines that come to nothing; only ever added to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from enrolment.domain.money import fees as rules
from enrolment.domain.money import ledger_csv
from enrolment.models import Fee, LedgerEntry, LedgerLine
from headship_contracts.enrolment.fees import (
    BalanceLedger,
    ExportLedger,
    LedgerExport,
    LedgerLineRecord,
    LedgerPage,
    ListLedger,
    TrialBalance,
)
from headship_contracts.errors import Conflict
from headship_contracts.records import APPLICATION
from kit import Transaction
from kit.audit.trail import READ
from kit.paging import page

_SUM_OF = {rules.PAYMENT: "paid", rules.CREDIT_NOTE: "credited", rules.REFUND: "refunded"}


def enter(
    tx: Transaction, fee: Fee, kind: str, amount: Decimal, *, on: date, reference: str
) -> None:
    """Write an entry down."""
    entry = LedgerEntry(
        fee_id=fee.id, kind=kind, entered_on=on, reference=reference, created_at=tx.at
    )
    entry.lines = [
        LedgerLine(number=number, account=line.account, amount=line.amount)
        for number, line in enumerate(rules.entry(kind, amount), start=1)
    ]
    tx.add(entry)
    tx.flush()  # sums are read from what is written


def is_known(tx: Transaction, fee: Fee, kind: str, amount: Decimal, reference: str) -> bool:
    """Whether a payment or refund of that reference is entered. Raises Conflict for another sum."""
    if kind == rules.CREDIT_NOTE:
        return False
    wanted = select(LedgerEntry).where(
        LedgerEntry.fee_id == fee.id, LedgerEntry.kind == kind, LedgerEntry.reference == reference
    )
    known = tx.scalars(wanted).first()
    if known is None:
        return False
    if _amount(known) != amount:
        raise Conflict("reference_used", f"{reference} is a {kind} of {_amount(known):.2f}")
    return True


def sums_of(tx: Transaction, fees: Sequence[Fee]) -> dict[UUID, rules.Sums]:
    """What has happened to each fee."""
    found = {fee.id: rules.Sums(amount=fee.amount) for fee in fees}
    totals: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    for entry in tx.scalars(select(LedgerEntry).where(LedgerEntry.fee_id.in_(found))):
        totals[entry.fee_id, entry.kind] += _amount(entry)
    for (fee_id, kind), total in totals.items():
        if kind in _SUM_OF:
            found[fee_id] = replace(found[fee_id], **{_SUM_OF[kind]: total})
    return found


def list_ledger(tx: Transaction, request: ListLedger) -> LedgerPage:
    """In the order in which they were entered."""
    wanted = _entries(request.from_day, request.to_day)
    if request.fee_id is not None:
        wanted = wanted.where(LedgerEntry.fee_id == request.fee_id)
    lines, cursor = _lines(tx, wanted, request.cursor, request.limit)
    return LedgerPage(items=[LedgerLineRecord(**line) for line in lines], next_cursor=cursor)


def export_ledger(tx: Transaction, request: ExportLedger) -> LedgerExport:
    """The same as CSV."""
    wanted = _entries(request.from_day, request.to_day)
    lines, cursor = _lines(tx, wanted, request.cursor, request.limit)
    tx.audit((READ, APPLICATION, line["application_id"]) for line in lines)
    table = ledger_csv.written(lines, header=request.cursor is None)
    return LedgerExport(csv=table, lines=len(lines), next_cursor=cursor)


def balance_ledger(tx: Transaction, request: BalanceLedger) -> TrialBalance:
    """What each account comes to; the database counts but does not add: SQLite's sums round."""
    times = func.count().label("times")
    wanted = select(LedgerLine.account, LedgerLine.amount, times)
    if request.to_day is not None:
        wanted = wanted.join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id).where(
            LedgerEntry.entered_on <= request.to_day
        )
    rows = tx.execute(wanted.group_by(LedgerLine.account, LedgerLine.amount))
    found = rules.balances(rules.Line(row.account, row.amount * row.times) for row in rows)
    return TrialBalance(**found, total=sum(found.values(), Decimal(0)))


def _entries(from_day: date | None, to_day: date | None) -> Select[Any]:
    wanted = (
        select(LedgerEntry, Fee)
        .join(Fee, Fee.id == LedgerEntry.fee_id)
        .options(selectinload(LedgerEntry.lines))
    )
    if from_day is not None:
        wanted = wanted.where(LedgerEntry.entered_on >= from_day)
    if to_day is not None:
        wanted = wanted.where(LedgerEntry.entered_on <= to_day)
    return wanted


def _lines(
    tx: Transaction, wanted: Select[Any], cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    found, following = page(tx, wanted, keys=(LedgerEntry.id,), cursor=cursor, limit=limit)
    lines = [_line(entry, fee, line) for entry, fee in found for line in entry.lines]
    return lines, following


def _line(entry: LedgerEntry, fee: Fee, line: LedgerLine) -> dict[str, Any]:
    amount = line.amount.quantize(rules.PENNY)
    return {
        "entry": entry.id,
        "entered_on": entry.entered_on,
        "kind": entry.kind,
        "fee_id": fee.id,
        "application_id": fee.application_id,
        "payer": fee.payer,
        "payer_reference": fee.payer_reference,
        "account": line.account,
        "debit": max(amount, rules.NOTHING),
        "credit": max(-amount, rules.NOTHING),
        "reference": entry.reference,
    }


def _amount(entry: LedgerEntry) -> Decimal:
    return max(line.amount for line in entry.lines)
