"""What tells text from other files, one encoding from another, and one column from the next.

For every CSV that a service takes, in one piece or as a stream.
"""

import re
from dataclasses import dataclass

from headship_contracts.errors import Refused

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

UTF8_MARK = b"\xef\xbb\xbf"
"""By which a spreadsheet knows the encoding."""

WIDE_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""What the mark of UTF-16 is once it is decoded."""

FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula, unless an apostrophe is before it."""

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

_DAMAGED = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Decoded:
    """A file's text. Where `damaged`, bytes that mean no letter are half surrogate pairs."""

    text: str
    encoding: str  # utf-8 | utf-16 | cp1252 | mixed
    damaged: bool = False


def decode(content: bytes, encoding: str | None = None) -> Decoded:
    """The text of a file, in the encoding given or found.

    Raises Refused `empty_file`, `not_text` or `nul_bytes`.
    """
    if not content.strip():
        raise Refused("empty_file", "the file is empty")
    head = content[:HEAD_BYTES]
    wide = wide_encoding(head) or ("utf-16-le" if encoding == "utf-16" else None)
    if wide is None and (what := other_file(head)) is not None:
        raise Refused("not_text", what)
    if wide is not None:
        return _decode_wide(content, wide)
    if b"\x00" in content:
        line = content.count(b"\n", 0, content.index(b"\x00")) + 1
        raise Refused("nul_bytes", f"line {line} holds a zero byte: this is no text")
    content = content.removeprefix(UTF8_MARK)
    if encoding != "cp1252":
        try:
            return Decoded(content.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            if encoding == "utf-8" or _has_utf8(content):
                text = content.decode("utf-8", "surrogateescape")
                return Decoded(text, "mixed", damaged=True)
    try:
        return Decoded(content.decode("cp1252"), "cp1252")
    except UnicodeDecodeError:
        return Decoded(content.decode("cp1252", "surrogateescape"), "cp1252", damaged=True)


def is_damaged(cell: str) -> bool:
    """Whether some of it means no letter."""
    return bool(_DAMAGED.search(cell))


def readable(cell: str) -> str:
    """A cell as it can be stored and sent: what means no letter is marked."""
    return _DAMAGED.sub("\N{REPLACEMENT CHARACTER}", cell)


def shown(cell: str) -> str:
    """The beginning of it."""
    return readable(cell)[:200]


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


def _decode_wide(content: bytes, encoding: str) -> Decoded:
    try:
        text = content.decode(encoding).removeprefix(WIDE_MARK)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused("not_text", f"about line {line} the file is no UTF-16") from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise Refused("nul_bytes", f"line {line} holds a zero character: this is no text")
    return Decoded(text, "utf-16")


def _has_utf8(content: bytes) -> bool:
    """Whether some lines are UTF-8 beyond ASCII: then those that are not were pasted in."""
    for line in content.splitlines():
        if not line.isascii():
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            return True
    return False
