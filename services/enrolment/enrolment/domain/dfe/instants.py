"""Instants as DfE reads and writes them: RFC 3339, in UTC.

Source: `app/validators/declaration_date_validator.rb`.
"""

import re
from datetime import UTC, datetime

_RFC3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?P<fraction>[.,]\d+)?(?P<offset>Z|[+-]\d{2}(:?\d{2})?)?",
    re.IGNORECASE,
)


def read_rfc3339(value: object) -> datetime | None:
    """An instant in UTC; None for what is none, a date alone too. No offset is read as UTC."""
    if not isinstance(value, str):
        return None
    match = _RFC3339.fullmatch(value)
    if match is None:
        return None
    fraction = (match["fraction"] or "").replace(",", ".")[:7]
    offset = (match["offset"] or "Z").upper()
    if len(offset) == 3:
        offset += ":00"
    try:
        instant = datetime.fromisoformat(value[:19].upper() + fraction + offset)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
