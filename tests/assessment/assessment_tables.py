"""Tables of ratings from the literature, and how to write one."""

from collections.abc import Sequence

from assessment.domain.reliability.table import Table, table_of

KRIPPENDORFF = (
    "1 1 . 1|2 2 3 2|3 3 3 3|3 3 3 3|2 2 2 2|1 2 3 4|"
    "4 4 4 4|1 1 2 1|2 2 2 2|. 5 5 5|. . 1 1|. . 3 ."
)
"""Krippendorff (2011): twelve units by four observers, from 1 to 5, a dot where none was given."""

FLEISS = (
    "0 0 0 0 14|0 2 6 4 2|0 0 3 5 6|0 3 9 2 0|2 2 8 1 1|"
    "7 7 0 0 0|3 2 6 3 0|2 5 3 2 2|6 5 2 1 0|0 2 2 3 7"
)
"""How many of 14 raters put each of ten subjects into each of five categories."""

PSYCHIATRIC = (
    "0 0 0 6 0|0 3 0 0 3|0 1 4 0 1|0 0 0 0 6|0 3 0 3 0|2 0 4 0 0|0 0 4 0 2|2 0 3 1 0|2 0 0 4 0|"
    "0 0 0 0 6|1 0 0 5 0|1 1 0 4 0|0 3 3 0 0|1 0 0 5 0|0 2 0 3 1|0 0 5 0 1|3 0 0 1 2|5 1 0 0 0|"
    "0 2 0 4 0|1 0 2 0 3|0 0 0 0 6|0 1 0 5 0|0 2 0 1 3|2 0 0 4 0|1 0 0 4 1|0 5 0 1 0|4 0 0 0 2|"
    "0 2 0 4 0|1 0 5 0 0|0 0 0 0 6"
)
"""Fleiss (1971), table 1: diagnoses of thirty patients by six psychiatrists each."""


def rated(rows: Sequence[Sequence[str | float | None]]) -> Table:
    """A table of these ratings; its units and raters are numbered."""
    units = [f"unit {number}" for number in range(len(rows))]
    return table_of(units, [f"rater {number}" for number in range(len(rows[0]))], rows)


def from_text(text: str) -> Table:
    """A table of numbers: units parted by bars, ratings by spaces, a dot for a missing one."""
    cells = [row.split() for row in text.split("|")]
    return rated([[None if cell == "." else float(cell) for cell in row] for row in cells])


def from_counts(text: str) -> Table:
    """A table from how many raters chose each category for each unit."""
    rows: list[list[str | float | None]] = []
    for unit in text.split("|"):
        counts = [int(count) for count in unit.split()]
        rows.append([str(one) for one, count in enumerate(counts) for _ in range(count)])
    return rated(rows)


def from_confusion(*rows: Sequence[int]) -> Table:
    """Two raters' table from how often the first chose the row and the second the column."""
    return rated(
        [
            [str(first), str(second)]
            for first, row in enumerate(rows)
            for second, count in enumerate(row)
            for _ in range(count)
        ]
    )
