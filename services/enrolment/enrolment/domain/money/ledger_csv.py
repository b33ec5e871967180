"""The ledger as CSV. A spreadsheet must not take any cell for a formula."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

COLUMNS = (
    "entry",
    "entered_on",
    "kind",
    "fee_id",
    "application_id",
    "payer",
    "payer_reference",
    "account",
    "debit",
    "credit",
    "reference",
)

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def written(lines: Iterable[Mapping[str, object]], *, header: bool) -> str:
    """Rows by COLUMNS, ended by CR LF as RFC 4180 has it."""
    table = StringIO()
    writer = csv.writer(table)
    if header:
        writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow([guarded(str(line[column])) for column in COLUMNS])
    return table.getvalue()


def guarded(cell: str) -> str:
    """The cell, after an apostrophe where a spreadsheet would calculate it."""
    return f"'{cell}" if cell.lstrip(" ").startswith(BEGINS_A_FORMULA) else cell
