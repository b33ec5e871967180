"""A whole file: read, checked page by page, and queued in the same pages, in one transaction."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from sqlalchemy import Table, delete, select

from headship_contracts.csv_text import decode
from headship_contracts.errors import NotFound, Refused
from headship_contracts.files import RowProblem, RowProblemPage
from headship_contracts.notifications.mailings import (
    ApplyMailing,
    ListMailingProblems,
    MailingRecord,
    ValidateMailing,
)
from headship_contracts.records import APPLICATION, PERSON
from kit import Transaction
from kit.audit.trail import CHANGE, Note
from kit.db.bulk import insert_rows
from kit.paging import page
from notifications.domain.mailings.recipients import RowReader, known_columns
from notifications.domain.mailings.sheets import read_sheet
from notifications.mailings import uploads
from notifications.mailings.checking import Checked, Checker
from notifications.models import Mailing, MailingBadRow
from notifications.protection import erased
from notifications.protection.taking_back import ErasedRecipients
from notifications.queueing import Wanted, queue, write
from notifications.wordings import catalogue

PAGE = 250
"""Rows at a time: other work goes on while the database is asked."""

MOST_TOLD = 20
"""Bad rows that a refusal names."""

_BAD_ROWS: Final[Table] = MailingBadRow.__table__  # type: ignore[assignment]


def validate(tx: Transaction, request: ValidateMailing) -> MailingRecord:
    """Check every row; what is wrong is kept until the file is put again or applied."""
    mailing = uploads.lock(tx, request.mailing_id)
    uploads.check_open(mailing)
    _begin(tx, mailing)
    for rows in _pages(tx, mailing):
        _keep_bad(tx, mailing, rows)
    mailing.state = "validated"
    return _done(tx, mailing)


def apply(tx: Transaction, request: ApplyMailing) -> MailingRecord:
    """Queue what is good: all of it, or nothing where one row is bad and all were asked for.

    Raises Refused `rows_not_right`.
    """
    erased.together(tx)
    mailing = uploads.lock(tx, request.mailing_id)
    if mailing.state == "applied":
        return uploads.record(tx, mailing)
    _begin(tx, mailing)
    everything = request.mode == "all_or_nothing"
    told: dict[str, list[str]] = {}
    for rows in _pages(tx, mailing):
        _keep_bad(tx, mailing, rows)
        _tell_bad(told, rows)
        if not (mailing.bad and everything):
            good = [row.wanted for row in rows if not row.problems and not row.unchanged]
            for wanted in filter(None, good):
                queue(tx, wanted, due_at=mailing.due_at)
                tx.audit(_addressee(wanted))
            write(tx)
    if mailing.bad and everything:
        most = f"; these are the first {MOST_TOLD}" if mailing.bad > MOST_TOLD else ""
        which = f"{mailing.bad} of {mailing.rows} rows{most}: validate the mailing to keep them all"
        raise Refused("rows_not_right", which, told)
    mailing.state, mailing.applied, mailing.finished_at = "applied", mailing.good, tx.at
    uploads.forget(tx, mailing)
    return _done(tx, mailing)


def _addressee(wanted: Wanted) -> Iterator[Note]:
    """Whose records it is for, where we know them."""
    if wanted.application_id is not None:
        yield CHANGE, APPLICATION, wanted.application_id
    elif wanted.person_id is not None:
        yield CHANGE, PERSON, wanted.person_id


def list_problems(tx: Transaction, request: ListMailingProblems) -> RowProblemPage:
    """All problems of some rows. Raises NotFound `mailing_not_found`."""
    if tx.get(Mailing, request.mailing_id) is None:
        raise NotFound("mailing_not_found", str(request.mailing_id))
    wanted = select(MailingBadRow).where(MailingBadRow.mailing_id == request.mailing_id)
    keys = (MailingBadRow.row,)
    found, cursor = page(tx, wanted, keys=keys, cursor=request.cursor, limit=request.limit)
    items = [
        RowProblem(row=bad.row, field=name, code=code, message=message, value=value)
        for bad in found
        for name, code, message, value in bad.problems
    ]
    return RowProblemPage(items=items, next_cursor=cursor)


def _pages(tx: Transaction, mailing: Mailing) -> Iterator[list[Checked]]:
    """The checked rows of the file, some at a time."""
    template = catalogue(tx).in_use(mailing.template)
    decoded = decode(uploads.content(tx, mailing), mailing.encoding)
    sheet = read_sheet(decoded, known_columns(template), mailing.delimiter)
    reader = RowReader(sheet, template)
    mailing.encoding, mailing.delimiter = decoded.encoding, sheet.delimiter
    mailing.ignored_columns = reader.ignored
    checker = Checker(mailing, template, ErasedRecipients(tx, mailing))
    rows = map(reader.read, sheet.records())
    while some := list(islice(rows, PAGE)):
        yield checker.check(tx, some)
    if not mailing.rows:
        raise Refused("empty_file", "there is no row below the header")


def _begin(tx: Transaction, mailing: Mailing) -> None:
    tx.execute(delete(MailingBadRow).where(MailingBadRow.mailing_id == mailing.mailing_id))
    for name in uploads.COUNTS:
        setattr(mailing, name, 0)


def _keep_bad(tx: Transaction, mailing: Mailing, rows: Sequence[Checked]) -> None:
    bad = [row for row in rows if row.problems]
    unchanged = sum(row.unchanged for row in rows if not row.problems)
    mailing.rows += len(rows)
    mailing.bad += len(bad)
    mailing.unchanged += unchanged
    mailing.good += len(rows) - len(bad) - unchanged
    kept = [
        {
            "mailing_id": mailing.mailing_id,
            "row": row.row,
            "problems": [[p.field, p.code, p.message, p.value] for p in row.problems],
        }
        for row in bad
    ]
    insert_rows(tx, _BAD_ROWS, kept)


def _tell_bad(told: dict[str, list[str]], rows: Sequence[Checked]) -> None:
    """The first bad rows, for who wanted all or nothing: without values, which may be personal."""
    for row in rows:
        if row.problems and len(told) < MOST_TOLD:
            told[f"row {row.row}"] = [f"{p.field} {p.message}".strip() for p in row.problems]


def _done(tx: Transaction, mailing: Mailing) -> MailingRecord:
    mailing.revision = tx.next_revision(mailing.revision)
    return uploads.record(tx, mailing)
