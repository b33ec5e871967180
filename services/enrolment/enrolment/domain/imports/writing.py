"""CSV that a spreadsheet may open: no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from enrolment.domain.imports.cells import guarded

EXPORTED = (
    "application_id",
    "reference",
    "full_name",
    "email",
    "teacher_reference_number",
    "date_of_birth",
    "course",
    "cohort",
    "works_in_england",
    "work_setting",
    "school_urn",
    "employment_type",
    "referred_by_return_to_teaching_adviser",
    "status",
    "training_status",
    "place",
    "funded_place",
    "eligible_for_funding",
    "schedule",
    "delivery_partner",
)
"""The columns of an import, and what is only told: an import ignores those."""

PROBLEM_COLUMNS = ("problem_row", "problem_fields", "problems")
"""Added to the rows of an errors file; an import ignores them."""


def lines(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV: commas, and line ends as in RFC 4180."""
    told = io.StringIO(newline="")
    writer = csv.writer(told)
    for row in rows:
        writer.writerow([guarded(_cell(value)) for value in row])
    return told.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
