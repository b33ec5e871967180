"""What spreadsheets put before the first row of a CSV."""

import re

_BEFORE = re.compile("\ufeff*(sep=.?(\r\n|\r|\n))?", re.IGNORECASE)


def from_first_row(text: str) -> str:
    """Without a byte order mark, and without the line `sep=;`, which Excel writes and does not show
    as a row."""
    return _BEFORE.sub("", text, count=1)
