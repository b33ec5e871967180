"""What tells text from other files, one encoding from another, and one column from the next.

For every CSV that is read here, in one piece or as a stream.
"""

import re

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

UTF8_MARK = b"\xef\xbb\xbf"
WIDE_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What the mark of UTF-16 is once it is decoded."""

HEAD_BYTES = 8_192
"""So much of a file is looked at to tell what it is."""

_WIDE_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_OTHER_FILES = {
    b"PK\x03\x04": "a spreadsheet (.xlsx) or an archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet (.xls)",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "compressed",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x00"))
_MOST_CONTROLS = 20
"""One control character in so many bytes is too many for a text."""


def other_file(head: bytes) -> str | None:
    """What a file is instead of text, for people; None where it may be text. Of UTF-16 the wide
    letters are to be told first.
    """
    for mark, what in _OTHER_FILES.items():
        if head.startswith(mark):
            return f"the file is {what}: save it as CSV"
    if len(head) - len(head.translate(None, _CONTROLS)) > len(head) // _MOST_CONTROLS:
        return "the file is not text: save it as CSV"
    return None


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 in which order, if it is that: by its mark, or because every other byte is zero."""
    mark = _WIDE_MARKS.get(head[:2])
    if mark is not None:
        return mark
    half = len(head) // 2
    if half and head[1::2].count(0) > half * 0.4:
        return "utf-16-le"
    if half and head[0::2].count(0) > half * 0.4:
        return "utf-16-be"
    return None


def plain(name: str) -> str:
    """`LA (name)` and `la_name` are the same column."""
    return re.sub(r"[\W_]+", " ", name.casefold()).strip()
