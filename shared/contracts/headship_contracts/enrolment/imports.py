"""Bringing in applications and steps of admission from CSV files, and taking them out again.

A file goes up in pieces below the message limit: begin, put each piece, validate, apply.
"""

from datetime import datetime
from uuid import UUID

from headship_contracts.enrolment.applications import COHORT
from headship_contracts.files import PIECE_BYTES, SHA256, RowProblemPage
from headship_contracts.messages import Done, ListRequest, Page, Request
from headship_contracts.shape import Shape, items, number, shape, text

KIND = r"^(applications|admission_steps)$"


@shape
class ImportRecord(Shape):
    """An import. The counts are those of the last validation, or of what was applied.

    `unchanged` rows were imported before. `pieces` is how many have arrived.
    """

    import_id: UUID
    kind: str  # applications | admission_steps
    state: str  # uploading | validated | applied
    size: int
    pieces: int
    encoding: str | None = None  # utf-8 | utf-16 | cp1252 | mixed
    delimiter: str | None = None
    ignored_columns: list[str] = items(most=200, default_factory=list)
    rows: int = 0
    good: int = 0
    bad: int = 0
    unchanged: int = 0
    applied: int = 0
    created_by: str
    created_at: datetime
    finished_at: datetime | None = None
    revision: int


@shape
class BeginImport(Request[ImportRecord], to="enrolment", writes=True):
    """Say that a file of `size` bytes comes. Refused `too_large` above the limit of the service.

    `delimiter` and `encoding` are found out where they are not given.
    """

    kind: str = text(longest=30, pattern=KIND, default="applications")
    size: int = number(least=0)
    delimiter: str | None = text(longest=1, default=None)
    encoding: str | None = text(longest=10, pattern=r"^(utf-8|utf-16|cp1252)$", default=None)


@shape
class PutImportPiece(Request[ImportRecord], to="enrolment", writes=True):
    """One piece, counted from 0: at most PIECE_BYTES bytes in base64, and their SHA-256 in hex."""

    import_id: UUID
    number: int = number(least=0, most=100_000)
    content: str = text(longest=PIECE_BYTES * 4 // 3 + 4)
    sha256: str = text(longest=64, pattern=SHA256)


@shape
class ValidateImport(Request[ImportRecord], to="enrolment", writes=True):
    """Read and check the whole file; nothing is imported. Raises Refused for what is no CSV."""

    import_id: UUID


@shape
class ApplyImport(Request[ImportRecord], to="enrolment", writes=True):
    """Import the file: `all_or_nothing`, or `valid_rows`. What was imported before is unchanged."""

    import_id: UUID
    mode: str = text(longest=20, pattern=r"^(all_or_nothing|valid_rows)$", default="all_or_nothing")


@shape
class DiscardImport(Request[Done], to="enrolment", writes=True):
    """Remove the file and its errors; what was applied stays."""

    import_id: UUID


@shape
class ImportPage(Page):
    """Imports, oldest first."""

    items: list[ImportRecord]


@shape
class ListImports(ListRequest[ImportPage], to="enrolment"):
    """Imports that were begun and not discarded."""

    kind: str | None = None
    state: str | None = None


@shape
class ListImportProblems(ListRequest[RowProblemPage], to="enrolment"):
    """Every problem of every bad row."""

    import_id: UUID


@shape
class CsvPage(Page):
    """A part of a CSV file (commas); the first part begins with the header.

    It may have fewer rows than `limit`, so that it stays below the message limit.
    """

    csv: str = text(longest=1_000_000)
    rows: int


@shape
class ReadImportErrors(ListRequest[CsvPage], to="enrolment"):
    """The bad rows as they came, with what is wrong beside them: to be corrected and sent again."""

    import_id: UUID


@shape
class ExportApplications(ListRequest[CsvPage], to="enrolment"):
    """Applications as CSV, oldest first, in the columns of an import; to import it changes nothing.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """

    cohort: str | None = text(longest=5, pattern=COHORT, default=None)
    course: str | None = None
    status: str | None = None
    source: str | None = None
    delivery_partner_id: UUID | None = None
