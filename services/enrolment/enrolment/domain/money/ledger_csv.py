"""The ledger as CSV for a finance system, safe to open in a spreadsheet."""

from collections.abc import Iterable, Mapping

from enrolment.domain.imports import writing

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


def written(lines: Iterable[Mapping[str, object]], *, header: bool) -> str:
    """Rows by COLUMNS."""
    rows = [[line[column] for column in COLUMNS] for line in lines]
    return writing.lines([COLUMNS, *rows] if header else rows)
